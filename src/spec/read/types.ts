/**
 * Writes schemas as TypeScript within a budget: required members first and always, enums written out, the others by name
 * where there is no room, recursive and shared types under their name in the document.
 */
import type { SchemaObject } from "../openapi.ts";
import { isObject, type Json } from "../objects.ts";
import { excerpt, short } from "./comment.ts";
import { factsOf } from "./facts.ts";
import { isNeeded } from "./required.ts";
import { isMarked, memberOf, shapeOf } from "./shape.ts";
import { subtypesOf } from "./subtypes.ts";
import { pointerOf } from "./units.ts";
import { unescapeToken } from "../pointer.ts";

export interface TypeOptions {
  /** Levels of objects that are written out. What a call needs is written below them too. */
  depth: number;
  /** Members of a union that are written out, and of an enum with more than `wholeEnum` values. */
  choices: number;
  /** Members of an object that are written out; in a request, required ones always are. */
  members: number;
  /** Characters of a member's description; 0 for none. */
  comment: number;
  /** Characters for the names of members that are not written out; 0 to count them only. */
  others?: number;
  /** Only these members, the required ones of a request, and what is around them. */
  wanted?: ReadonlySet<string> | undefined;
  /** Words of the task: members that are called so come first. */
  words?: ReadonlySet<string> | undefined;
  /** What the schema requires is decided, and nothing in it is of the other direction: it stands for parameters. */
  asListed?: boolean;
  /** Omits what only the other direction has: `readOnly` in a request, `writeOnly` in a response. */
  direction: Direction;
}

export type Direction = "request" | "response" | "both";

/** An enum of so many values is never cut. */
export const wholeEnum = 40;

/** The names in one description, shared by all its types. */
export interface Names {
  /** Schemas that are declared after the description, because they are recursive or used by several. */
  declared: Map<object, string>;
  /** Those of them that the texts really use. */
  used: Set<object>;
  /** How often each component was written out. */
  written: Map<object, number>;
  /** Long lists of choices that are declared after the description, by their text. */
  lists: ReadonlyMap<string, string>;
  /** Those of them that the texts really use. */
  usedLists: Set<string>;
  /** How often each long list was written out, and the member that it was first written for. */
  writtenLists: Map<string, { times: number; member: string }>;
  /** A name for a type that turns out to be recursive. */
  nameFor(schema: object): string;
  /** The names in the document of abbreviated types, by the name that is shown. */
  abbreviated: Map<string, string>;
  /** Characters left. When they are used up, writing throws `Overflow`. */
  room: number;
}

export const noNames = (room: number): Names => ({
  declared: new Map(),
  used: new Set(),
  written: new Map(),
  lists: new Map(),
  usedLists: new Set(),
  writtenLists: new Map(),
  nameFor: (schema) => shownName(documentName(schema)),
  abbreviated: new Map(),
  room,
});

/** Thrown early, to avoid writing all of a text that is too long. */
export class Overflow extends Error {}

/**
 * The type of a schema.
 * @param indent of the line that it starts on
 * @param needed whether a request must have it: then its required members are written at every level
 */
export function typeText(
  schema: unknown,
  options: TypeOptions,
  names: Names,
  indent = "",
  needed = true,
): string {
  return writer(options, names).write(schema, { depth: options.depth, indent, above: [], needed });
}

/** The declaration of a named schema. */
export function declarationText(schema: object, name: string, options: TypeOptions, names: Names): string {
  const at = { depth: options.depth, indent: "", above: [schema], needed: true };
  return `type ${name} = ${writer(options, names).writeBody(schema as SchemaObject, at)}`;
}

/** Where a type is written. */
interface At {
  /** Levels of objects left. */
  depth: number;
  indent: string;
  /** The schemas around it. */
  above: object[];
  /** A request without it is refused. */
  needed: boolean;
  /** The member whose type it is. */
  member?: string;
}

/** A list of choices that is longer is declared if it is used twice. */
const maxListChars = 120;

/** Required members of required members, below the levels that are written out. */
const maxNeededDepth = -5;

