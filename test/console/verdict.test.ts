/** What the comparison of a run with today says of one request, in a sentence for then and one for today. */
import { expect, it } from "vitest";
import type { Line } from "../../src/console/parts/differences.ts";
import { verdictOf } from "../../src/console/parts/verdict.ts";
import type { RequestRecord } from "../../src/terms/failure.ts";

const sent = (other: Partial<RequestRecord> = {}): RequestRecord => ({
  api: "demo",
  method: "GET",
  url: "https://api.example.com/zones",
  operation: "listZones",
  outcome: "answered",
  status: 200,
  durationMs: 1,
  bytesUp: 0,
  bytesDown: 345,
  access: "read",
  grounds: { by: "grant", access: "read" },
  ...other,
});
const asks = { by: "policy", effect: "ask", what: "operation listZones", index: 1 } as const;
const refuses = { by: "policy", effect: "deny", what: "operation listZones", index: 0 } as const;
const unmade = { index: 0, known: true, outcome: "under way" } as const;
const was = sent();

it.each<[what: string, line: Line, then: string, today: string]>([
  [
    "the same",
    { was, is: sent(), changes: [] },
    "sent, and answered 200 (345 B)",
    "it is answered 200 (345 B)",
  ],
  [
    "another answer",
    { was, is: sent({ status: 404, bytesDown: 2_000 }), changes: [{ kind: "answer" }] },
    "sent, and answered 200 (345 B)",
    "it is answered 404 (2 kB)",
  ],
  [
    "a write that goes out",
    { was, is: sent({ outcome: "planned" }), changes: [] },
    "sent, and answered 200 (345 B)",
    "it would be sent",
  ],
  [
    "a write that asks now",
    {
      was,
      is: sent({ outcome: "planned", grounds: asks }),
      changes: [{ kind: "called" }, { kind: "decision" }],
    },
    "sent, and answered 200 (345 B) (the connection has read access, and no rule holds it back)",
    "it takes other arguments, and it would wait for a person: rule 2 of this API asks a person: “operation listZones”",
  ],
  [
    "one that is refused now",
    { was, is: sent({ outcome: "denied", grounds: refuses }), changes: [{ kind: "decision" }] },
    "sent, and answered 200 (345 B) (the connection has read access, and no rule holds it back)",
    "it would be refused: rule 1 of this API refuses it: “operation listZones”",
  ],
  [
    "one that was refused",
    { was: sent({ outcome: "denied", grounds: refuses }), is: sent(), changes: [{ kind: "decision" }] },
    "refused, and not sent (rule 1 of this API refuses it: “operation listZones”)",
    "it is answered 200 (345 B): the connection has read access, and no rule holds it back",
  ],
  [
    "a read of the same address that is another operation, with other access",
    {
      was,
      is: sent({ operation: "other", outcome: "planned" }),
      changes: [
        { kind: "operation", is: "other" },
        { kind: "access", was: "write", is: "read" },
      ],
    },
    "sent, and answered 200 (345 B)",
    "this address belongs to another operation, “Title of other”, it counts as a read, and was a write, and it would be sent",
  ],
  [
    "one that moved",
    { was, is: sent({ url: "https://b.example/z" }), changes: [{ kind: "moved" }] },
    "sent, and answered 200 (345 B)",
    "the operation is at https://b.example/z, and it is answered 200 (345 B)",
  ],
  [
    "one that moved and is not asked for",
    { was, changes: [{ kind: "moved" }, { kind: "unmade" }] },
    "sent, and answered 200 (345 B)",
    "the operation is at another address, and the code does not ask for it",
  ],
  [
    "one that is gone",
    { was, is: { ...unmade, outcome: "denied" }, changes: [{ kind: "gone" }, { kind: "unmade" }] },
    "sent, and answered 200 (345 B)",
    "the document has no such operation any more, and the code does not ask for it",
  ],
  [
    "one that is not asked for, and would ask",
    { was, is: { ...unmade, grounds: asks }, changes: [{ kind: "unmade" }, { kind: "decision" }] },
    "sent, and answered 200 (345 B) (the connection has read access, and no rule holds it back)",
    "the code does not ask for it; if it did, that would wait for a person: rule 2 of this API asks a person: “operation listZones”",
  ],
  [
    "one whose answer never came",
    {
      was: sent({ outcome: "unknown" }),
      is: sent({ outcome: "unreachable" }),
      changes: [{ kind: "answer" }],
    },
    "sent, and no answer came",
    "it is sent, and the API is not reached",
  ],
])("%s", (_, line, then, today) => {
  expect(verdictOf(line, (id) => `Title of ${id}`, true)).toEqual([
    `Then it was ${then}.`,
    `Today ${today}.`,
  ]);
});

it("does not say of a run that broke off what it would not have asked for", () => {
  const line = { was, changes: [{ kind: "gone" as const }, { kind: "unmade" as const }] };
  expect(verdictOf(line, String, false)[1]).toBe(
    "Today the document has no such operation any more, and the code did not get that far.",
  );
});

it("says that what is new was not asked for then", () => {
  expect(verdictOf({ is: sent(), changes: [{ kind: "new" }] }, String, true)).toEqual([
    "Then the code did not ask for it.",
    "Today it is answered 200 (345 B).",
  ]);
});
