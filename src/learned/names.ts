/**
 * Which names of JSON members could be data: ids, addresses, hashes, dates, names of things. A name counts as data
 * unless a programmer certainly chose it. Pure.
 */

/** An object with more members is a map. */
const maxNames = 80;
const maxNameChars = 48;

/** Whether the spelling of the names shows that they are data. */
export function namesAreData(names: readonly string[]): boolean {
  if (names.length > maxNames || names.some(isData)) return true;
  // Countries, currencies, languages.
  return (
    names.length >= 3 && [/^[A-Z]{2,3}$/, /^[a-z]{2}$/].some((code) => names.every((name) => code.test(name)))
  );
}

function isData(name: string): boolean {
  if (name.length === 0 || name.length > maxNameChars || name === "__proto__") return true;
  // Annotations of JSON-LD and OData.
  if (/^@[a-z]+(?:\.[a-z]+)?$/i.test(name)) return false;
  // An address, a path, a host, a date, a sentence.
  if (!/^[a-z_$][\w$-]*$/i.test(name)) return true;
  if (/^[0-9a-f-]{8,}$/i.test(name) && (/\d/.test(name) || name.length >= 16)) return true;
  if (/^[a-z]{2}[-_][A-Z]{2}$/.test(name)) return true;
  // `line1`, `sha256`, `x509` and `oauth2_v3` have few digits; ids and years have more.
  if ((name.match(/\d+/g)?.length ?? 0) > 2 || (name.match(/\d/g)?.length ?? 0) > 3) return true;
  return name.split(/[_-]/).some(isRandom);
}

/** `HkLmNoPq` changes case too often for joined words. */
function isRandom(part: string): boolean {
  const changes = part.match(/[a-z\d](?=[A-Z])/g)?.length ?? 0;
  const digits = part.match(/\d(?=[A-Za-z])/g)?.length ?? 0;
  return part.length >= 8 && (changes + digits) / part.length > 0.25;
}

/** The words that names of members consist of in nearly every API. `max` is the only first name among them. */
const common = new Set(
  wordsOf(`
    id uuid guid key name username nickname login title label caption description text summary note
    comment body content message subject topic type kind class category status state code reason error
    warning result response data item entry record row list value object total count size length limit
    offset page cursor next previous prev first last current self start end begin from to per min max sum
    average url uri href link path file folder host hostname domain ip address port region zone country
    city street zip postcode postal email phone user owner author creator creation member account customer
    client company organization team group project role created updated deleted modified at on by date
    time timestamp day month year hour minute second duration timezone expire expiry ttl age enabled
    disabled active visible public private default required version revision hash token width height depth
    latitude longitude lat lng lon x y price amount currency balance quantity rate percent score rank
    number tag meta metadata config setting option attribute property permission scope parameter header
    event log task job order product image photo avatar icon color language locale format ok success valid
    is has full short display parent child node resource service method request model addresses pagination
    network server cpu core memory disk used free open closed uptime phase namespace connection
    temperature speed unit gateway entries`),
);

/**
 * Whether more than half of the names consist of common words or words of the operation.
 * @param own words of the operation's id and path
 */
export function areCommon(names: readonly string[], own: ReadonlySet<string>): boolean {
  const made = names.filter((name) => {
    // Hyphens and numbers (`web-site`, `user_2`) occur in names of things.
    if (!/^[@_$]?[a-z]+(?:_[a-z]+)*$/i.test(name)) return false;
    return wordsOf(name).every((word) => common.has(word) || own.has(word));
  });
  return made.length * 2 > names.length;
}

/** The words of a text and of names in it, in lower case and roughly in the singular. */
export function wordsOf(text: string): string[] {
  const words = text.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? [];
  return words.map((word) => word.toLowerCase().replace(/ies$/, "y").replace(/s$/, ""));
}
