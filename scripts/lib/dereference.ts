/**
 * An independent reading of `$ref` to hold `spec` against: looks every reference up in the raw document, knows
 * nothing of catalogs, and compares in step so that cycles need no cutting.
 */
type Json = Record<string, unknown>;

/** Follows a local reference by its pointer; undefined if it leads nowhere. */
function lookUp(document: Json, reference: string): unknown {
  if (!reference.startsWith("#")) return undefined;
  let at: unknown = document;
  for (const token of decodeURIComponent(reference.slice(1)).split("/").slice(1)) {
    at = (at as Json | undefined)?.[token.replaceAll("~1", "/").replaceAll("~0", "~")];
  }
  return at;
}

/**
 * What a raw value means: references followed, schemas of 3.0 as 3.1 writes them.
 * @param data whether it stands where OpenAPI has no schemas: in an extension, an example or a default
 */
function meaning(document: Json, raw: unknown, data = false): unknown {
  let value = raw;
  let beside: Json = {};
  while (typeof value === "object" && value !== null && typeof (value as Json)["$ref"] === "string") {
    const { $ref, ...rest } = value as Json;
    const target = lookUp(document, $ref as string);
    if (target === undefined) break;
    beside = { ...rest, ...beside };
    value = target;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const old = !data && String(document["openapi"]).startsWith("3.0");
  return { ...(old ? asSchema31(value as Json) : value), ...beside };
}

function asSchema31(schema: Json): Json {
  const { nullable, exclusiveMinimum, exclusiveMaximum, ...rest } = schema;
  const result: Json = { ...rest };
  if (typeof exclusiveMinimum !== "boolean")
    Object.assign(result, "exclusiveMinimum" in schema && { exclusiveMinimum });
  else if (exclusiveMinimum && "minimum" in rest) {
    result["exclusiveMinimum"] = rest["minimum"];
    delete result["minimum"];
  }
  if (typeof exclusiveMaximum !== "boolean")
    Object.assign(result, "exclusiveMaximum" in schema && { exclusiveMaximum });
  else if (exclusiveMaximum && "maximum" in rest) {
    result["exclusiveMaximum"] = rest["maximum"];
    delete result["maximum"];
  }
  if (typeof nullable !== "boolean") return "nullable" in schema ? { ...result, nullable } : result;
  if (!nullable) return result;
  if (typeof rest["type"] === "string") return { ...result, type: [rest["type"], "null"] };
  for (const key of ["anyOf", "oneOf"]) {
    if (Array.isArray(rest[key]))
      return { ...result, [key]: [...(rest[key] as unknown[]), { type: "null" }] };
  }
  return { ...result, nullable };
}

/**
 * Compares what `spec` shows with the raw document.
 * @returns the places that differ, the first few
 */
export function differences(document: Json, shown: unknown, raw: unknown, limit = 5): string[] {
  const found: string[] = [];
  const seen = new Map<object, Set<unknown>>();
  const compare = (ours: unknown, theirs: unknown, at: string): void => {
    if (found.length >= limit) return;
    const want = meaning(document, theirs, /\/(?:x-|examples?\/)|(?<!responses)\/default\//.test(at));
    if (typeof want !== "object" || want === null) {
      if (!Object.is(ours, want)) found.push(`${at}: ${String(ours)} instead of ${String(want)}`);
      return;
    }
    if (typeof ours !== "object" || ours === null || Array.isArray(ours) !== Array.isArray(want)) {
      found.push(`${at}: ${String(ours)} instead of an object`);
      return;
    }
    const known = seen.get(ours) ?? new Set();
    if (known.has(theirs)) return;
    seen.set(ours, known.add(theirs));
    const keys = new Set([...Object.keys(ours), ...Object.keys(want)]);
    for (const key of keys) {
      if (!Object.hasOwn(ours, key)) found.push(`${at}/${key} is missing`);
      else if (!Object.hasOwn(want, key)) found.push(`${at}/${key} is too much`);
      else compare((ours as Json)[key], (want as Json)[key], `${at}/${key.replaceAll("/", "~1")}`);
    }
  };
  compare(shown, raw, "");
  return found;
}

/** The parameters that an operation really has: those of its path item too, its own winning. */
export function allParameters(document: Json, item: Json, operation: Json): unknown[] {
  const key = (parameter: unknown) => {
    const { name, in: place } = meaning(document, parameter) as Json;
    return `${String(place)} ${String(name)}`;
  };
  const own = (operation["parameters"] ?? []) as unknown[];
  const taken = new Set(own.map(key));
  return [...((item["parameters"] ?? []) as unknown[]).filter((one) => !taken.has(key(one))), ...own];
}
