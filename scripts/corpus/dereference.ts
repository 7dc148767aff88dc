/**
 * An independent reading of `$ref` to hold `spec` against: looks every reference up in the raw files, knows nothing
 * of catalogs, and compares in step so that cycles need no cutting.
 */
import type { LoadedDocument } from "../../src/spec/document.ts";

export type Json = Record<string, unknown>;

/** A value as it is written, with its file, where its references start. */
export interface Written {
  value: unknown;
  url: string;
}

type Members = Map<string, Written>;

export class RawDocument {
  readonly root: Written & { value: Json };
  readonly #files: ReadonlyMap<string, unknown>;
  readonly #version: string;
  /** Which raw values an object of `spec` was compared with: schemas and data apart, for 3.1 writes those differently. */
  readonly compared = { schema: new Map<object, Set<unknown>>(), data: new Map<object, Set<unknown>>() };

  constructor({ url, files }: LoadedDocument) {
    this.root = { value: files.get(url) as Json, url };
    this.#files = files;
    this.#version = String(this.root.value["openapi"] ?? this.root.value["swagger"]);
  }

  get isSwagger2(): boolean {
    return this.#version.startsWith("2");
  }

  /** Follows a reference by its pointer; undefined if it leads nowhere. */
  #lookUp(reference: string, url: string): Written | undefined {
    if (!URL.canParse(reference, url)) return undefined;
    const target = new URL(reference, url);
    const tokens = decodeURIComponent(target.hash.slice(1)).split("/").slice(1);
    target.hash = "";
    let at: Written = { value: this.#files.get(target.href), url: target.href };
    for (const token of tokens) {
      const member = this.member(at, token.replaceAll("~1", "/").replaceAll("~0", "~"));
      if (!member) return undefined;
      at = member;
    }
    return at.value === undefined ? undefined : at;
  }

  /** A member of a value, behind the value's own reference if it is one. */
  member(of: Written, key: string): Written | undefined {
    const { value } = of;
    if (isObject(value) && typeof value["$ref"] === "string") return this.meaning(of).members?.get(key);
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    return { value: (value as Json)[key], url: of.url };
  }

