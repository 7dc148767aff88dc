/**
 * Writes schemas as TypeScript within a budget: required members first, enums written out, long unions and deep leaves
 * abbreviated with a note, recursive types under their name in the document.
 */
import type { SchemaObject } from "../openapi.ts";
import { isObject, type Json } from "../objects.ts";
import { isNeeded } from "./required.ts";
import { isMarked, memberOf } from "./shape.ts";
import { subtypesOf } from "./subtypes.ts";
import { pointerOf } from "./units.ts";

export interface TypeOptions {
  /** Levels of objects that are written out. */
  depth: number;
  /** Members of an enum or union that are written out. */
  choices: number;
  /** Members of an object that are written out; required ones always are. */
  members: number;
  /** Characters of a member's description; 0 for none. */
  comment: number;
  /** Omits what only the other direction has: `readOnly` in a request, `writeOnly` in a response. */
  direction: "request" | "response";
}

/** The names in one description, shared by all its types. */
export interface Names {
  /** Recursive schemas, to be declared after the description. */
  recursive: Map<object, string>;
  /** The pointers of abbreviated types, by name. */
  abbreviated: Map<string, string>;
  /** Characters left. When they are used up, writing throws `Overflow`. */
  room: number;
}

export const noNames = (room: number): Names => ({ recursive: new Map(), abbreviated: new Map(), room });

/** Thrown early, to avoid writing all of a text that is too long. */
export class Overflow extends Error {}

/** The type of a schema. @param indent of the line that it starts on */
export function typeText(schema: unknown, options: TypeOptions, names: Names, indent = ""): string {
  return writer(options, names).write(schema, options.depth, indent, []);
}

/** The declaration of a named schema. */
export function declarationText(schema: object, name: string, options: TypeOptions, names: Names): string {
  return `type ${name} = ${writer(options, names).writeBody(schema as SchemaObject, options.depth, "", [schema])}`;
}

