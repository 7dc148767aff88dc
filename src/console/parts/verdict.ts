/** What became of a request then, and what would become of it today: one sentence for each. Pure. */
import { ruleInWords } from "../../request/shown/rule-in-words.ts";
import type { RequestRecord } from "../../terms/failure.ts";
import { effectOf } from "../../terms/grounds.ts";
import { bytes } from "../text.ts";
import { isMade, type Change, type Line } from "./differences.ts";

/**
 * @param titleOf an operation in words, by its id
 * @param ended whether the run of today got to its end
 */
export function verdictOf(
  line: Line,
  titleOf: (operation: string) => string,
  ended: boolean,
): [then: string, today: string] {
  const { was, changes } = line;
  // The rule of then is told where today's decides otherwise.
  const because =
    was && changes.some(({ kind }) => kind === "decision") ? ` (${lowered(ruleInWords(was))})` : "";
  return [
    was ? `Then it was ${past(was)}${because}.` : "Then the code did not ask for it.",
    `Today ${todayOf(line, titleOf, ended)}.`,
  ];
}

function past(request: RequestRecord): string {
  switch (request.outcome) {
    case "answered":
      return request.replayed
        ? "answered in an earlier run, and not sent again"
        : `sent, and ${answered(request)}`;
    case "unreachable":
      return "sent, and the API was not reached";
    case "unknown":
      return "sent, and no answer came";
    case "under way":
      return "sent, and the run ended before the answer";
    case "denied":
      return "refused, and not sent";
    case "waiting":
      return "held back for a person, and not sent";
    case "planned":
      return "planned, and not sent";
  }
}

const answered = ({ status, bytesDown, replayed }: RequestRecord) =>
  `answered ${status ?? "without a status"}${replayed ? "" : ` (${bytes(bytesDown)})`}`;

function todayOf({ is, changes }: Line, titleOf: (operation: string) => string, ended: boolean): string {
  const around = changes.flatMap((change) => surroundings(change, is, titleOf));
  const isDecided = changes.some(({ kind }) => kind === "decision");
  const rule = is && isDecided ? `: ${lowered(ruleInWords(is))}` : "";
  const isGone = changes.some(({ kind }) => kind === "gone");
  if (is && isMade(is)) return `${inList([...around, `it ${would(is)}`])}${rule}`;
  // What was not asked for was judged by its address, which says nothing of an operation that is gone.
  const judged = is && isDecided && !isGone ? `; if it did, that ${would(is)}${rule}` : "";
  const notMade = ended ? "the code does not ask for it" : "the code did not get that far";
  return `${inList([...around, notMade])}${judged}`;
}

/** What has changed around a request, each as a main clause. */
function surroundings(change: Change, is: Line["is"], titleOf: (operation: string) => string): string[] {
  switch (change.kind) {
    case "gone":
      return ["the document has no such operation any more"];
    case "operation":
      return [`this address belongs to another operation, “${titleOf(change.is)}”`];
    case "moved":
      return [is && isMade(is) ? `the operation is at ${is.url}` : "the operation is at another address"];
    case "called":
      return ["it takes other arguments"];
    case "access":
      return [`it counts as a ${change.is}, and was a ${change.was}`];
    // Told by what becomes of the request itself.
    case "answer":
    case "decision":
    case "unmade":
    case "new":
      return [];
  }
}

/** Reads were sent when the runs were compared: their answer is known. Writes were not. */
function would(today: NonNullable<Line["is"]>): string {
  if (isMade(today) && today.outcome === "answered") return `is ${answered(today)}`;
  if (today.outcome === "unreachable") return "is sent, and the API is not reached";
  if (today.outcome === "unknown") return "is sent, and no answer comes";
  return { allow: "would be sent", ask: "would wait for a person", deny: "would be refused" }[
    effectOf(today)
  ];
}

const inList = (clauses: readonly string[]) =>
  clauses.length < 3 ? clauses.join(", and ") : `${clauses.slice(0, -1).join(", ")}, and ${clauses.at(-1)}`;

const lowered = (sentence: string) => sentence.charAt(0).toLowerCase() + sentence.slice(1);