function writer(options: TypeOptions, names: Names) {
  const { direction, wanted, words } = options;
  const isRequest = direction !== "response";
  const hidden = direction === "request" ? "readOnly" : "writeOnly";
  /** Of an alternative, what lists members beside it. */
  const outer = new Map<object, SchemaObject>();
  return { write, writeBody };

  function write(schema: unknown, at: At): string {
    if (schema === false) return "never";
    if (typeof schema !== "object" || schema === null) return "unknown";
    const { above } = at;
    const named = names.declared.get(schema);
    if (named !== undefined) return use(schema, named);
    if (above.includes(schema)) {
      const name = names.nameFor(schema);
      names.declared.set(schema, name);
      return use(schema, name);
    }
    if (at.depth > 0 && pointerOf(schema) !== undefined && isLarge(schema as SchemaObject))
      names.written.set(schema, (names.written.get(schema) ?? 0) + 1);
    return writeBody(schema as SchemaObject, { ...at, above: [...above, schema] });
  }

  function use(schema: object, name: string): string {
    names.used.add(schema);
    return name;
  }

  function writeBody(schema: SchemaObject, at: At): string {
    const text = writeNotNull(schema, at);
    return schema.nullable === true && !/\bnull$/.test(text) ? `${text} | null` : text;
  }

  function writeNotNull(schema: SchemaObject, at: At): string {
    const values = "const" in schema ? [schema.const] : schema.enum;
    if (Array.isArray(values)) return writeList(values, schema, at);
    const { allOf } = schema;
    if (Array.isArray(allOf) && allOf.length > 0) return writeAll(schema, at);
    const alternatives = [schema.oneOf, schema.anyOf].find((list) => Array.isArray(list) && list.length > 0);
    if (Array.isArray(alternatives)) {
      for (const option of alternatives) if (isObject(option)) outer.set(option, schema);
      // Those that are only named are not written first.
      const types = alternatives.slice(0, options.choices).map((option) => write(option, at));
      const known = types.filter((type) => type !== "unknown");
      const left = alternatives.slice(options.choices);
      const beside = "properties" in schema ? `${writeObject(schema, at)} & ` : "";
      const union = writeChoices(known.length > 0 ? known : types) + (left.length > 0 ? unwritten(left) : "");
      return beside && union !== "unknown" ? `${beside}(${union})` : beside ? beside.slice(0, -3) : union;
    }
    const subtypes = [...subtypesOf(schema).values()];
    if (subtypes.length > 0 && !subtypes.some((one) => at.above.includes(one)))
      return writeChoices(subtypes.map((one) => write(one, at)));
    const { type } = schema;
    if (Array.isArray(type)) {
      return writeChoices(type.map((one) => writeSimple({ ...plainMembers(schema), type: one }, at)));
    }
    return writeSimple(schema, at);
  }

  /** The values of an enum; by a name, where several members have the same. */
  function writeList(values: unknown[], schema: SchemaObject, { member = "" }: At): string {
    const text = writeChoices(
      values.map((value) => choiceText(value, schema)),
      wholeEnum,
    );
    if (text.length <= maxListChars) return text;
    const { times = 0, ...known } = names.writtenLists.get(text) ?? { member };
    names.writtenLists.set(text, { ...known, times: times + 1 });
    const name = names.lists.get(text);
    if (name === undefined) return text;
    names.usedLists.add(text);
    return name;
  }

  /** Alternatives that are not written out, by what tells them apart. */
  function unwritten(left: unknown[]): string {
    const labels = left.map((option) => (isObject(option) ? labelOf(option) : undefined));
    for (const option of left)
      if (isObject(option) && pointerOf(option) !== undefined)
        names.abbreviated.set(shownName(documentName(option)), documentName(option));
    const told = namesWithin(
      labels.filter((label) => label !== undefined),
      options.others ?? 0,
    );
    return ` /* | ${left.length} more${told && options.others ? `: ${told}` : ""} */`;
  }

  /** A large integer of the document is text. A call needs it as a `BigInt`, an answer has it as text. */
  function choiceText(value: unknown, { type }: SchemaObject): string {
    const isLong = typeof value === "string" && /^-?\d{16,}$/.test(value);
    const isNumber = isLong && isRequest && [type].flat().includes("integer");
    return isNumber ? `${value}n` : literal(value);
  }

  function writeSimple(schema: SchemaObject, at: At): string {
    const { type } = schema;
    if (type === "file" || (type === "string" && schema.format === "binary"))
      return "Blob | Uint8Array | string";
    if (type === "integer") return "number";
    if (type === "string" || type === "number" || type === "boolean" || type === "null") return type;
    if (type === "array" || "items" in schema || "prefixItems" in schema) return writeArray(schema, at);
    return type === "object" || "properties" in schema || "additionalProperties" in schema
      ? writeObject(schema, at)
      : "unknown";
  }

  function writeArray(schema: SchemaObject, at: At): string {
    const prefix = schema.prefixItems;
    if (Array.isArray(prefix)) return `[${prefix.map((item) => write(item, at)).join(", ")}]`;
    const item = write(schema.items, at);
    return /^[\w$]+$/.test(item) || item.endsWith("]") || (item.startsWith("{") && !/\} [&|]/.test(item))
      ? `${item}[]`
      : `(${item})[]`;
  }

  function writeObject(schema: SchemaObject, at: At): string {
    const { depth, indent, above } = at;
    const properties = (schema.properties ?? {}) as Json;
    const asListed = options.asListed === true && above.length === 1;
    const required = requiredIn(schema, properties, asListed);
    const extra = schema.additionalProperties;
    const hasExtra = typeof extra === "object" && extra !== null;
    const isShown = (key: string) => {
      const property = properties[key];
      return asListed || direction === "both" || !isObject(property) || !isMarked(property, hidden);
    };
    const all = inOrder(Object.keys(properties), properties, required);
    if (all.length === 0)
      return `Record<string, ${hasExtra && depth > 0 ? write(extra, { ...at, depth: depth - 1, needed: false }) : "unknown"}>`;
    const isBare = depth <= 0;
    const needed = isRequest && at.needed && depth > maxNeededDepth && required.size > 0;
    if (isBare && !needed) return cut(schema, all, required, above);
    const inner = `${indent}  `;
    const lines: string[] = [];
    const left: string[] = [];
    for (const [position, key] of all.entries()) {
      const property = properties[key] as SchemaObject | undefined;
      const isRequired = required.has(key);
      const mustShow = isRequest && isRequired && at.needed;
      const asked = wanted?.has(key) === true;
      const leads = wanted !== undefined && !asked && !mustShow && leadsTo(property, wanted, 5, new Set());
      const may = wanted === undefined ? !isBare && position < options.members : asked || leads;
      if (!may && !mustShow) {
        left.push(key);
        continue;
      }
      if (!isShown(key)) continue;
      if ((names.room -= key.length + 8) < 0) throw new Overflow();
      const levels = asked ? Math.max(2, depth - 1) : leads ? Math.max(1, depth - 1) : depth - 1;
      const place = { depth: levels, indent: inner, above, needed: at.needed && isRequired, member: key };
      const type = write(property, place);
      const comment = note(property, asked || mustShow ? 2 * options.comment : options.comment);
      names.room -= comment.length;
      lines.push(`${inner}${propertyKey(key)}${required.has(key) ? "" : "?"}: ${type};${comment}`);
    }
    const rest = left.filter(isShown);
    if (rest.length > 0) lines.push(`${inner}// ${also(rest, options.others ?? 0)}`);
    if (hasExtra)
      lines.push(
        `${inner}[key: string]: ${write(extra, { ...at, depth: depth - 1, indent: inner, needed: false })};`,
      );
    if (lines.length === 0) return "{}";
    const oneLine = lines
      .map((line) => line.trim())
      .join(" ")
      .replace(/;$/, "");
    return oneLine.length <= 80 && !oneLine.includes("//")
      ? `{ ${oneLine} }`
      : `{\n${lines.join("\n")}\n${indent}}`;
  }

  /** What a call must give, or an answer always has. */
  function requiredIn(schema: SchemaObject, properties: Json, asListed: boolean): Set<string> {
    const listed = (Array.isArray(schema.required) ? schema.required : []) as unknown[];
    const required = new Set(listed.filter((name) => typeof name === "string"));
    if (direction !== "request" || asListed) return required;
    for (const name of required) {
      const property = Object.hasOwn(properties, name) && properties[name];
      const beside = memberOf(outer.get(schema), name);
      if (isObject(property) && !isNeeded(beside ? [property, beside] : [property])) required.delete(name);
    }
    return required;
  }

  /** Required members first, then those of the task, then as the document lists them; links and what is deprecated last. */
  function inOrder(keys: string[], properties: Json, required: ReadonlySet<string>): string[] {
    const rank = (key: string): number => {
      if (wanted?.has(key)) return 0;
      if (words && words.size > 0 && wordsOf(key).some((word) => words.has(word)))
        return isRequest && required.has(key) ? 1 : 2;
      if (!isRequest && links.test(key)) return 6;
      if (required.has(key)) return isRequest ? 1 : 3;
      return isDeprecated(properties, key) ? 5 : 4;
    };
    const ranks = new Map(keys.map((key) => [key, rank(key)]));
    return keys.sort((a, b) => (ranks.get(a) as number) - (ranks.get(b) as number));
  }

  /** Merges all parts that are objects; the others are intersected with it. */
  function writeAll(schema: SchemaObject, at: At): string {
    const merged: SchemaObject = { type: "object", properties: {}, required: [] };
    const others: string[] = [];
    const listed = new Map<string, SchemaObject[]>();
    const take = (part: unknown, seen: object[]): void => {
      if (typeof part !== "object" || part === null || seen.includes(part)) return;
      const { allOf, properties, required, oneOf, anyOf } = part as SchemaObject;
      if (Array.isArray(allOf)) for (const inner of allOf) take(inner, [...seen, part]);
      for (const key of Object.keys((properties ?? {}) as Json)) {
        copyMember(merged.properties as Json, properties as Json, key);
        const property = (properties as Json)[key];
        listed.set(key, [...(listed.get(key) ?? []), isObject(property) ? property : {}]);
      }
      if (Array.isArray(required)) (merged.required as unknown[]).push(...(required as unknown[]));
      const inside = { ...at, above: [...at.above, ...seen] };
      if (Array.isArray(oneOf) || Array.isArray(anyOf)) {
        const alternatives = (oneOf ?? anyOf) as unknown[];
        if (part !== schema) others.push(writeChoices(alternatives.map((one) => write(one, inside))));
      } else if (!allOf && !properties && ["type", "enum", "const"].some((key) => Object.hasOwn(part, key))) {
        if ((part as SchemaObject).type !== "object") others.push(write(part, inside));
      }
    };
    take(schema, []);
    // What one part says of a member counts for all that list it.
    if (direction !== "both")
      for (const [name, schemas] of listed)
        if (schemas.some((one) => isMarked(one, hidden))) delete (merged.properties as Json)[name];
    if (direction === "request")
      merged.required = (merged.required as string[]).filter((name) => isNeeded(listed.get(name) ?? []));
    const own = Object.keys(merged.properties as Json).length > 0;
    const texts = own ? [writeObject({ ...merged, title: schema.title }, at)] : [];
    for (const other of new Set(others))
      texts.push(texts.length > 0 || others.length > 1 ? `(${other})` : other);
    return texts.length > 0 ? texts.join(" & ") : "unknown";
  }

  /** @param whole so many are never cut */
  function writeChoices(types: string[], whole = 0): string {
    const distinct = [...new Set(types)];
    if (distinct.includes("unknown")) return "unknown";
    const shown = distinct.slice(0, Math.max(options.choices, whole));
    const left = distinct.length - shown.length;
    return shown.join(" | ") + (left > 0 ? ` /* | ${left} more */` : "");
  }

  function cut(
    schema: SchemaObject,
    members: string[],
    required: ReadonlySet<string>,
    above: object[],
  ): string {
    const holder = above.findLast((object) => pointerOf(object) !== undefined);
    const isOwn = holder === schema || holder === above.at(-1);
    if (holder === undefined || !isOwn) return `{ /* ${someOf(members, required)} */ }`;
    const name = shownName(documentName(holder));
    names.abbreviated.set(name, documentName(holder));
    return name;
  }

  function note(property: SchemaObject | undefined, length: number): string {
    if (typeof property !== "object" || property === null) return "";
    const notes = factsOf(property, isRequest);
    if (direction === "both")
      for (const [mark, said] of marks) if (isMarked(property, mark)) notes.unshift(said);
    const known = { choices: "enum" in property, default: property.default !== undefined };
    const comment = excerpt(property.description, length, known);
    if (comment) notes.push(comment);
    return notes.length > 0 ? ` // ${notes.join("; ")}` : "";
  }
}

