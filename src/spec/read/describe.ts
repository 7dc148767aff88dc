/**
 * Describes operations and schemas in TypeScript: how to call them, and the type of the answer. The request is whole:
 * what a call needs, with every limit. What an answer has is told as far as there is room, that of a write in brief.
 */
import type { ContentObject, OperationObject, SchemaObject } from "../openapi.ts";
import type { DescribeDetail, OperationSummary } from "../catalog.ts";
import { isObject } from "../objects.ts";
import { plain } from "../plain-text.ts";
import { excerpt } from "./comment.ts";
import { mediaSchema, preferredType } from "./required.ts";
import { listsMembers, shapeOf } from "./shape.ts";
import {
  callText,
  firstFitting,
  freeName,
  level,
  mediaName,
  nameIn,
  nothingShared,
  requestLevels,
  type Described,
  type Level,
  type Shared,
} from "./signature.ts";
import {
  declarationText,
  links,
  propertyKey,
  shownName,
  typeText,
  type Direction,
  type Names,
  type TypeOptions,
} from "./types.ts";

/** At most about 1,000 tokens of o200k: what one description has, unless what a call needs is longer. */
const roomOfOne = 3_000;
/** What several have together: about 3,500 tokens. */
const roomOfAll = 10_400;
/** The least for each of them, so that a long list is short for each and not silent about the last. */
const leastRoom = 500;
/** With `full`. */
const roomOfFull = 60_000;

const responseLevels = [
  [5, 20, 60, 80, 200],
  [4, 16, 40, 50, 200],
  [3, 12, 30, 30, 200],
  [2, 10, 30, 0, 200],
  [2, 6, 14, 0, 160],
  [1, 4, 12, 0, 120],
  [1, 4, 5, 0, 80],
].map(level);

const fullLevels = [8, 6, 5, 4, 3, 2].map((depth): Level => ({
  depth,
  choices: 1_000,
  members: 1_000,
  comment: 600,
  others: 0,
}));

export interface DescribedSchema {
  /** In the document. */
  name: string;
  schema: SchemaObject;
  /** As in `Described`. */
  client: string;
}

/** A part of a description: how it was written, and what it named. */
type Fitted = ReturnType<typeof firstFitting>;

interface Written {
  text: string;
  /** Parts of the text, by direction: a request before an answer. */
  parts: Map<Direction, Fitted>;
  /** What a name stands for that is declared already. */
  own?: string;
  /** Behind the text and the declarations. */
  footer(): string[];
}

/**
 * Describes several things within one budget. A type that is used twice is declared once, behind the first that uses it.
 * @returns a text for each
 */
export function describeAll(
  asked: readonly (Described | DescribedSchema)[],
  detail: DescribeDetail = {},
): string[] {
  const all = detail.full ? roomOfFull : roomOfAll;
  let room = detail.full ? all / asked.length : Math.min(roomOfOne, Math.max(leastRoom, all / asked.length));
  let texts = describeWithin(room, all, asked, detail);
  // Only afterwards is it known how much is declared.
  for (let again = 0; again < 2 && asked.length > 1; again++) {
    const chars = texts.reduce((sum, text) => sum + text.length, 0);
    if (chars <= 1.05 * all) break;
    room = Math.max(leastRoom / 2, (room * all) / chars);
    texts = describeWithin(room, all, asked, detail);
  }
  return texts;
}

function describeWithin(
  room: number,
  all: number,
  asked: readonly (Described | DescribedSchema)[],
  detail: DescribeDetail,
): string[] {
  const shared = nothingShared();
  const writeAll = () =>
    asked.map((one) =>
      "schema" in one ? schemaText(one, detail, room, shared) : operationText(one, detail, room, shared),
    );
  let written = writeAll();
  // Repeated until nothing new is shared or recursive, so that each such type is used by its name everywhere.
  for (let round = 0; round < 4; round++) {
    const before = sizeOf(shared);
    if (round === 0) shareUsedTwice(written, shared);
    if (round > 0 && before === sizeOf(shared)) break;
    written = writeAll();
  }
  const declared = declarationsOf(written, shared, room, all);
  const told = new Set<string>();
  return written.map(({ text, footer }, index) => {
    const behind = [...(declared[index] as string[]), ...footer()].filter((one) => !told.has(one));
    for (const one of behind) told.add(one);
    return [text, ...behind].join("\n");
  });
}

function sizeOf({ request, response, both, lists }: Shared): number {
  return request.size + response.size + both.size + lists.size;
}

