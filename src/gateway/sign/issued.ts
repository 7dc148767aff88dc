/**
 * What the API may know of, because requests for the same user were signed with it: in memory, and only to be taken out of
 * answers, whichever request they answer.
 */
import { BoundedMap } from "../../terms/bounded-map.ts";
import type { SecretsOwner } from "./secrets.ts";

/** Of one owner: some scopes' tokens, and those before them. */
const maxIssued = 32;

interface Issued {
  /** Beyond so many, the first is forgotten: what is in use is added again with each request. */
  add(secret: string): void;
  latest(): readonly string[];
}

const known = new BoundedMap<string, Issued>(10_000);

/** The same for all accounts of a user, and for all users of an API that is called with one credential. */
export function issuedTo({ api, file, caller }: SecretsOwner): Issued {
  const user = file.credential?.from === "shared" ? undefined : caller.userId;
  return known.take(JSON.stringify([api, user]), newIssued);
}

function newIssued(): Issued {
  let all: readonly string[] = [];
  return {
    add(secret) {
      if (secret === "" || all.includes(secret)) return;
      // A header's value is sent without the blanks around it, and may come back like that.
      const trimmed = secret.trim();
      all = [...new Set([...all, secret, ...(trimmed === "" ? [] : [trimmed])])].slice(-maxIssued);
    },
    latest: () => all,
  };
}