const marks = [
  ["readOnly", "read-only"],
  ["writeOnly", "write-only"],
] as const;

/** Members of an answer that nobody asks for first. */
export const links = /(?:^|_)(?:url|href|links?)$|Url$|^_links$/;

function isDeprecated(properties: Json, key: string): boolean {
  // A getter is not read only for this.
  const value = Object.getOwnPropertyDescriptor(properties, key)?.value as unknown;
  return isObject(value) && value["deprecated"] === true;
}

/** `perPage`, `per_page` and `per-page` are the words per and page. */
function wordsOf(key: string): string[] {
  return key
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z\d]+/);
}

/** Whether a schema has such a member, at a level that is worth a look. */
function leadsTo(schema: unknown, wanted: ReadonlySet<string>, levels: number, seen: Set<object>): boolean {
  if (!isObject(schema) || levels <= 0 || seen.has(schema)) return false;
  seen.add(schema);
  const { holders, items, unions } = shapeOf(schema);
  const names = holders.flatMap((holder) => Object.keys(holder));
  if (names.some((name) => wanted.has(name))) return true;
  const below = [...holders.flatMap((holder) => Object.values(holder)), ...unions.flat()];
  return leadsTo(items, wanted, levels, seen) || below.some((one) => leadsTo(one, wanted, levels - 1, seen));
}