  /**
   * What a value means: references followed, members beside them over those of the target.
   * @param isSchema whether it is read as a schema, which 3.1 writes differently than older versions; what stands
   * beside a `$ref` is taken as it is, for 3.1 has no way to say `nullable` there
   * @returns `members` of an object, else the value
   */
  meaning(written: Written, isSchema = false): { value?: unknown; members?: Members; url: string } {
    let { value, url } = written;
    const layers: Members[] = [];
    for (let hops = 0; hops < 100 && isObject(value) && typeof value["$ref"] === "string"; hops++) {
      const target = this.#lookUp(value["$ref"], url);
      if (!target) break;
      layers.unshift(membersOf(value, url));
      layers[0]?.delete("$ref");
      ({ value, url } = target);
    }
    if (!isObject(value)) return { value, url };
    const members = membersOf(value, url);
    if (isSchema && /^(?:2|3\.0)/.test(this.#version)) asSchema31(members, url, this.isSwagger2);
    return { members: new Map([members, ...layers].flatMap((layer) => [...layer])), url };
  }

  /** A value as it is written, with the `$ref`s in it. */
  written({ value, url }: Written): { value?: unknown; members?: Members; url: string } {
    return isObject(value) ? { members: membersOf(value, url), url } : { value, url };
  }

  /** A list, behind references to it. */
  list(of: Written, key: string): Written[] {
    const { value, url } = this.meaning(this.member(of, key) ?? { value: [], url: of.url });
    return Array.isArray(value) ? (value as unknown[]).map((entry) => ({ value: entry, url })) : [];
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function membersOf(value: Json, url: string): Members {
  return new Map(Object.entries(value).map(([key, member]) => [key, { value: member, url }]));
}

/** Changes the members of a schema of 3.0 or 2.0 into those of 3.1. */
function asSchema31(schema: Members, url: string, isSwagger2: boolean): void {
  const valueOf = (key: string) => schema.get(key)?.value;
  const set = (key: string, value: unknown) => schema.set(key, { value, url: schema.get(key)?.url ?? url });
  if (isSwagger2) {
    if (valueOf("type") === "file") {
      set("type", "string");
      set("format", "binary");
    }
    if (typeof valueOf("discriminator") === "string")
      set("discriminator", { propertyName: valueOf("discriminator") });
    if (valueOf("x-nullable") === true) {
      schema.delete("x-nullable");
      set("nullable", true);
    }
  }
  for (const [flag, bound] of [
    ["exclusiveMinimum", "minimum"],
    ["exclusiveMaximum", "maximum"],
  ] as const) {
    const isExclusive = valueOf(flag);
    if (typeof isExclusive !== "boolean") continue;
    schema.delete(flag);
    if (!isExclusive || typeof valueOf(bound) !== "number") continue;
    set(flag, valueOf(bound));
    schema.delete(bound);
  }
  const nullable = valueOf("nullable");
  if (typeof nullable !== "boolean") return;
  const type = valueOf("type");
  const union = ["anyOf", "oneOf"].find((key) => Array.isArray(valueOf(key)));
  if (nullable && typeof type === "string") set("type", [type, "null"]);
  else if (nullable && Array.isArray(type)) set("type", [...new Set([...(type as unknown[]), "null"])]);
  else if (nullable && union) set(union, [...(valueOf(union) as unknown[]), { type: "null" }]);
  else if (nullable) return;
  schema.delete("nullable");
}

/** Where OpenAPI has no schemas: in an extension, an example or a default. */
const isData = (at: string) =>
  /\/x-|(?<!\/(?:properties|patternProperties|\$defs|definitions))\/examples?\/|(?<!responses)\/default\//.test(
    at,
  );

/** Where a `$ref` is what the document says and refers to nothing. A property may have any of these names. */
const isLiteral = (at: string) =>
  /(?<!\/(?:properties|patternProperties|\$defs|definitions|headers|responses|examples))\/(?:x-[^/]*|example|default|enum|const)\//.test(
    `${at}/`,
  ) ||
  /\/(?:examples\/[^/]+\/(?:value|dataValue)|schema(?:\/.*)?(?<!\/(?:properties|patternProperties|\$defs|definitions))\/examples|discriminator)\//.test(
    `${at}/`,
  );

/**
 * Compares what `spec` shows with the raw document.
 * @param at where it stands, for the messages
 * @returns the places that differ, the first few
 */
export function differences(
  document: RawDocument,
  shown: unknown,
  raw: Written,
  at = "",
  limit = 5,
): string[] {
  const found: string[] = [];
  const compare = (ours: unknown, theirs: Written, place: string): void => {
    if (found.length >= limit) return;
    const kind = isData(place) ? "data" : "schema";
    if (typeof ours === "object" && ours !== null) {
      const seen = document.compared[kind];
      const known = seen.get(ours) ?? new Set();
      if (known.has(theirs.value)) return;
      if (typeof theirs.value === "object") seen.set(ours, known.add(theirs.value));
    }
    const want = isLiteral(place) ? document.written(theirs) : document.meaning(theirs, kind === "schema");
    const isList = Array.isArray(want.value);
    if (!want.members && !isList) {
      if (!Object.is(ours, want.value))
        found.push(`${place}: ${String(ours)} instead of ${String(want.value)}`);
      return;
    }
    if (typeof ours !== "object" || ours === null || Array.isArray(ours) !== isList) {
      found.push(`${place}: ${String(ours)} instead of an object`);
      return;
    }
    const members =
      want.members ??
      new Map((want.value as unknown[]).map((value, index) => [String(index), { value, url: want.url }]));
    for (const key of new Set([...Object.keys(ours), ...members.keys()])) {
      const member = members.get(key);
      if (!Object.hasOwn(ours, key)) found.push(`${place}/${key} is missing`);
      else if (!member) found.push(`${place}/${key} is too much`);
      else compare((ours as Json)[key], member, `${place}/${key.replaceAll("/", "~1")}`);
    }
  };
  compare(shown, raw, at);
  return found;
}

/** A path as it is sent: what an operator of RFC 6570 writes before a value stands before its placeholder. */
export const asSent = (path: string): string => path.replace(/\{([./])([^{}]+)\}/g, "$1{$2}");

/** The parameters that an operation really has: those of its path item too, its own winning. */
export function allParameters(document: RawDocument, item: Written, operation: Written): Written[] {
  const key = (parameter: Written) =>
    `${String(document.member(parameter, "in")?.value)} ${String(document.member(parameter, "name")?.value)}`;
  const own = document.list(operation, "parameters");
  const taken = new Set(own.map(key));
  return [...document.list(item, "parameters").filter((one) => !taken.has(key(one))), ...own];
}
