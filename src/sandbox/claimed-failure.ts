/**
 * What an error that comes out of an isolate may claim. The model's code can forge it, and the reply says it in isogate's
 * words. So what a claim says of a request must be what the gateway recorded of one, advice is made here, and every other
 * text is one line of data. Every kind of failure is listed once.
 */
import { z } from "zod";
import { hintFor, telling } from "../request/hints.ts";
import { budgetNames } from "../terms/budgets.ts";
import {
  brokenOff,
  fixedLimits,
  unitOf,
  type Failure,
  type FailureKind,
  type FailureOf,
} from "../terms/failure.ts";
import type { RequestRecord } from "../terms/failure.ts";

const text = z.string().max(64 * 1024);
/** Cannot begin a line of its own. */
const line = text.transform((given) => given.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " "));
const lines = z.array(line).max(100);
const operation = line.exactOptional();
const limit = z.enum([...budgetNames, ...(Object.keys(fixedLimits) as (keyof typeof fixedLimits)[])]);
const indented = text.transform((given) => given.replaceAll(/^/gm, "  "));

/** What the advice on an answer is made of: nothing in it has room for a sentence. */
const Answered = z.object({
  status: z.number(),
  headers: z.partialRecord(z.enum(telling), z.string().regex(/^[\w,:+ -]{1,300}$/)),
  method: z.string().regex(/^[A-Z]{1,20}$/),
  reads: z.boolean(),
  collection: z
    .string()
    .regex(/^\/[^\s?#]{0,500}$/)
    .optional(),
  called: z.string().regex(/^apis?(?:\.\w{1,60})?(?:\.as\("[^"\p{C}]{1,60}"\))?$/u),
  lostAt: z.string().max(2_000).optional(),
});

type Believe<Kind extends FailureKind> = (
  claim: unknown,
  requests: readonly RequestRecord[],
) => Omit<FailureOf<Kind>, "kind"> | undefined;

const claims: { [Kind in FailureKind]: Believe<Kind> | "never" } = {
  syntax: "never",
  "unusable-code": "never",
  thrown: "never",
  "timed-out": "never",
  "limit-reached": taken(
    z.object({ limit, value: z.number() }).transform((claim) => ({ ...claim, unit: unitOf(claim.limit) })),
  ),
  "unknown-operation": taken(z.object({ asked: line, nearest: lines })),
  "bad-arguments": taken(
    z.object({
      operation: line,
      problems: lines,
      signature: indented.exactOptional(),
      passable: z.boolean().exactOptional(),
    }),
  ),
  denied: recorded(z.object({ operation, rule: line, message: text }), ({ message }, { failure, rule }) =>
    failure?.kind === "denied" && failure.message === message ? { rule: rule ?? "" } : undefined,
  ),
  // Without the link, which a person would follow: the host adds it.
  "needs-approval": recorded(
    z.object({ operation: line }),
    (claim, request) => request.outcome === "waiting" && isOf(claim, request),
  ),
  "needs-scope": recorded(
    z.object({ operation: line, scope: line }),
    ({ scope }, { failure }) => failure?.kind === "needs-scope" && failure.message === scope,
  ),
  "upstream-error": upstreamError,
  // Also of an answer that broke off. Words for a read must not be said of a write.
  "upstream-unreachable": unanswered(
    (request) => request.outcome === "unreachable" || (request.outcome === "answered" && isRead(request)),
  ),
  "outcome-unknown": unanswered(({ outcome }) => /^(?:unknown|answered|under way)$/.test(outcome)),
  stopped: "never",
  interrupted: "never",
  sleeping: "never",
  canceled: "never",
  // It alerts an operator.
  misconfigured: (claim, requests) => {
    const { message, next } = claim as Partial<FailureOf<"misconfigured">>;
    const found = requests.some(
      ({ failure }) =>
        failure?.kind === "misconfigured" && failure.message === message && failure.next === next,
    );
    return found ? { message: message ?? "", next: next ?? "" } : undefined;
  },
};

/**
 * @param claim the `failure` of an error that ended a run, as its isolate wrote it
 * @param requests what the gateway recorded of the run
 * @returns the failure, or undefined if it is not believed and counts as an ordinary error
 */
export function believed(claim: unknown, requests: readonly RequestRecord[]): Failure | undefined {
  const kind = typeof claim === "object" && claim !== null && "kind" in claim ? claim.kind : undefined;
  if (typeof kind !== "string" || !Object.hasOwn(claims, kind)) return undefined;
  const believe = claims[kind as FailureKind];
  const data = believe === "never" ? undefined : believe(claim, requests);
  return data && ({ kind, ...data } as Failure);
}

const isRead = ({ method }: RequestRecord) => method === "GET" || method === "HEAD";

/** A failure before an operation was known has none. */
const isOf = (claim: { operation?: string }, request: RequestRecord) =>
  claim.operation === undefined || claim.operation === request.operation;

/** Says nothing of a request: a false claim misleads only the model. */
function taken<Data>(schema: z.ZodType<Data>): (claim: unknown) => Data | undefined {
  return (claim) => schema.safeParse(claim).data;
}

/**
 * A claim about a request, believed if the gateway recorded such a request.
 * @param is whether it is one, or the members to replace by what was recorded
 */
function recorded<Data extends { operation?: string }>(
  schema: z.ZodType<Data>,
  is: (claim: Data, request: RequestRecord) => boolean | Partial<Data> | undefined,
): (claim: unknown, requests: readonly RequestRecord[]) => Data | undefined {
  return (claim, requests) => {
    const { data } = schema.safeParse(claim);
    if (!data) return undefined;
    for (const request of requests) {
      const found = is(data, request);
      if (found) return { ...data, ...(found !== true && found) };
    }
    return undefined;
  };
}

/** @returns the claim in the words of the record that it is about, or of the last that it may be about */
function unanswered(is: (request: RequestRecord) => boolean) {
  const reasonOf = ({ failure, status }: RequestRecord) => failure?.message ?? brokenOff(status);
  return (claim: unknown, requests: readonly RequestRecord[]) => {
    const { data } = z.object({ operation, message: text }).safeParse(claim);
    const fitting = data ? requests.filter((request) => isOf(data, request) && is(request)) : [];
    const of = fitting.find((request) => reasonOf(request) === data?.message) ?? fitting.at(-1);
    return data && of && { ...data, message: reasonOf(of) };
  };
}

function upstreamError(
  claim: unknown,
  requests: readonly RequestRecord[],
): Omit<FailureOf<"upstream-error">, "kind"> | undefined {
  const { data } = z
    .object({ operation, status: z.number(), body: text, answered: z.unknown() })
    .safeParse(claim);
  const of = requests.find(
    (one) =>
      one.outcome === "answered" &&
      one.status === data?.status &&
      (data?.operation ?? one.operation) === one.operation,
  );
  if (!data || !of) return undefined;
  const { answered, ...rest } = data;
  const from = Answered.safeParse(answered).data;
  if (!from || from.status !== data.status) return rest;
  const lostAt =
    from.lostAt !== undefined && requests.some(({ url }) => url.startsWith(from.lostAt!)) && from.lostAt;
  return {
    ...rest,
    hint: hintFor({ ...from, lostAt: lostAt || undefined } as Parameters<typeof hintFor>[0]),
  };
}
