/**
 * Scopes: `<api>:<access>`, or `<api>:<access>:<tag>` for operations with a tag (percent-encoded, because an OAuth scope
 * cannot contain spaces; RFC 6749, 3.3). Only this file reads and writes them. Pure.
 */
import { Access, type Access as AccessType } from "./api-file.ts";
import { credentialIdOf, type Caller } from "./caller.ts";

export type Grant = Pick<Caller, "access" | "tags">;
/** What a connection acts with: its grant, and the user's own accounts that it holds. */
export type Reach = Pick<Caller, "access" | "tags" | "accounts">;
type Operation = { access: AccessType; tags: readonly string[] };

/** What a person reads for each access, on the consent page and in every advice to tick it. */
export const accessLabels: Record<AccessType, string> = { read: "Read", write: "Write", delete: "Delete" };

export interface Scope {
  api: string;
  access: AccessType;
  tag?: string;
}

/**
 * Of an access token that opens the feed of what waits for its owner, and nothing else: such a token stands in addresses. No API
 * has a scope without a colon.
 */
export const feedScope = "waiting";

export const isForFeed = (scopes: readonly string[]): boolean =>
  scopes.length === 1 && scopes[0] === feedScope;

export function formatScope({ api, access, tag }: Scope): string {
  return tag === undefined
    ? `${api}:${access}`
    : `${api}:${access}:${encodeURIComponent(tag.toWellFormed())}`;
}

/** @returns undefined if it is not a scope of an API (`offline_access`, a typing mistake) */
export function parseScope(text: string): Scope | undefined {
  const [api, access, tag, ...rest] = text.split(":");
  const known = Access.safeParse(access);
  if (!api || !known.success || rest.length > 0) return undefined;
  if (tag === undefined) return { api, access: known.data };
  try {
    return { api, access: known.data, tag: decodeURIComponent(tag) };
  } catch {
    return undefined;
  }
}

/** Every scope of these APIs, without tags. */
export function allScopes(apis: readonly string[]): string[] {
  return apis.flatMap((api) => Access.options.map((access) => formatScope({ api, access })));
}

/**
 * What a list of scopes allows on these APIs. A scope for the whole API overrides those for its tags. Unknown scopes and
 * those of other APIs are ignored.
 */
export function grantOf(scopes: readonly string[], apis: readonly string[]): Grant {
  const access: Caller["access"] = {};
  const tags: NonNullable<Caller["tags"]> = {};
  const parsed = scopes.map(parseScope).filter((scope) => scope !== undefined);
  for (const api of apis) {
    for (const kind of Access.options) {
      const given = parsed.filter((scope) => scope.api === api && scope.access === kind);
      if (given.length === 0) continue;
      (access[api] ??= []).push(kind);
      if (given.every((scope) => scope.tag !== undefined))
        (tags[api] ??= {})[kind] = [...new Set(given.map((scope) => scope.tag!))];
    }
  }
  return Object.keys(tags).length > 0 ? { access, tags } : { access };
}

/** Whether the caller may use an operation with this access and these tags. */
export function allows(caller: Grant, api: string, operation: Operation): boolean {
  if (!caller.access[api]?.includes(operation.access)) return false;
  const only = caller.tags?.[api]?.[operation.access];
  return only === undefined || operation.tags.some((tag) => only.includes(tag));
}

/** The smallest scope that the caller lacks for an operation; undefined if the caller may use it. */
export function missingScope(caller: Grant, api: string, operation: Operation): string | undefined {
  if (allows(caller, api, operation)) return undefined;
  const { access, tags } = operation;
  // If only some tags were granted, the operation's own tag is the smallest addition.
  const [tag] = caller.access[api]?.includes(access) ? tags : [];
  return formatScope(tag === undefined ? { api, access } : { api, access, tag });
}

/** Whether one grant allows all that another does. */
export function covers(grant: Grant, other: Grant): boolean {
  return Object.entries(other.access).every(([api, kinds]) =>
    kinds.every((kind) => {
      if (!grant.access[api]?.includes(kind)) return false;
      const only = grant.tags?.[api]?.[kind];
      const wanted = other.tags?.[api]?.[kind];
      return only === undefined || (wanted !== undefined && wanted.every((tag) => only.includes(tag)));
    }),
  );
}

export function reachOf({ access, tags, accounts }: Caller): Reach {
  return { access, ...(tags && { tags }), ...(accounts && { accounts }) };
}

/**
 * Whether a connection may have done in its name what another one does: it was granted all that, and holds the same accounts: the
 * same pasted secrets, or the same logins. Another login is another account, whichever it is at the API.
 */
export function reaches(own: Reach, other: Reach): boolean {
  return (
    covers(own, other) &&
    Object.entries(other.accounts ?? {}).every(([api, accounts]) =>
      accounts.every((account) =>
        own.accounts?.[api]?.some(
          (each) => each.label === account.label && credentialIdOf(each) === credentialIdOf(account),
        ),
      ),
    )
  );
}