/** The value that singles an alternative out, or its name. */
function labelOf(option: SchemaObject): string | undefined {
  for (const holder of shapeOf(option).holders)
    for (const member of Object.values(holder)) {
      const values = isObject(member) ? ("const" in member ? [member["const"]] : member["enum"]) : undefined;
      if (Array.isArray(values) && values.length === 1) return literal(values[0]);
    }
  return pointerOf(option) === undefined ? undefined : shownName(documentName(option));
}

/** Whether it is worth a declaration of its own. */
function isLarge(schema: SchemaObject): boolean {
  const { holders, unions } = shapeOf(schema);
  const members = [...holders, ...unions.flat().flatMap((option) => shapeOf(option).holders)];
  return members.reduce((sum, holder) => sum + Object.keys(holder).length, 0) > 3;
}

/** `Pet` for what stands at `#/components/schemas/Pet`. */
export function documentName(schema: object): string {
  const pointer = pointerOf(schema);
  return pointer === undefined ? "Recursive" : unescapeToken(pointer.slice(pointer.lastIndexOf("/") + 1));
}

/** The name of a component as that of a type. */
export function shownName(name: string): string {
  return name
    .replace(/\.(?:ya?ml|json)$/, "")
    .replace(/[^\w$]+/g, "_")
    .replace(/^(?=\d)/, "_")
    .replace(notNames, "$&_");
}

