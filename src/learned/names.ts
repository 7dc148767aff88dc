/**
 * Which names of JSON members could be data: ids, addresses, hashes, dates, names of things. Where it is not certain
 * that a name is one that a programmer chose, it counts as data. Pure.
 */

/** More members than this have no names worth keeping. */
const maxNames = 80;
const maxNameChars = 48;

/** Whether the names of one object are data. */
export function namesAreData(names: readonly string[]): boolean {
  if (names.length > maxNames || names.some(isData)) return true;
  // Countries, currencies, languages.
  return (
    names.length >= 3 && [/^[A-Z]{2,3}$/, /^[a-z]{2}$/].some((code) => names.every((name) => code.test(name)))
  );
}

function isData(name: string): boolean {
  if (name.length === 0 || name.length > maxNameChars || name === "__proto__") return true;
  // What annotations of JSON-LD and OData are called.
  if (/^@[a-z]+(?:\.[a-z]+)?$/i.test(name)) return false;
  // An address, a path, a host, a date, a sentence.
  if (!/^[a-z_$][\w$-]*$/i.test(name)) return true;
  if (/^[0-9a-f-]{8,}$/i.test(name) && (/\d/.test(name) || name.length >= 16)) return true;
  if (/^[a-z]{2}[-_][A-Z]{2}$/.test(name)) return true;
  // `line1`, `sha256`, `x509` and `oauth2_v3` have few digits, ids and years more.
  if ((name.match(/\d+/g)?.length ?? 0) > 2 || (name.match(/\d/g)?.length ?? 0) > 3) return true;
  return name.split(/[_-]/).some(isRandom);
}

/** `HkLmNoPq`: changes case too often for words written together. */
function isRandom(part: string): boolean {
  const changes = part.match(/[a-z\d](?=[A-Z])/g)?.length ?? 0;
  const digits = part.match(/\d(?=[A-Za-z])/g)?.length ?? 0;
  return part.length >= 8 && (changes + digits) / part.length > 0.25;
}
