/**
 * Which names of JSON members could be data: ids, addresses, hashes, dates, names of people and things. A name counts as
 * data unless it consists of words that programmers give to members, or of words of the API. Pure.
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
    id uuid guid key name username nickname login title label caption description text summary note comment body
    content message subject topic type kind class category status state code reason error warning result response
    data item entry record row list value object total count size length limit offset page cursor next previous prev
    first last current self start end begin from to per min max sum average url uri href link path file folder host
    hostname domain ip address port region zone country city street zip postcode postal email phone user owner author
    creator creation member account customer client company organization team group project role created updated
    deleted modified at on by date time timestamp day month year hour minute second duration timezone expire expiry
    ttl age enabled disabled active visible public private default required version revision hash token width height
    depth latitude longitude lat lng lon x y price amount currency balance quantity rate percent score rank number
    tag meta metadata config setting option attribute property permission scope parameter header event log task job
    order product image photo avatar icon color language locale format ok success valid is has full short display
    parent child node resource service method request model addresses pagination network server cpu core memory disk
    used free open closed uptime phase namespace connection temperature speed unit gateway entries able abort accept
    accepted access action added additional affected after agent alias all allow allowed and answer any api app
    application approved archive archived array as asset assigned assignee attachment audience audit auth
    authentication authorization auto availability available aws background backup bandwidth base batch before
    between billing bit block blocked blob board boolean bot branch browser bucket budget build bundle button byte
    cache calendar call callback can cancel canceled cancelled capability capacity card cart cell certificate change
    changed channel charge chart check checked checksum checkout children choice cidr close cluster collection column
    command commit compatible complete completed component compressed condition confirmed container context control
    conversation converted cookie copy cost counter coupon coverage create credential credit criteria cron custom
    daily dashboard database dataset deadline debug delay delete delivered delivery deny depend dependency deploy
    deployed deployment deprecated destination detail detected device diff digest dimension direction directory
    disable discount dns document done download draft driver due dynamic edge edit edited effective element empty
    enable encoding encrypted endpoint engine entity environment equal estimate estimated etag exact example
    exception exclude executed execution exist expired explicit exported expression extension external extra facet
    failed failure false family feature fee feed field filename filter final fingerprint finish finished firewall
    firmware firstname fixed flag float flow followed follower following font footer for force fork frequency
    function gender generated geo global given granted graph gross guest handle hardware head health healthy hidden
    high history hit home hook hourly html http https humid humidity identifier identity idle ignored import imported
    in inactive include included incomplete index info information initial inline inner input install installation
    instance integer integration interface internal interval invalid inventory invitation invite invited invoice ipv
    issue issued issuer iso join joined json kernel keyword kept known large lastname latency latest layer layout
    lead leaf left legacy legal level license like line load loaded local location lock locked logo lookup low
    machine mail main manager manifest manual map margin markdown master match matched maximum md measure measurement
    media medium membership menu merge merged mergeable metric middle milestone mime minimum mirror missing mobile
    mode module monitor monthly more most mount move multiple mutable namespaced national native nested net new no
    none normal not notification notified null numeric oauth observed odata of off offer old only online opened
    operating operation operator opt or organisation origin original os other out outcome output overall override own
    package paid parsed part partial partition partner passed password patch pattern pause paused pay payload payment
    payout pending performance period person picture pinned pipeline place plan platform player plugin point policy
    pool popular popularity position post power preference prefix premium preview primary priority privacy processed
    processing processor profile program progress proof protected protocol provider province provisioned proxy
    published publisher pull purchase push query queue quota random range raw reachable read reader readonly ready
    receipt received recipient recorded recovery recurring redirect ref reference referrer refresh refund refunded
    registered registry rejected related relation relationship release released remaining remote removed render
    repeat replica reply repo report reported repository requested reserved reset resolution resolved restart
    restricted retry return revenue review reviewer right root round route router rule run running runtime sale
    sample scan schedule scheduled schema screen search season section secure security seen segment select selected
    sender sent sequence serial series session sha share shared shipping shop should side sign signature signed since
    single site sku slug snapshot social software sold sort source space span spec special ssl stack staff stage star
    stargazer started static station statistic stat step stock stop stopped storage store stored stream string strict
    structure style sub submitted subnet subscribed subscriber subscription suffix suggested support supported
    suspended symbol sync synced system table target tax template tenant term test thread threshold thumbnail tier
    timeout tls today tooltip top track tracking traffic transaction transfer transport trace trial trigger triggered
    true trusted unique unknown unread until update upload uploaded upstream usage use utc validated validation
    variable variant vat vendor verification verified view viewer virtual visibility visit vm volume vote wait
    waiting wallet watch watched watcher weather web webhook website week weekly weight wide wind window with work
    worker workflow workspace write written wrong xml yearly yes zipcode v`),
);

/**
 * The names that are not data. None if at least half of an object's names could be: the others are then likely to be
 * data that looks like a word.
 * @param own words of the API
 */
export function namesToKeep(names: readonly string[], own: ReadonlySet<string>): readonly string[] {
  const known = names.filter((name) => {
    const words = wordsOf(name);
    return words.length > 0 && words.every((word) => common.has(word) || own.has(word));
  });
  // Hyphens and numbers (`web-site`, `user_2`) occur in names of things.
  const certain = known.filter((name) => /^[@_$]?[a-z]+(?:_[a-z]+)*$/i.test(name));
  return certain.length > names.length - known.length ? known : [];
}

/** The words of a text and of names in it, in lower case and roughly in the singular. */
export function wordsOf(text: string): string[] {
  const words = text.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? [];
  return words.map((word) => word.toLowerCase().replace(/ies$/, "y").replace(/s$/, ""));
}
