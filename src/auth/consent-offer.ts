/**
 * What a consent page offers for one request, and what becomes of the form that comes back. What the client asked
 * for is preselected; the person may narrow it or add to it; nothing is widened or dropped without being shown. Pure.
 */
import { Access, type Access as AccessType } from "../terms/api-file.ts";
import type { OperationSummary } from "../spec/catalog.ts";
import { formatScope, parseScope, type Scope } from "../terms/scopes.ts";

export interface ApiInventory {
  name: string;
  title: string;
  operations: Pick<OperationSummary, "access" | "tags">[];
}

export interface OfferedAccess {
  access: AccessType;
  operations: number;
  preselected: boolean;
  /** The tags that operations with this access have; preselected ones first, then most used first. */
  tags: { tag: string; operations: number; preselected: boolean }[];
}

export interface OfferedApi {
  name: string;
  title: string;
  choices: OfferedAccess[];
}

export interface Offer {
  apis: OfferedApi[];
  /** Requested scopes that name nothing here. Shown, so that they are not dropped in silence. */
  unknown: string[];
}

/** `offline_access` asks for a refresh token, which every grant gets. */
const withoutMeaningHere = new Set(["offline_access"]);

/** @param requested scopes of the authorization request; none at all means: read */
export function makeOffer(requested: readonly string[], apis: readonly ApiInventory[]): Offer {
  const asked = requested.filter((scope) => !withoutMeaningHere.has(scope));
  const parsed = asked.map((text) => ({ text, scope: parseScope(text) }));
  const wanted = parsed.map(({ scope }) => scope).filter((scope) => scope !== undefined);
  return {
    apis: apis.map((api) => ({
      name: api.name,
      title: api.title,
      choices: Access.options.map((access) => {
        const mine = wanted.filter((scope) => scope.api === api.name && scope.access === access);
        const narrowed = mine.length > 0 && mine.every((scope) => scope.tag !== undefined);
        return {
          access,
          operations: api.operations.filter((operation) => operation.access === access).length,
          preselected: asked.length === 0 ? access === "read" : mine.length > 0,
          tags: countTags(api, access)
            .map(([tag, operations]) => ({
              tag,
              operations,
              preselected: narrowed && mine.some((scope) => scope.tag === tag),
            }))
            .toSorted((a, b) => Number(b.preselected) - Number(a.preselected)),
        };
      }),
    })),
    unknown: parsed.filter(({ scope }) => !scope || !knows(apis, scope)).map(({ text }) => text),
  };
}

export type ChoiceResult = { ok: true; scopes: string[] } | { ok: false; problem: string; forged: boolean };

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
): ChoiceResult {
  const wide = ticked.map(parseScope);
  const narrow = tags.map(parseScope);
  const offered = (scope: Scope | undefined, tagged: boolean) =>
    scope !== undefined && (scope.tag !== undefined) === tagged && knows(apis, scope);
  if (!wide.every((scope) => offered(scope, false)) || !narrow.every((scope) => offered(scope, true)))
    return notOffered;
  const scopes = wide.flatMap((scope) => {
    const only = narrow.filter((one) => one!.api === scope!.api && one!.access === scope!.access);
    return (only.length > 0 ? only : [scope]).map((one) => formatScope(one!));
  });
  if (scopes.length === 0)
    return { ok: false, forged: false, problem: "Nothing is ticked: tick what it may do, or press Deny." };
  return { ok: true, scopes: [...new Set(scopes)] };
}

const notOffered: ChoiceResult = {
  ok: false,
  forged: true,
  problem: "The form asks for something that the page did not offer.",
};

function knows(apis: readonly ApiInventory[], { api: name, access, tag }: Scope): boolean {
  const api = apis.find((one) => one.name === name);
  if (!api) return false;
  return tag === undefined || api.operations.some((one) => one.access === access && one.tags.includes(tag));
}

function countTags(api: ApiInventory, access: AccessType): [string, number][] {
  const counts = new Map<string, number>();
  for (const operation of api.operations)
    if (operation.access === access)
      for (const tag of new Set(operation.tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}
