/**
 * `describe` as code calls it. It never throws: the text itself tells what does not exist or was not understood. What a run
 * returns of it keeps to one budget, and a type that several of its texts use stands there once.
 */
import type { DescribeDetail, OperationSummary } from "../../spec/catalog.ts";
import { describeAll } from "../../spec/read/describe.ts";
import { nameOf, notThere, textOf, type Subject } from "../../spec/read/search-document.ts";
import type { Api } from "./api.ts";

export { describeIn, subjectOf } from "../../spec/read/search-document.ts";

/** What `describe` looks things up in. */
export interface Lookup {
  apis: readonly Api[];
  /** The API of an operation that was handed out, with the operation itself. */
  originOf(asked: object): { api: Api; operation: OperationSummary } | undefined;
  /** The ids nearest to a name, with their API where there are several. */
  nearest(name: string): string[];
  /** What the program looked for. */
  askedFor: readonly string[];
}

export interface Descriptions {
  describe(asked: unknown, options?: unknown, list?: unknown): string;
  /** The JSON text of a result with its descriptions shortened together, if it holds several. */
  inReply(json: string): string;
}

/** What was told of plain descriptions, to be told again together. */
interface Told {
  text: string;
  subjects: (Subject | undefined)[];
  /** The text in place of one that there is no subject of. */
  instead: (index: number) => string;
}

/** Descriptions of one run that can be told together, and things in one of them. */
const maxTold = 100;
const maxAsked = 200;

/** Mostly of a search that found nothing. */
const nothingAsked =
  "There is nothing to describe: the list is empty. If it came from find, look for other words, or read the tags and paths in operations.";

const optionNames = ["members", "full", "api"];

export function descriptions({ apis, originOf, nearest, askedFor }: Lookup): Descriptions {
  const told: Told[] = [];

  function describe(asked: unknown, options?: unknown, list?: unknown): string {
    // `list.map(describe)` hands over the position and the list.
    const given = typeof options === "number" && Array.isArray(list) ? undefined : options;
    const { detail, only, wrong } = detailOf(given, apis);
    const all = Array.isArray(asked) ? (asked as unknown[]) : [asked];
    if (all.length === 0) return nothingAsked;
    const some = all.slice(0, maxAsked);
    const subjects = some.map((one) => find(one, only));
    const instead = (index: number) => programText(some[index]) ?? sentence(nameOf(some[index]));
    const text = textOf(subjects, { ...detail, words: wordsIn(askedFor) }, instead);
    const left = all.length - some.length;
    const notes = [
      ...wrong,
      ...(left > 0 ? [`// ${left} more were not described: describe at most ${maxAsked} at once.`] : []),
      ...(detail.members ?? [])
        .filter((name) => !text.includes(name))
        .map((name) => `// There is no member ${JSON.stringify(name)}.`),
    ];
    if (notes.length === 0 && Object.keys(detail).length === 0 && told.length < maxTold)
      told.push({ text, subjects, instead });
    return [...notes, text].join("\n");
  }

  function find(asked: unknown, only: string | undefined): Subject | undefined {
    if (typeof asked === "object" && asked !== null) {
      const origin = originOf(asked);
      if (origin) return origin.api.subject(origin.operation);
      only ??= (asked as { api?: string }).api;
    } else if (typeof asked !== "string") return undefined;
    for (const api of apis) {
      const subject = only === undefined || api.name === only ? api.subject(asked as string) : undefined;
      if (subject) return subject;
    }
    return undefined;
  }

  const sentence = (name: string) => notThere(name, nearest(name));

  function inReply(json: string): string {
    const held = told
      .map((one) => ({ ...one, at: json.indexOf(inJson(one.text)) }))
      .filter(
        ({ at }, index) => at >= 0 && told.findIndex(({ text }) => text === told[index]?.text) === index,
      )
      .sort((a, b) => a.at - b.at);
    if (held.length < 2) return json;
    const subjects = held.flatMap((one) => one.subjects.filter((subject) => subject !== undefined));
    const texts = describeAll(subjects, { words: wordsIn(askedFor) });
    let next = 0;
    let shorter = json;
    for (const { text, subjects: own, instead } of held) {
      const again = own
        .map((subject, index) => (subject ? (texts[next++] as string) : instead(index)))
        .join("\n\n");
      shorter = shorter.split(inJson(text)).join(inJson(again));
    }
    return shorter.length < json.length ? shorter : json;
  }

  return { describe, inReply };
}

/** A kept program, as `find` lists it. */
function programText(asked: unknown): string | undefined {
  if (typeof asked !== "object" || asked === null || !("program" in asked)) return undefined;
  const { program, summary, call } = asked as Record<string, unknown>;
  return `// ${JSON.stringify(program)}: ${String(summary)}\n${String(call)}`;
}

/** A text as it stands in a JSON text. */
function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** What code gave as options, and what of it was not understood. */
function detailOf(
  options: unknown,
  apis: readonly Api[],
): { detail: DescribeDetail; only?: string | undefined; wrong: string[] } {
  if (options === undefined || options === null) return { detail: {}, wrong: [] };
  if (typeof options !== "object")
    return {
      detail: {},
      wrong: [`// Ignored: ${String(options)}. The options of describe are { members, full, api }.`],
    };
  const { members, full, api } = options as Record<string, unknown>;
  const list = typeof members === "string" ? [members] : members;
  const names = Array.isArray(list) ? list.filter((name) => typeof name === "string") : undefined;
  const unknown = Object.keys(options).filter((name) => !optionNames.includes(name));
  const wrong =
    unknown.length > 0
      ? [`// Ignored: ${unknown.join(", ")}. The options of describe are { members, full, api }.`]
      : [];
  if (members !== undefined && !names?.length)
    wrong.push('// Ignored: members is a list of names, e.g. ["id"].');
  const isKnown = typeof api === "string" && apis.some(({ name }) => name === api);
  if (api !== undefined && !isKnown)
    wrong.push(
      `// Ignored: api: ${JSON.stringify(api) ?? String(api)}. There ${apis.length === 1 ? "is only" : "are"} ${apis.map(({ name }) => JSON.stringify(name)).join(", ")}.`,
    );
  return {
    detail: {
      ...(names?.length ? { members: names } : {}),
      ...(full === true ? { full } : {}),
    },
    only: isKnown ? (api as string) : undefined,
    wrong,
  };
}

/** Verbs and other words that say nothing of a member. */
const common = new Set(
  "all and any create delete for from get list new of one per read set show the to update with".split(" "),
);

function wordsIn(texts: readonly string[]): Set<string> {
  const words = texts.flatMap((text) => text.toLowerCase().split(/[^a-z\d]+/));
  return new Set(words.filter((word) => word.length > 2 && !common.has(word)));
}