/** Names that TypeScript does not allow for a type. */
const notNames =
  /^(?:any|as|async|await|bigint|boolean|break|case|catch|class|const|continue|debugger|default|delete|do|else|enum|export|extends|false|finally|for|function|if|import|in|instanceof|interface|keyof|let|never|new|null|number|object|return|static|string|super|switch|symbol|this|throw|true|try|type|typeof|undefined|unknown|var|void|while|with|yield|Body|Data)$/;

/** Characters for the names of members of an abbreviated object. */
const maxNames = 60;

/** The names of the first members, which tell more than a count; `?` is behind what need not be given. */
function someOf(members: string[], required: ReadonlySet<string>): string {
  const optional = required.size > 0 ? "?" : "";
  const names = members.map((name) => (required.has(name) ? name : name + optional));
  return namesWithin(names, maxNames);
}

/** What else an object has. */
function also(members: string[], chars: number): string {
  return chars > 0 ? `also ${namesWithin(members, chars)}` : `… ${members.length} more`;
}

function namesWithin(members: string[], chars: number): string {
  const shown: string[] = [];
  let left = chars;
  for (const member of members) {
    const name = short(
      (member.startsWith('"') ? member : propertyName(member)).replaceAll("*/", "* /"),
      maxNames,
    );
    left -= name.length + 2;
    if (shown.length > 0 && left < 0) break;
    shown.push(name);
  }
  const more = members.length - shown.length;
  return shown.join(", ") + (more > 0 ? `, … ${more} more` : "");
}

/** With the `?` of an optional one. */
function propertyName(name: string): string {
  return name.endsWith("?") ? `${propertyKey(name.slice(0, -1))}?` : propertyKey(name);
}

export function isIdentifier(text: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(text);
}

export function propertyKey(key: string): string {
  return isIdentifier(key) ? key : JSON.stringify(key);
}

function literal(value: unknown): string {
  const text = JSON.stringify(value) ?? "unknown";
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}

/** The members for a plain type, without reading lazy ones. */
function plainMembers(schema: SchemaObject): SchemaObject {
  const result: SchemaObject = {};
  for (const key of ["format", "properties", "required", "additionalProperties", "items", "prefixItems"]) {
    if (key in schema) copyMember(result, schema, key);
  }
  return result;
}

function copyMember(to: Json, from: Json, key: string): void {
  Object.defineProperty(to, key, Object.getOwnPropertyDescriptor(from, key) as PropertyDescriptor);
}
