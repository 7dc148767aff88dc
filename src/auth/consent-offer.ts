/**
 * What a consent page offers for one request, and what the submitted form grants. Whatever the client asked for is
 * preselected; the user may narrow it or add to it; nothing is widened or dropped without being shown. Pure.
 */
import { Access, type Access as AccessType } from "../terms/api-file.ts";
import type { DeployedApi } from "../terms/manifest.ts";
import { failed, type Result } from "../terms/result.ts";
import type { OperationSummary } from "../spec/catalog.ts";
import { formatScope, parseScope, type Scope } from "../terms/scopes.ts";

export type ApiInventory = Pick<DeployedApi, "name" | "title" | "file"> & {
  operations: Pick<OperationSummary, "access" | "tags">[];
};

export type Offer = ReturnType<typeof makeOffer>;
export type OfferedApi = Offer["apis"][number];
export type OfferedAccess = OfferedApi["choices"][number];

/**
 * The choices of the page, with unknown scopes listed so that they are not dropped silently.
 * @param requested scopes of the authorization request; none at all means: read
 */
export function makeOffer(requested: readonly string[], apis: readonly ApiInventory[]) {
  // `offline_access` asks for a refresh token, which every grant gets.
  const asked = requested.filter((scope) => scope !== "offline_access");
  const parsed = asked.map((text) => ({ text, scope: parseScope(text) }));
  const wanted = parsed.map(({ scope }) => scope).filter((scope) => scope !== undefined);
  return {
    apis: apis.map((api) => ({
      name: api.name,
      title: api.title,
      credential: api.file.credential,
      choices: Access.options.map((access) => {
        const mine = wanted.filter((scope) => scope.api === api.name && scope.access === access);
        const narrowed = mine.length > 0 && mine.every((scope) => scope.tag !== undefined);
        return {
          access,
          operations: api.operations.filter((operation) => operation.access === access).length,
          preselected: asked.length === 0 ? access === "read" : mine.length > 0,
          // Preselected tags first, then those with the most operations.
          tags: countTags(api, access)
            .map(([tag, { length: operations }]) => {
              return { tag, operations, preselected: narrowed && mine.some((scope) => scope.tag === tag) };
            })
            .toSorted((a, b) => Number(b.preselected) - Number(a.preselected)),
        };
      }),
    })),
    unknown: parsed.filter(({ scope }) => !scope || !knows(apis, scope)).map(({ text }) => text),
  };
}

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
      problem: "Nothing is ticked. Tick what the program may do, or press Deny.",
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