function writer(options: TypeOptions, names: Names) {
  /** Of an alternative, what lists members beside it. */
  const outer = new Map<object, SchemaObject>();
  return { write, writeBody };

  function write(schema: unknown, depth: number, indent: string, above: object[]): string {
    if (schema === false) return "never";
    if (typeof schema !== "object" || schema === null) return "unknown";
    const named = names.recursive.get(schema);
    if (named) return named;
    if (above.includes(schema)) {
      const name = nameFor(schema);
      names.recursive.set(schema, name);
      return name;
    }
    return writeBody(schema as SchemaObject, depth, indent, [...above, schema]);
  }

  function writeBody(schema: SchemaObject, depth: number, indent: string, above: object[]): string {
    const text = writeNotNull(schema, depth, indent, above);
    return schema.nullable === true && !/\bnull$/.test(text) ? `${text} | null` : text;
  }

  function writeNotNull(schema: SchemaObject, depth: number, indent: string, above: object[]): string {
    const values = "const" in schema ? [schema.const] : schema.enum;
    if (Array.isArray(values)) return writeChoices(values.map((value) => choiceText(value, schema)));
    const { allOf } = schema;
    if (Array.isArray(allOf) && allOf.length > 0) return writeAll(schema, depth, indent, above);
    const alternatives = [schema.oneOf, schema.anyOf].find((list) => Array.isArray(list) && list.length > 0);
    if (Array.isArray(alternatives)) {
      for (const option of alternatives) if (isObject(option)) outer.set(option, schema);
      const types = alternatives.map((option) => write(option, depth, indent, above));
      const known = types.filter((type) => type !== "unknown");
      const beside = "properties" in schema ? `${writeObject(schema, depth, indent, above)} & ` : "";
      const union = writeChoices(known.length > 0 ? known : types);
      return beside && union !== "unknown" ? `${beside}(${union})` : beside ? beside.slice(0, -3) : union;
    }
    const subtypes = [...subtypesOf(schema).values()];
    if (subtypes.length > 0 && !subtypes.some((one) => above.includes(one)))
      return writeChoices(subtypes.map((one) => write(one, depth, indent, above)));
    const { type } = schema;
    if (Array.isArray(type)) {
      return writeChoices(
        type.map((one) => writeSimple({ ...plainMembers(schema), type: one }, depth, indent, above)),
      );
    }
    return writeSimple(schema, depth, indent, above);
  }

  /** A large integer of the document is text. A call needs it as a `BigInt`, an answer has it as text. */
  function choiceText(value: unknown, { type }: SchemaObject): string {
    const isLarge = typeof value === "string" && /^-?\d{16,}$/.test(value);
    const isNumber = isLarge && options.direction === "request" && [type].flat().includes("integer");
    return isNumber ? `${value}n` : literal(value);
  }

  function writeSimple(schema: SchemaObject, depth: number, indent: string, above: object[]): string {
    const { type } = schema;
    if (type === "file" || (type === "string" && schema.format === "binary"))
      return "Blob | Uint8Array | string";
    if (type === "integer") return "number";
    if (type === "string" || type === "number" || type === "boolean" || type === "null") return type;
    if (type === "array" || "items" in schema || "prefixItems" in schema)
      return writeArray(schema, depth, indent, above);
    return type === "object" || "properties" in schema || "additionalProperties" in schema
      ? writeObject(schema, depth, indent, above)
      : "unknown";
  }

  function writeArray(schema: SchemaObject, depth: number, indent: string, above: object[]): string {
    const prefix = schema.prefixItems;
    if (Array.isArray(prefix))
      return `[${prefix.map((item) => write(item, depth, indent, above)).join(", ")}]`;
    const item = write(schema.items, depth, indent, above);
    return /^[\w$]+$/.test(item) || item.endsWith("]") || (item.startsWith("{") && !/\} [&|]/.test(item))
      ? `${item}[]`
      : `(${item})[]`;
  }

  function writeObject(schema: SchemaObject, depth: number, indent: string, above: object[]): string {
    const properties = (schema.properties ?? {}) as Json;
    const hidden = options.direction === "request" ? "readOnly" : "writeOnly";
    const required = new Set<unknown>(Array.isArray(schema.required) ? schema.required : []);
    if (options.direction === "request")
      for (const name of required) {
        const property = typeof name === "string" && Object.hasOwn(properties, name) && properties[name];
        const also = memberOf(outer.get(schema), String(name));
        if (isObject(property) && !isNeeded(also ? [property, also] : [property])) required.delete(name);
      }
    const all = Object.keys(properties).sort((a, b) => Number(required.has(b)) - Number(required.has(a)));
    const extra = schema.additionalProperties;
    const hasExtra = typeof extra === "object" && extra !== null;
    if (all.length === 0)
      return `Record<string, ${hasExtra && depth > 0 ? write(extra, depth - 1, indent, above) : "unknown"}>`;
    if (depth <= 0) return cut(schema, all, above);
    const inner = `${indent}  `;
    const lines: string[] = [];
    let left = 0;
    for (const [position, key] of all.entries()) {
      if (position >= options.members && !required.has(key)) {
        left++;
        continue;
      }
      const property = properties[key] as SchemaObject | undefined;
      if (typeof property === "object" && property !== null && isMarked(property, hidden)) continue;
      if ((names.room -= key.length + 8) < 0) throw new Overflow();
      const type = write(property, depth - 1, inner, above);
      lines.push(`${inner}${propertyKey(key)}${required.has(key) ? "" : "?"}: ${type};${note(property)}`);
    }
    if (left > 0) lines.push(`${inner}// … ${left} more`);
    if (hasExtra) lines.push(`${inner}[key: string]: ${write(extra, depth - 1, inner, above)};`);
    if (lines.length === 0) return "{}";
    const oneLine = lines
      .map((line) => line.trim())
      .join(" ")
      .replace(/;$/, "");
    return oneLine.length <= 80 && !oneLine.includes("//")
      ? `{ ${oneLine} }`
      : `{\n${lines.join("\n")}\n${indent}}`;
  }

  /** Merges all parts that are objects; the others are intersected with it. */
  function writeAll(schema: SchemaObject, depth: number, indent: string, above: object[]): string {
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
      if (Array.isArray(oneOf) || Array.isArray(anyOf)) {
        const alternatives = (oneOf ?? anyOf) as unknown[];
        const typeOf = (one: unknown) => write(one, depth, indent, [...above, ...seen]);
        if (part !== schema) others.push(writeChoices(alternatives.map(typeOf)));
      } else if (!allOf && !properties && ["type", "enum", "const"].some((key) => Object.hasOwn(part, key))) {
        if ((part as SchemaObject).type !== "object")
          others.push(write(part, depth, indent, [...above, ...seen]));
      }
    };
    take(schema, []);
    // What one part says of a member counts for all that list it.
    const hidden = options.direction === "request" ? "readOnly" : "writeOnly";
    for (const [name, schemas] of listed)
      if (schemas.some((one) => isMarked(one, hidden))) delete (merged.properties as Json)[name];
    if (options.direction === "request")
      merged.required = (merged.required as string[]).filter((name) => isNeeded(listed.get(name) ?? []));
    const own = Object.keys(merged.properties as Json).length > 0;
    const texts = own ? [writeObject({ ...merged, title: schema.title }, depth, indent, above)] : [];
    for (const other of new Set(others))
      texts.push(texts.length > 0 || others.length > 1 ? `(${other})` : other);
    return texts.length > 0 ? texts.join(" & ") : "unknown";
  }

  function writeChoices(types: string[]): string {
    const distinct = [...new Set(types)];
    if (distinct.includes("unknown")) return "unknown";
    const shown = distinct.slice(0, options.choices);
    const left = distinct.length - shown.length;
    return shown.join(" | ") + (left > 0 ? ` /* | ${left} more */` : "");
  }

  function cut(schema: SchemaObject, members: string[], above: object[]): string {
    const holder = above.findLast((object) => pointerOf(object) !== undefined);
    const name = holder === schema || holder === above.at(-1) ? nameFor(holder as object) : undefined;
    if (!name) return `{ /* ${someOf(members)} */ }`;
    names.abbreviated.set(name, pointerOf(holder as object) as string);
    return name;
  }

  function nameFor(schema: object): string {
    const pointer = pointerOf(schema);
    const last = pointer?.slice(pointer.lastIndexOf("/") + 1).replace(/\.(?:ya?ml|json)$/, "");
    const name = (last ?? "Recursive")
      .replaceAll("~1", "/")
      .replace(/[^\w$]+/g, "_")
      .replace(/^(?=\d)/, "_")
      .replace(notNames, "$&_");
    const taken = [...names.recursive].some(([other, known]) => known === name && other !== schema);
    return taken ? `${name}_${names.recursive.size}` : name;
  }

  function note(property: SchemaObject | undefined): string {
    if (typeof property !== "object" || property === null) return "";
    const notes: string[] = [];
    if (property.deprecated === true) notes.push("deprecated");
    const format = property.format;
    if (format === "byte" || property.contentEncoding === "base64") notes.push("base64");
    else if (typeof format === "string" && /^(?:date|time|duration|uri|email|ip|uuid|cidr)/.test(format))
      notes.push(format);
    if (property.default !== undefined && typeof property.default !== "object") {
      notes.push(`default ${literal(property.default)}`);
    }
    if (typeof property.maximum === "number") notes.push(`max ${property.maximum}`);
    const comment = options.comment > 0 ? short(property.description, options.comment) : "";
    if (comment) notes.push(comment);
    return notes.length > 0 ? ` // ${notes.join("; ")}` : "";
  }
}

