/**
 * What a look back found, request by request: those of then in their order, each with what became of it today, and after them
 * what is new. Answers are not kept, so an answer counts as changed when its status or its size is another. Pure.
 */
import { madeAgain } from "../../mcp/made-again.ts";
import type { KeptRun } from "../../store/ledger/runs.ts";
import type { Access } from "../../terms/api-file.ts";
import type { RequestRecord } from "../../terms/failure.ts";
import { effectOf } from "../../terms/grounds.ts";
import type { ApiThen, RuleThen, RunOfThen, RunRecord, Unmade } from "../../terms/record.ts";

/** Whether all that a look back needs of a run is kept. */
export const canLookBack = ({ code, codeChars }: Pick<RunOfThen, "code" | "codeChars">) =>
  code !== "" && code.length === codeChars;

/** What is kept of a run, if it has ended. */
export function runOfThen(kept: KeptRun): RunOfThen {
  return kept.ended ? kept.record : { ...kept.start, requests: kept.requests };
}

export type Change =
  /** Another status or size, or an answer that there was not before. */
  | { kind: "answer" }
  /** Allowed, asked or refused otherwise. */
  | { kind: "decision" }
  | { kind: "access"; was: Access; is: Access }
  /** The document has no such operation any more. */
  | { kind: "gone" }
  /** The same address belongs to another operation. */
  | { kind: "operation"; is: string }
  /** The operation has another address. */
  | { kind: "moved" }
  /** The operation takes other arguments. */
  | { kind: "called" }
  | { kind: "unmade" }
  | { kind: "new" };

export interface Line {
  was?: RequestRecord;
  is?: RequestRecord | Unmade;
  /** None: it is the same. */
  changes: Change[];
}

export function differencesOf(then: RunOfThen, now: RunRecord): Line[] {
  const pairs = madeAgain(then.requests, now.requests);
  const unmade = new Map(now.lookedBack?.unmade?.map((one) => [one.index, one]));
  const taken = new Set(pairs.values());
  const left = now.requests.filter((_, index) => !taken.has(index));
  const lines = then.requests.map((request, index): Line => {
    const made = pairs.get(index);
    const today = made === undefined ? unmade.get(index) : now.requests[made];
    const called = isCalledOtherwise(request, then.apis, now.apis) ? [{ kind: "called" as const }] : [];
    if (made !== undefined) return lineOf(request, today!, called);
    if (!today) return lineOf(request, undefined, [{ kind: "unmade" }]);
    const isThere = isMade(today) || today.known;
    if (!isThere || today.operation === request.operation)
      return lineOf(request, today, [...called, { kind: "unmade" }]);
    // The operation is elsewhere now: what was made of it today stands for it.
    const moved = left.findIndex(
      ({ api, operation }) => api === request.api && operation === request.operation,
    );
    const [elsewhere] = moved < 0 ? [] : left.splice(moved, 1);
    return lineOf(request, elsewhere, [
      { kind: "moved" },
      ...called,
      ...(elsewhere ? [] : [{ kind: "unmade" as const }]),
    ]);
  });
  return [...lines, ...left.map((request): Line => ({ is: request, changes: [{ kind: "new" }] }))];
}

/** Whether the look back made the request, instead of judging it by its address. */
export const isMade = (today: RequestRecord | Unmade): today is RequestRecord => !("index" in today);

/** @param before what is known of its operation */
function lineOf(was: RequestRecord, is: Line["is"], before: Change[]): Line {
  if (!is) return { was, changes: before };
  const { operation } = is;
  const isElsewhere = operation !== was.operation && !before.some(({ kind }) => kind === "moved");
  const elsewhere: Change[] = !isElsewhere
    ? []
    : [operation === undefined ? { kind: "gone" } : { kind: "operation", is: operation }];
  // What no operation of the document is meant by is refused for that, and by no rule.
  const decided = operation === undefined ? [] : decidedOtherwise(was, is);
  const answered = isMade(is) && isAnsweredOtherwise(was, is) ? [{ kind: "answer" as const }] : [];
  return { was, is, changes: [...elsewhere, ...before, ...decided, ...answered] };
}

function decidedOtherwise(then: RequestRecord, now: NonNullable<Line["is"]>): Change[] {
  const [was, is] = [then.access, now.access];
  return [
    ...(effectOf(then) === effectOf(now) ? [] : [{ kind: "decision" as const }]),
    ...(was && is && was !== is ? [{ kind: "access" as const, was, is }] : []),
  ];
}

/** Only of what was sent both times: a look back sends no write, and a replayed answer has no size. */
function isAnsweredOtherwise(then: RequestRecord, now: RequestRecord): boolean {
  const sent = new Set<RequestRecord["outcome"]>(["answered", "unreachable"]);
  if (!sent.has(then.outcome) || !sent.has(now.outcome)) return false;
  if (then.outcome !== now.outcome || then.status !== now.status) return true;
  return !then.replayed && then.bytesDown !== now.bytesDown;
}

function isCalledOtherwise(
  { api, operation = "" }: RequestRecord,
  then: RunRecord["apis"],
  now: RunRecord["apis"],
): boolean {
  const [was, is] = [then?.[api]?.operations?.[operation], now?.[api]?.operations?.[operation]];
  return was !== undefined && is !== undefined && was !== is;
}

export interface ApiDifference {
  name: string;
  /** The API is not here any more. */
  isGone: boolean;
  /** Undefined if then's is not known. */
  document: "same" | "changed" | undefined;
  /** Rules that came and went; undefined if those of then or of now are not known. */
  rules: { added: RuleThen[]; removed: RuleThen[] } | undefined;
  otherwise: { was: string; is: string } | undefined;
}

/** What has changed around the run: of each API that it called. */
export function apiDifferences(then: RunOfThen, now: RunRecord): ApiDifference[] {
  const called = [...new Set(then.requests.map(({ api }) => api))].filter((name) => name !== "");
  return called.map((name) => {
    const [was, is] = [then.apis?.[name], now.apis?.[name]];
    const document = was && is && (was.hash === is.hash ? "same" : "changed");
    const isGone = now.apis !== undefined && !is;
    return { name, isGone, document, rules: rulesBetween(was, is), otherwise: otherwiseBetween(was, is) };
  });
}

function rulesBetween(was: ApiThen | undefined, is: ApiThen | undefined): ApiDifference["rules"] {
  if (!was?.rules || !is?.rules) return undefined;
  return { added: without(is.rules, was.rules), removed: without(was.rules, is.rules) };
}

function without(rules: readonly RuleThen[], others: readonly RuleThen[]): RuleThen[] {
  const wordsOf = ({ effect, what }: RuleThen) => `${effect} ${what}`;
  const left = others.map(wordsOf);
  return rules.filter((rule) => {
    const same = left.indexOf(wordsOf(rule));
    if (same >= 0) left.splice(same, 1);
    return same < 0;
  });
}

function otherwiseBetween(was?: ApiThen, is?: ApiThen): ApiDifference["otherwise"] {
  const [before, after] = [was?.otherwise ?? "allow", is?.otherwise ?? "allow"];
  return was?.rules && is?.rules && before !== after ? { was: before, is: after } : undefined;
}
