/**
 * What the operator's own project adds (src/terms/public.ts). Its module runs before ours and leaves its exports under a
 * symbol, both in the Worker and in the commands; without one there is nothing. Own code is held: it cannot run on forever.
 */
import type { Defined, Kind, Variables } from "./public.ts";
import { logEvent } from "./log.ts";
import { onceFor } from "./once.ts";

/** As the bundle of a project leaves it (src/cli/own/bundle.ts). */
export interface Registered {
  members: Readonly<Record<string, unknown>>;
  /** Every loop and function of the project calls `tick`. */
  watch(tick: () => void): void;
  /** The source of a module with the pagings alone, which is shipped into isolates; undefined if there are none. */
  pagings?: string | undefined;
}

type Own = { readonly [What in Kind]: readonly Defined[What][] };

const place = Symbol.for("isogate.own");
const mark = Symbol.for("isogate.defined");
const none: Own = { rule: [], scheme: [], "sign-in": [], sink: [], paging: [] };

/** What a value was defined as. */
export function kindOf(value: unknown): Kind | undefined {
  return typeof value === "object" && value !== null
    ? ((value as Record<symbol, unknown>)[mark] as Kind | undefined)
    : undefined;
}

const read = onceFor(({ members, watch }: Registered): Own => {
  watch(() => {
    if (Date.now() > until) throw new Error(`it did not end within ${holdMs / 1_000} s`);
  });
  const all = Object.values(members);
  const of = <What extends Kind>(kind: What) => all.filter((one) => kindOf(one) === kind) as Defined[What][];
  return {
    rule: of("rule"),
    scheme: of("scheme"),
    "sign-in": of("sign-in"),
    sink: of("sink"),
    paging: of("paging"),
  };
});

const registered = () => (globalThis as Record<symbol, unknown>)[place] as Registered | undefined;

/** What the project adds, by kind. */
export function own(): Own {
  const found = registered();
  return found ? read(found) : none;
}

/** See `Registered`. */
export function ownPagings(): string | undefined {
  return registered()?.pagings;
}

/** Names of all variables and secrets that the project reads. */
export function ownNames(which: "variables" | "secrets"): string[] {
  return [...new Set([...own()["sign-in"], ...own().sink].flatMap((one) => one[which] ?? []))];
}

/** What a member of the project may see of the environment. */
export function variablesFor(
  { variables = [], secrets = [] }: { variables?: readonly string[]; secrets?: readonly string[] },
  env: object,
): Variables {
  const all = env as Record<string, unknown>;
  const names = [...variables, ...secrets];
  return Object.fromEntries(
    names.flatMap((name) => (typeof all[name] === "string" ? [[name, all[name]]] : [])),
  );
}

type Report = (kind: Kind, name: string, error: unknown) => void;
let report: Report = (kind, name, error) =>
  logEvent("isogate.own.failed", { "isogate.own.kind": kind, "isogate.own.name": name }, error);

/** Own code failed: the operator is told. @param error leave it out if its message may hold a secret */
export function ownFailed(kind: Kind, name: string, error: unknown): void {
  report(kind, name, error);
}

/** Tells it otherwise than in the server's log. */
export function reportOwnFailures(by: Report): void {
  report = by;
}

/** For a rule this is long, and everybody waits for it. */
const holdMs = 1_000;
/** What waits for a server of the operator's. */
const answerMs = 10_000;
let until = Infinity;

/** Calls own code that answers at once. @throws whatever it throws, or Error if it does not end */
export function held<T>(call: () => T): T {
  const before = until;
  until = Math.min(until, Date.now() + holdMs);
  try {
    return call();
  } finally {
    until = before;
  }
}

/** The same for own code that may wait for something. */
export async function heldAnswer<T>(call: () => T | Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`it did not answer within ${answerMs / 1_000} s`);
    timer = setTimeout(() => reject(error), answerMs);
  });
  try {
    return await Promise.race([held(call), late]);
  } finally {
    clearTimeout(timer);
  }
}
