/**
 * Which operations of a document read although their method is POST: searches, queries, validations, dry runs. `api add`
 * proposes them with its reasons. A proposal lets a grant that may only read call the operation, so it takes all three:
 * the path, the words and the answers have to say so, and nothing may say that something is changed. Pure.
 */
import { isObject, objectOf } from "../../spec/objects.ts";
import type { OpenedCatalog } from "../../spec/catalog.ts";
import { plain } from "../../spec/plain-text.ts";
import { short } from "../../spec/read/comment.ts";
import { contentOf, mediaSchema, preferredType } from "../../spec/read/required.ts";
import { shapeOf } from "../../spec/read/shape.ts";

export interface Proposal {
  /** The operation's id. */
  id: string;
  access: "read";
  /** Why, for the person who reviews it. */
  reason: string;
}

/** Words that end the path of what only reads. */
const inPath = new Set(
  "aggregate autocomplete calculate compare count diff dryrun estimate explain find introspect lint list lookup msearch preview query range read search simulate suggest validate validation".split(
    " ",
  ),
);

/** How its summary or description begins. */
const inWords =
  /^(?:this (?:endpoint|operation|method|api) )?(?:dry[- ]?runs?|simulates?|previews?|validates?|checks? (?:if|whether|that)|(?:full[- ]text |advanced )?search(?:es)?|quer(?:y|ies)|lists?|finds?|looks? ?up|returns?|retrieves?|fetch(?:es)?|gets?|reads?|counts?|compares?|calculates?|estimates?|explains?|evaluates?|aggregates?|suggests?|range)\b/i;

const verbs =
  "create|update|delete|remove|add|save|store|insert|send|start|trigger|schedule|enqueue|cancel|set|assign|enable|disable|upload|import|export|subscribe|register|generate|issue|revoke|lock|publish|charge|execute|run|apply|replace|reset";
/** Whatever else it does, it changes something. In a sentence only where a verb stands: a store and issues are things. */
const changes = new RegExp(
  `(?:^|\\b(?:and|or|then|to|will|also|optionally)\\s+|[,;:]\\s*)(?:${verbs})(?:s|es|d|ed)?\\b|\\basync`,
  "i",
);
const changesInName = new RegExp(`\\b(?:${verbs})\\b|\\basync`, "i");

/** The members that questions are made of. */
const questions =
  /^(?:q|query|queries|filters?|sort|limit|offset|page|pages?_?size|size|per_?page|cursor|range_end|fields|where|keys?)$/i;

/** Members of a body that say what is done, in a language that can change things: SQL, a script. */
const programs = /^(?:sql|statements?|scripts?|code|commands?|mutations?|program|batch)$/i;

export function proposedReads(catalog: Pick<OpenedCatalog, "operations" | "operationObject">): Proposal[] {
  return catalog.operations.flatMap(({ id, method, path, summary, access }): Proposal[] => {
    if (method !== "post" || access !== "write") return [];
    const word = lastWord(path);
    if (word === undefined) return [];
    const object = catalog.operationObject({
      id,
      method,
      path,
      summary,
      access,
      tags: [],
      deprecated: false,
    });
    const texts = [plain(summary), sentence(object["description"])].filter(Boolean);
    const said = texts.find((text) => inWords.test(text));
    const names = [id, path.split("/").at(-1) ?? ""].map((name) => spaced(name).replace("dry run", ""));
    if (said === undefined || texts.some((text) => changes.test(text))) return [];
    if (names.some((name) => changesInName.test(name))) return [];
    const answers = answersOf(objectOf(object["responses"]));
    if (answers === undefined) return [];
    const members = membersOf(object);
    const asks = members.filter((name) => questions.test(name));
    // A lone `query` may be SQL or GraphQL.
    const isOpen = word === "query" && asks.length === 1 && asks[0] === "query";
    if (isOpen || members.some((name) => programs.test(name))) return [];
    const reasons = [
      `its path ends in "${word}"`,
      `it says "${short(said, 60)}"`,
      ...(asks.length > 0 ? [`it asks by ${asks.slice(0, 3).join(", ")}`] : []),
      answers,
    ];
    return [{ id, access: "read", reason: reasons.join("; ") }];
  });
}

/** `/kv/range`, `/issues:search` and `/orders/dry-run`, but not `/searches` and `/search/{id}`. */
function lastWord(path: string): string | undefined {
  const end = path.split("?", 1)[0]?.replace(/\/$/, "").split(/[/:]/).at(-1) ?? "";
  if (end.includes("{")) return undefined;
  const words = spaced(end).split(" ");
  return inPath.has(words.join("")) ? words.join("-") : words.find((word) => inPath.has(word));
}

function spaced(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter(Boolean)
    .join(" ");
}

function sentence(description: unknown): string {
  return plain(description).split(/(?<=[.!?])\s/, 1)[0] ?? "";
}

/** What it answers, if that is an answer and no news of something made (201) or begun (202). */
function answersOf(responses: Record<string, unknown>): string | undefined {
  const good = Object.keys(responses).filter((status) => status.startsWith("2"));
  if (good.some((status) => /^20[1-5]$/.test(status))) return undefined;
  const answer = responses[good[0] ?? "default"];
  const content = objectOf(objectOf(answer)["content"]);
  if (Object.keys(content).length === 0) return undefined;
  const schema = mediaSchema(content, preferredType(Object.keys(content)));
  const shape = isObject(schema) ? shapeOf(schema) : undefined;
  const holdsList =
    shape?.items !== undefined ||
    shape?.holders.some((holder) =>
      Object.values(holder).some((one) => isObject(one) && one["type"] === "array"),
    );
  return `it answers ${good[0] ?? "by default"} with ${holdsList ? "a list" : "data"}`;
}

function membersOf(object: Record<string, unknown>): string[] {
  const content = contentOf(object);
  const schema = mediaSchema(content, preferredType(Object.keys(content)));
  return isObject(schema) ? shapeOf(schema).holders.flatMap((holder) => Object.keys(holder)) : [];
}