/** Names that TypeScript does not allow for a type. */
const notNames =
  /^(?:any|as|async|await|bigint|boolean|break|case|catch|class|const|continue|debugger|default|delete|do|else|enum|export|extends|false|finally|for|function|if|import|in|instanceof|interface|keyof|let|never|new|null|number|object|return|static|string|super|switch|symbol|this|throw|true|try|type|typeof|undefined|unknown|var|void|while|with|yield|Body|Data)$/;

/** Characters for the names of members of an abbreviated object. */
const maxNames = 40;

/** The names of the first members, which tell more than a count. */
function someOf(members: string[]): string {
  const shown: string[] = [];
  for (const member of members) {
    const name = propertyKey(member).replaceAll("*/", "* /");
    if (shown.length > 0 && [...shown, name].join(", ").length > maxNames) break;
    shown.push(short(name, maxNames));
  }
  const left = members.length - shown.length;
  return shown.join(", ") + (left > 0 ? `, ${left} more` : "");
}

/** Text on one line, cut at a word. */
export function short(text: unknown, length: number): string {
  if (typeof text !== "string") return "";
  const line = text.replace(/\s+/g, " ").trim();
  if (line.length <= length) return line;
  const cut = line.slice(0, length);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), length >> 1))}…`;
}

export function isIdentifier(text: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(text);
}

function propertyKey(key: string): string {
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
