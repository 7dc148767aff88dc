/**
 * What the API may know of, because requests for the same user were signed with it: in memory, and only to be taken out of
 * answers, whichever request they answer.
 */
import { BoundedMap } from "../../terms/bounded-map.ts";
import type { SecretsOwner } from "./secrets.ts";

/** Of one owner: accounts, some scopes' tokens, and those before them. Finding 32 tokens of 1,200 characters takes seconds to prepare. */
const maxIssued = 32;

interface Issued {
  /**
   * What one request is signed with, and what else an answer to it may hold. Beyond the limit, what no request has brought for
   * longest is forgotten.
   */
  add(secrets: readonly string[]): void;
  /** The same array until another one is added. */
  latest(): readonly string[];
}

const known = new BoundedMap<string, Issued>(10_000);

/** The same for all accounts of a user, and for all users of an API that is called with one credential. */
export function issuedTo({ api, file, caller }: SecretsOwner): Issued {
  const user = file.credential?.from === "shared" ? undefined : caller.userId;
  return known.take(JSON.stringify([api, user]), newIssued);
}

function newIssued(): Issued {
  /** By when they were added last. */
  const used = new Set<string>();
  let all: readonly string[] = [];
  return {
    add(secrets) {
      // A header's value is sent without the blanks around it, and may come back like that.
      const added = secrets.flatMap((secret) => [secret, secret.trim()]).filter((secret) => secret !== "");
      const isNew = added.some((secret) => !used.has(secret));
      for (const secret of added) {
        used.delete(secret);
        used.add(secret);
      }
      if (!isNew) return;
      const kept = Math.max(maxIssued, new Set(added).size);
      for (const secret of [...used].slice(0, -kept)) used.delete(secret);
      all = [...used];
    },
    latest: () => all,
  };
}
