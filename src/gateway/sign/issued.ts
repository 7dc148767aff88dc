/**
 * What the API may know of, because requests for the same user were signed with it: in memory, and only to be taken out of
 * answers, whichever request they answer. Guarantee: what says when it expires is not forgotten before.
 */
import { BoundedMap } from "../../terms/bounded-map.ts";
import type { SecretsOwner } from "./secrets.ts";

/**
 * Of one owner, in characters: 33 tokens of 1,200. All of their spellings fit into the states of an automaton (automaton.ts);
 * of twice as many, each answer that repeats them takes seconds.
 */
const maxChars = 40_000;
/** What a shorter one counts: looking for 100 costs up to a second for a megabyte. */
const leastChars = 400;

/** `expiresAt`: Epoch, in ms. Without it, when it ends is not known. */
export interface Issuable {
  value: string;
  expiresAt?: number | undefined;
}

interface Issued {
  /**
   * What one request is signed with, and what else an answer to it may hold. Where room is needed, what has expired is
   * forgotten first, then, of what does not say when it expires, what no request has brought for longest.
   * @returns undefined, or, if that makes too little room and so nothing was added, when the next one expires
   */
  add(secrets: readonly Issuable[]): number | undefined;
  /** Whether half of the room is left for tokens that have to be fetched: only then may a refusal by the API bring another. */
  mayRenew(): boolean;
  /** The same array until another one is added. */
  latest(): readonly string[];
}

const known = new BoundedMap<string, Issued>(10_000);

/** The same for all accounts of a user, and for all users of an API that is called with one credential. */
export function issuedTo({ api, file, caller }: SecretsOwner): Issued {
  const user = file.credential?.from === "shared" ? undefined : caller.userId;
  return known.take(JSON.stringify([api, user]), newIssued);
}

const charsOf = (value: string) => Math.max(value.length, leastChars);
const allCharsOf = (values: readonly string[]) => values.reduce((sum, value) => sum + charsOf(value), 0);

function newIssued(): Issued {
  /** When each expires, by when they were added last; infinite: not known. */
  const held = new Map<string, number>();
  let all: readonly string[] = [];
  const lasting = (among: Iterable<[string, number]>) =>
    [...among].filter(([, expiresAt]) => expiresAt > Date.now() && expiresAt < Infinity);

  /** @returns what to forget before these are added, or when the first one expires that would have to be */
  function roomFor(added: Map<string, number>): string[] | number {
    const others = [...held].filter(([value]) => !added.has(value));
    const expired = others.filter(([, expiresAt]) => expiresAt <= Date.now()).sort(([, a], [, b]) => a - b);
    const endless = others.filter(([, expiresAt]) => expiresAt === Infinity);
    const forgotten: string[] = [];
    let over = allCharsOf([...added.keys(), ...others.map(([value]) => value)]) - maxChars;
    for (const [value] of [...expired, ...endless]) {
      if (over <= 0) break;
      forgotten.push(value);
      over -= charsOf(value);
    }
    const ends = lasting(others).map(([, expiresAt]) => expiresAt);
    return over > 0 && ends.length > 0 ? Math.min(...ends) : forgotten;
  }

  return {
    add(secrets) {
      const added = new Map<string, number>();
      for (const { value, expiresAt = Infinity } of secrets) {
        // A header's value is sent without the blanks around it, and may come back like that.
        for (const one of [value, value.trim()]) if (one !== "") added.set(one, expiresAt);
      }
      const isNew = [...added.keys()].some((value) => !held.has(value));
      const forgotten = isNew ? roomFor(added) : [];
      if (typeof forgotten === "number") return forgotten;
      for (const value of [...forgotten, ...added.keys()]) held.delete(value);
      for (const [value, expiresAt] of added) held.set(value, expiresAt);
      if (isNew) all = [...held.keys()];
      return undefined;
    },
    mayRenew: () => allCharsOf(lasting(held).map(([value]) => value)) <= maxChars / 2,
    latest: () => all,
  };
}
