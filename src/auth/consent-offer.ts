/**
 * What a consent page offers for one request, and what the submitted form grants. Only reading is ticked at first,
 * whatever the client asked for: the rest of its request is marked, and a person ticks it. Of the demo that comes with
 * isogate, which harms nobody, writing is ticked too. Nothing is widened or dropped
 * without being shown. Pure.
 */
import { Access, type Access as AccessType } from "../terms/api-file.ts";
import type { DeployedApi } from "../terms/manifest.ts";
import { failed, type Result } from "../terms/result.ts";
import type { Outcome } from "../gateway/decide/decisions.ts";
import type { OperationSummary } from "../spec/catalog.ts";
import { formatScope, parseScope, type Scope } from "../terms/scopes.ts";

export type ApiInventory = Pick<DeployedApi, "name" | "title" | "file" | "demo"> & {
  operations: OperationSummary[];
  /** What becomes of a call of an operation, if its access is granted: as the gateway decides. */
  outcomeOf: (operation: OperationSummary) => Outcome;
  /** Names of the secrets that the API is called with and that this server does not have. */
  unset?: string[];
  /** Where it is called, as its document says: two APIs may have one name. */
  host?: string | undefined;
};

export type Offer = ReturnType<typeof makeOffer>;
export type OfferedApi = Offer["apis"][number];
export type OfferedAccess = OfferedApi["choices"][number];

interface OfferWishes {
  /** Scopes of an earlier grant of the same client to the same user, if there is one: shown, never ticked for it. */
  before?: readonly string[] | undefined;
  /** What the person ticked on a page that comes back, scopes as `readChoice` gives them. */
  ticked?: readonly string[] | undefined;
}

/**
 * The choices of the page, with unknown scopes listed so that they are not dropped silently.
 * @param requested scopes of the authorization request. An API starts with `read` if they name it, and every API does if
 *   they name none
 */
export function makeOffer(
  requested: readonly string[],
  apis: readonly ApiInventory[],
  { before, ticked }: OfferWishes = {},
) {
  // `offline_access` asks for a refresh token, which every grant gets.
  const texts = [...new Set(requested)].filter((scope) => scope !== "offline_access");
  const parsed = texts.map((text) => ({ text, scope: parseScope(text) }));
  const asked = parsed.flatMap(({ scope }) => (scope && knows(apis, scope) ? [scope] : []));
  const had = scopesIn(before);
  const kept = ticked && scopesIn(ticked);
  const starts = (name: string) => asked.length === 0 || asked.some(({ api }) => api === name);
  return {
    /** Whether the client has access already, so that what it asks for beyond that is what it lacks. */
    connected: before !== undefined,
    apis: apis.map((api) => ({
      name: api.name,
      title: api.title,
      demo: api.demo === true,
      credential: api.file.credential,
      unset: api.unset ?? [],
      host: api.host,
      choices: Access.options.map((access) => {
        const here = (scope: Scope) => scope.api === api.name && scope.access === access;
        const [mine, earlier] = [asked.filter(here), had.filter(here)];
        const chosen = kept?.filter(here) ?? mine;
        const narrowed = chosen.length > 0 && chosen.every((scope) => scope.tag !== undefined);
        const all = api.operations.filter((operation) => operation.access === access);
        return {
          access,
          operations: all.length,
          outcomes: countOutcomes(all.map(api.outcomeOf)),
          examples: examplesOf(api, access),
          list: all.slice(0, maxListed).map((one) => ({ name: nameOf(one), outcome: api.outcomeOf(one) })),
          ticked: kept
            ? chosen.length > 0
            : starts(api.name) && (access === "read" || (access === "write" && api.demo === true)),
          asked: mine.length > 0,
          before: earlier.length > 0,
          /** The tags that the client limited its wish to. */
          only: mine.every((scope) => scope.tag !== undefined) ? mine.map((scope) => scope.tag!) : [],
          // A ticked tag narrows, and gives nothing by itself. Ticked tags first, then those with the most operations.
          tags: countTags(api, access)
            .map(([tag, { length: operations }]) => {
              return { tag, operations, ticked: narrowed && chosen.some((scope) => scope.tag === tag) };
            })
            .toSorted((a, b) => Number(b.ticked) - Number(a.ticked)),
        };
      }),
    })),
    unknown: parsed.filter(({ scope }) => !scope || !knows(apis, scope)).map(({ text }) => text),
  };
}