function shareUsedTwice(written: readonly Written[], shared: Shared): void {
  const uses = { request: new Map<object, number>(), response: new Map(), both: new Map() };
  const lists = new Map<string, { times: number; member: string }>();
  for (const { parts } of written)
    for (const [direction, { names }] of parts) {
      for (const [schema, count] of names.written)
        uses[direction].set(schema, (uses[direction].get(schema) ?? 0) + count);
      for (const [text, { times, member }] of names.writtenLists)
        lists.set(text, { times: times + (lists.get(text)?.times ?? 0), member });
    }
  for (const direction of ["request", "response", "both"] as const)
    for (const [schema, count] of uses[direction])
      if (count > 1 && !shared[direction].has(schema))
        shared[direction].set(schema, nameIn(shared, direction, schema));
  for (const [text, { times, member }] of lists)
    if (times > 1) shared.lists.set(text, freeName(shared, [shownName(member) || "Choices"]));
}

function operationText(described: Described, detail: DescribeDetail, room: number, shared: Shared): Written {
  const { operation, object, seen, more } = described;
  const isBrief = operation.access !== "read" && !detail.full && !detail.members;
  const request = firstFitting(
    detail.full ? fullLevels : requestLevels,
    room * (isBrief ? 0.9 : 0.7),
    "request",
    detail,
    shared,
    (options, names) => callText(described, options, names),
  );
  const left = isBrief ? briefChars : Math.max(room / 5, room - request.text.length);
  const response = firstFitting(
    detail.full ? fullLevels : isBrief ? briefLevels : responseLevels,
    left,
    "response",
    detail,
    shared,
    (options, names) => responseText(object.responses, options, names),
  );
  return {
    text: `${heading(operation, object, detail.full ? 4_000 : Math.max(120, room / 6))}\n${request.text}: ${response.text}`,
    parts: new Map([
      ["request", request],
      ["response", response],
    ]),
    footer: () => [
      ...cutNames([request.names, response.names], described.client),
      ...(seen === undefined ? [] : [`// Not in the document, but seen in answers:\ntype Data = ${seen}`]),
      ...(more === undefined ? [] : [more]),
    ],
  };
}

function schemaText(
  { name, schema, client }: DescribedSchema,
  detail: DescribeDetail,
  room: number,
  shared: Shared,
): Written {
  const shown = shownName(name);
  const levels = detail.full ? fullLevels : requestLevels;
  const written = firstFitting(levels, room, "both", detail, shared, (options, names) =>
    declarationText(schema, shown, options, names),
  );
  const description = excerpt(schema.description, detail.full ? 1_000 : 240);
  return {
    text: `${description ? `// ${description}\n` : ""}${written.text}`,
    parts: new Map([["both", written]]),
    own: `type ${shown} =`,
    footer: () => cutNames([written.names], client),
  };
}

/**
 * Declares every type that is used by name; a declaration may use another. What requests use comes first, in the room that
 * all texts leave together.
 * @returns the declarations behind each text
 */
function declarationsOf(written: readonly Written[], shared: Shared, room: number, all: number): string[][] {
  const behind = written.map((): string[] => []);
  const chars = written.reduce((sum, { text }) => sum + text.length, 0);
  const left = { ofRequests: written.length > 1 ? Math.max(room, all - chars) : room };
  const told = new Set<string>();
  for (const direction of ["request", "both", "response"] as const)
    for (const [index, { parts, own }] of written.entries()) {
      const part = parts.get(direction);
      if (!part) continue;
      const budget = direction === "response" ? { chars: room } : { chars: left.ofRequests };
      const declared = declarationsIn(part, shared, room, budget, told);
      if (direction !== "response") left.ofRequests = budget.chars;
      const others = own === undefined ? declared : declared.filter((one) => !one.startsWith(own));
      behind[index]?.push(...others);
    }
  return behind;
}

/** @param told declared already; adds to it */
function declarationsIn(
  { names, options }: Fitted,
  shared: Shared,
  room: number,
  budget: { chars: number },
  told: Set<string>,
): string[] {
  const declarations: string[] = [];
  const within = (depth: number, most: Partial<Level> = {}): Level => ({
    ...options,
    ...most,
    depth: Math.min(options.depth, depth),
  });
  const levels = [
    within(4),
    within(2),
    within(2, { members: 14, comment: 0 }),
    within(1, { members: 8, comment: 0 }),
  ];
  // A set that grows while it is iterated yields the new entries too.
  for (const schema of names.used) {
    const name = names.declared.get(schema) as string;
    const { direction } = options;
    const declared = firstFitting(
      levels,
      Math.max(Math.min(room, leastRoom) / 2, budget.chars / 2),
      direction,
      {},
      shared,
      (ofLevel, own) =>
        declarationText(schema, name, { ...ofLevel, wanted: options.wanted, words: options.words }, own),
    );
    declarations.push(declared.text);
    if (!told.has(name)) budget.chars -= declared.text.length;
    told.add(name);
    for (const one of declared.names.used) names.used.add(one);
    for (const one of declared.names.usedLists) names.usedLists.add(one);
    for (const [short, long] of declared.names.abbreviated) names.abbreviated.set(short, long);
  }
  for (const text of names.usedLists) declarations.push(`type ${shared.lists.get(text) as string} = ${text}`);
  return declarations;
}

