/** Decisions as the page of a paused run makes them: about the requests that it shows at that moment. */
import type { Ledger } from "../../../../src/store/ledger/ledger.ts";
import type { ReviewChoice, ReviewResult } from "../../../../src/store/ledger/approvals/review.ts";

export type Click =
  | Exclude<ReviewChoice, { do: "allow-program" }>
  | { do: "allow-program" }
  | { do: "approve" | "always" | "send-again" | "took-effect"; request: string }
  | { do: "reject"; request: string; reason: string }
  | { do: "approve-listed" }
  | { do: "reject-all"; reason: string };

/** @param id of the paused run */
export async function click(
  ledger: DurableObjectStub<Ledger> | Ledger,
  id: string,
  decision: Click,
): Promise<ReviewResult> {
  const found = await ledger.pausedRun(id, 5_000);
  const shown = found?.requests ?? [];
  const pending = shown
    .filter(({ state }) => state === "pending")
    .map(({ id: request, hash }) => ({ id: request, hash }));
  if (decision.do === "approve-listed") return ledger.review(id, { do: "approve", requests: pending });
  if (decision.do === "reject-all")
    return ledger.review(id, { do: "reject", requests: pending, reason: decision.reason });
  if (decision.do === "allow-program")
    return ledger.review(id, { ...decision, capabilities: found?.program?.hash ?? "" });
  if (!("request" in decision)) return ledger.review(id, decision);
  const { request, ...rest } = decision;
  const requests = shown
    .filter(({ id: one }) => one === request)
    .map(({ id: one, hash }) => ({ id: one, hash }));
  return ledger.review(id, { ...rest, requests } as ReviewChoice);
}