/** How many operations have each outcome, the freest first. */
function countOutcomes(all: readonly Outcome[]): [Outcome, number][] {
  const kinds: Outcome[] = ["allow", "ask", "varies", "deny"];
  const counted = kinds.map((kind): [Outcome, number] => [kind, all.filter((one) => one === kind).length]);
  return counted.filter(([, operations]) => operations > 0);
}

/** Operations that the page names for each access of an API. */
const maxListed = 40;
const maxNameChars = 90;

/** An operation by its summary, or by its id if it has none or one that explains. */
function nameOf({ id, summary }: OperationSummary): string {
  const text = summary.trim().replace(/\.$/, "");
  return text === "" || text.length > maxNameChars ? id : text;
}

const maxExamples = 3;
/** A longer summary is an explanation, not a name. */
const maxExampleChars = 48;

/** What an access means at this API: the first operation of each of its largest tags, in the document's own words. */
function examplesOf(api: ApiInventory, access: AccessType): string[] {
  const mine = api.operations.filter((operation) => operation.access === access);
  const largest = countTags(api, access).map(([tag]) => mine.filter(({ tags }) => tags.includes(tag)));
  const words = [...largest.map(([first]) => first), ...mine].flatMap((one) => phraseOf(one?.summary) ?? []);
  return [...new Set(words)].slice(0, maxExamples);
}

/** "Create a DNS record." as part of a sentence. */
function phraseOf(summary = ""): string | undefined {
  const text = summary.trim().replace(/\.$/, "");
  if (text === "" || text.length > maxExampleChars) return undefined;
  return /^\p{Lu}\p{Ll}/u.test(text) ? text[0]!.toLowerCase() + text.slice(1) : text;
}

const scopesIn = (texts: readonly string[] = []) =>
  texts.map(parseScope).filter((scope) => scope !== undefined);

/**
 * The scopes that a filled-in form grants.
 * @param ticked values of `scope`: scopes without a tag
 * @param tags values of `tag`: scopes with a tag; they narrow the ticked one of the same access
 * @returns `forged` if the form holds a value that the page did not offer
 */
export function readChoice(
  ticked: readonly string[],
  tags: readonly string[],
  apis: readonly ApiInventory[],
): Result<{ scopes: string[] }, { problem: string; forged: boolean }> {
  const wide = ticked.map(parseScope);
  const narrow = tags.map(parseScope);
  const offered = (scope: Scope | undefined, tagged: boolean) =>
    scope !== undefined && (scope.tag !== undefined) === tagged && knows(apis, scope);
  if (!wide.every((scope) => offered(scope, false)) || !narrow.every((scope) => offered(scope, true)))
    return failed({ forged: true, problem: "The form asks for something that the page did not offer" });
  const scopes = wide.flatMap((scope) => {
    const only = narrow.filter((one) => one!.api === scope!.api && one!.access === scope!.access);
    return (only.length > 0 ? only : [scope]).map((one) => formatScope(one!));
  });
  if (scopes.length === 0)
    return failed({
      forged: false,
      problem: "Nothing is ticked. Tick what the client may do, or press Deny.",
    });
  return { ok: true, scopes: [...new Set(scopes)] };
}

function knows(apis: readonly ApiInventory[], { api: name, access, tag }: Scope): boolean {
  const api = apis.find((one) => one.name === name);
  if (!api) return false;
  return tag === undefined || api.operations.some((one) => one.access === access && one.tags.includes(tag));
}

function countTags(api: ApiInventory, access: AccessType): [string, string[]][] {
  const mine = api.operations.filter((operation) => operation.access === access);
  const tags = mine.flatMap((operation) => [...new Set(operation.tags)]);
  return [...Map.groupBy(tags, (tag) => tag)].sort(([, a], [, b]) => b.length - a.length);
}