/** Types that are only named, and how each is seen. */
function cutNames(all: readonly Names[], client: string): string[] {
  const cut = new Map(all.flatMap(({ abbreviated }) => [...abbreviated]));
  for (const { declared, used } of all) for (const schema of used) cut.delete(declared.get(schema) as string);
  const [first, ...others] = cut.values();
  if (first === undefined) return [];
  const api = client === "api" ? "" : `, { api: ${JSON.stringify(client.slice("apis.".length))} }`;
  const likewise =
    others.length > 0 ? ` (likewise ${others.slice(0, 5).join(", ")}${others.length > 5 ? ", …" : ""})` : "";
  return [`// Not written out: describe(${JSON.stringify(first)}${api})${likewise}`];
}

function heading(operation: OperationSummary, object: OperationObject, length: number): string {
  const summary = plain(operation.summary);
  const lines = [
    `${summary || operation.id} (${operation.id}, ${operation.access}${operation.deprecated ? ", deprecated" : ""})`,
  ];
  const all = plain(object.description);
  const description = excerpt(
    all.startsWith(summary) ? all.slice(summary.length).replace(/^[.:\s]+/, "") : all,
    length,
    {},
    " …",
  );
  if (description) lines.push(description);
  return lines.map((line) => `// ${line}`).join("\n");
}

function responseText(responses: unknown, options: TypeOptions, names: Names): string {
  if (!isObject(responses)) return "Promise<{ status: number; headers; data: unknown }>";
  const keys = Object.keys(responses);
  const good = keys.filter((key) => /^[23]/.test(key));
  const status = good.find((key) => key.startsWith("2")) ?? good[0] ?? keys.find((key) => key === "default");
  const failing = keys.filter((key) => /^[45]/.test(key));
  const errors = failing.length > 0 ? ` // throws ApiError: ${failing.slice(0, 8).join(", ")}` : "";
  const also = good.filter((key) => key !== status);
  const label = [status === "default" || status === undefined ? "number" : status, ...also].filter((key) =>
    /^(?:\d+|number)$/.test(key),
  );
  return `Promise<{ status: ${label.join(" | ") || "number"}; headers; data: ${dataText(status === undefined ? undefined : responses[status], options, names)} }>${errors}`;
}

function dataText(response: unknown, options: TypeOptions, names: Names): string {
  if (!isObject(response)) return "unknown";
  const content = response["content"];
  const types = isObject(content) ? Object.keys(content) : [];
  const type = preferredType(types);
  if (type === undefined) return "null";
  const note = /json/.test(type) ? "" : `/* ${mediaName(type)} */ `;
  const schema = mediaSchema(content as ContentObject, type) ?? {};
  return note + (options.depth === 0 ? namesIn(schema) : typeText(schema, options, names));
}

/** Of the answer of a write, only what it is called matters: an id, a state. */
const briefChars = 260;
const briefLevels = [
  [2, 6, 8, 0, 100],
  [0, 0, 0, 0, 0],
].map(level);

/** Members that an answer is wrapped in. */
const maxWrapping = 6;

/** The names of an answer's members, as a type without types. */
function namesIn(schema: unknown, levels = 2): string {
  if (!isObject(schema)) return "unknown";
  const shape = shapeOf(schema);
  if (shape.items) return `${namesIn(shape.items, levels)}[]`;
  if (!listsMembers(shape)) {
    const [option] = shape.unions.flat();
    return option && levels > 0 ? namesIn(option, levels - 1) : "unknown";
  }
  const all = [...new Set(shape.holders.flatMap((holder) => Object.keys(holder)))];
  const names = [...all.filter((name) => !links.test(name)), ...all.filter((name) => links.test(name))];
  const isWrapping = names.length <= maxWrapping && levels > 1;
  const shown: string[] = [];
  let left = 150;
  for (const name of names) {
    if ((left -= name.length + 2) < 0) break;
    const member = isWrapping
      ? shape.holders.find((holder) => Object.hasOwn(holder, name))?.[name]
      : undefined;
    const inner = isObject(member) ? namesIn(member, levels - 1) : "unknown";
    shown.push(
      inner === "unknown" || inner === "unknown[]" ? propertyKey(name) : `${propertyKey(name)}: ${inner}`,
    );
  }
  const more = names.length - shown.length;
  return `{ ${shown.join("; ")}${more > 0 ? ` /* … ${more} more */` : ""} }`;
}
