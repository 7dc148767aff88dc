/**
 * What an error that comes out of an isolate may claim. The model's code can forge it, so a kind is believed only if a
 * false claim misleads only the model. Every kind of failure is listed once.
 */
import { z } from "zod";
import { budgetNames } from "./budgets.ts";
import { fixedLimits, type Failure, type FailureKind, type FailureOf } from "./failure.ts";
import type { RequestRecord } from "./failure.ts";

const text = z.string().max(64 * 1024);
const texts = z.array(text).max(100);
const operation = text.exactOptional();
const limit = z.enum([...budgetNames, ...(Object.keys(fixedLimits) as (keyof typeof fixedLimits)[])]);

/** `recorded`: believed if the gateway recorded it for a request of the run. `never`: only the host reports it. */
const claims: {
  [Kind in FailureKind]: z.ZodType<Omit<FailureOf<Kind>, "kind">> | "recorded" | "never";
} = {
  syntax: "never",
  "unusable-code": "never",
  thrown: "never",
  "timed-out": "never",
  "limit-reached": z.object({ limit, value: z.number(), unit: text }),
  "unknown-operation": z.object({ asked: text, nearest: texts }),
  "bad-arguments": z.object({
    operation: text,
    problems: texts,
    signature: operation,
    passable: z.boolean().exactOptional(),
  }),
  denied: z.object({ operation, rule: text, message: text }),
  // Without the link, which a person would follow: the host adds it.
  "needs-approval": z.object({ operation: text }),
  "needs-scope": z.object({ operation: text, scope: text }),
  "upstream-error": z.object({ operation, status: z.number(), body: text, hint: operation }),
  "upstream-unreachable": z.object({ operation, message: text }),
  "outcome-unknown": z.object({ operation, message: text }),
  stopped: "never",
  interrupted: "never",
  // It alerts an operator.
  misconfigured: "recorded",
};

/**
 * @param claim the `failure` of an error that ended a run, as its isolate wrote it
 * @param requests what the gateway recorded of the run
 * @returns the failure, or undefined if it is not believed and counts as an ordinary error
 */
export function believed(claim: unknown, requests: readonly RequestRecord[]): Failure | undefined {
  const kind = typeof claim === "object" && claim !== null && "kind" in claim ? claim.kind : undefined;
  if (typeof kind !== "string" || !Object.hasOwn(claims, kind)) return undefined;
  const schema = claims[kind as FailureKind];
  if (schema === "never") return undefined;
  if (schema === "recorded") return recorded(claim as Partial<Misconfigured>, requests);
  const { success, data } = schema.safeParse(claim);
  return success ? ({ kind, ...data } as Failure) : undefined;
}

type Misconfigured = FailureOf<"misconfigured">;

/** The recorded failure with the same words. */
function recorded(
  { message, next }: Partial<Misconfigured>,
  requests: readonly RequestRecord[],
): Misconfigured | undefined {
  for (const { failure } of requests)
    if (failure?.kind === "misconfigured" && failure.message === message && failure.next === next)
      return { kind: "misconfigured", message: failure.message ?? "", next: failure.next ?? "" };
  return undefined;
}
