/** Arguments for an operation, made from its document: examples where it has them, else the simplest value that fits. */
import type { CallArguments } from "../../src/sandbox/guest/client/index.ts";
import type { Parameter } from "../../src/spec/read/required.ts";

type Json = Record<string, unknown>;

const maxDepth = 6;

const formats: Record<string, string> = {
  "date-time": "2026-01-02T03:04:05Z",
  date: "2026-01-02",
  time: "03:04:05Z",
  uuid: "3fa85f64-5717-4562-b3fc-2c963f66afa6",
  email: "someone@example.com",
  uri: "https://example.com/x",
  url: "https://example.com/x",
  "uri-template": "https://example.com/{x}",
  hostname: "example.com",
  ipv4: "192.0.2.7",
  ipv6: "2001:db8::7",
  "ip-address": "192.0.2.7",
  byte: "AAEC",
  duration: "P1D",
};

/** Tried for a pattern, in this order. */
const candidates = ["a", "abc", "A", "1", "0", "abc-1", "a1b2c3d4e5f6", "2026-01-02", "#a1b2c3", "a1b2c3", "refs/heads/main", "192.0.2.7", "a".repeat(32), "0".repeat(40), "A".repeat(26), "/", "*", "1.0.0", `sha256:${"a".repeat(64)}`]; // prettier-ignore

export function argumentsFor(operation: Json): CallArguments {
  const args: CallArguments = {};
  const parameters = (operation["parameters"] ?? []) as Parameter[];
  for (const parameter of parameters) {
    const group = { path: "path", query: "query", header: "headers", cookie: "cookies" }[
      parameter.in as "path"
    ] as "path";
    if (!parameter.required && (parameter.deprecated || parameter.in !== "query")) continue;
    const value = valueOf(parameter as unknown as Json);
    if (value === undefined || value === null || value === "") continue;
    (args[group] ??= {})[parameter.name] = value;
  }
  const content = ((operation["requestBody"] as Json | undefined)?.["content"] ?? {}) as Record<string, Json>;
  const [mediaType] = Object.keys(content);
  if (mediaType !== undefined) {
    const body = valueOf(content[mediaType] ?? {});
    if (body !== undefined) args.body = body;
    if (Object.keys(content).length > 1) args.contentType = mediaType;
  }
  return args;
}

/** A value for a parameter or media type object. */
function valueOf({ example, examples, schema, content }: Json): unknown {
  if (example !== undefined) return example;
  if (examples !== null && typeof examples === "object") {
    const [first] = Object.values(examples) as Json[];
    if (first && typeof first === "object" && "value" in first) return first["value"];
  }
  if (schema === undefined && content)
    return valueOf(Object.values(content as Record<string, Json>)[0] ?? {});
  return sample(schema, 0);
}

/** The simplest value that fits a schema: its example, or what it requires. */
export function sample(given: unknown, depth = 0): unknown {
  if (typeof given !== "object" || given === null || depth > maxDepth) return undefined;
  const schema = merged(given as Json);
  for (const known of [
    schema["example"],
    (schema["examples"] as unknown[] | undefined)?.[0],
    schema["default"],
    schema["const"],
  ]) {
    if (known !== undefined && known !== null) return known;
  }
  if (Array.isArray(schema["enum"])) return schema["enum"].find((value) => value !== null);
  const alternatives = (schema["oneOf"] ?? schema["anyOf"]) as unknown[] | undefined;
  if (alternatives && !schema["properties"]) {
    // A number is text as well where it is written into a path: text that is no number fits one form only.
    const chosen =
      alternatives.find((one) => (one as Json)["type"] === "string") ??
      alternatives.find((one) => (one as Json)["type"] !== "null");
    return sample(chosen, depth + 1);
  }
  switch (
    [schema["type"]].flat().find((type) => type !== "null") ??
    (schema["properties"] ? "object" : undefined)
  ) {
    case "string":
      return text(schema);
    case "integer":
    case "number":
      return number(schema);
    case "boolean":
      return true;
    case "array":
      return list(schema, depth);
    case "object":
      return members(schema, depth, (alternatives?.[0] as Json | undefined)?.["required"]);
    default:
      return schema["type"] === undefined && depth > 0 ? "a" : undefined;
  }
}

function merged(schema: Json): Json {
  const parts = schema["allOf"];
  if (!Array.isArray(parts)) return schema;
  const whole: Json = { ...schema };
  for (const part of parts as Json[]) {
    const { properties, required, ...more } = merged(part);
    for (const [key, value] of Object.entries(more)) whole[key] ??= value;
    whole["properties"] = {
      ...(properties as Json | undefined),
      ...(whole["properties"] as Json | undefined),
    };
    whole["required"] = [
      ...((whole["required"] as string[] | undefined) ?? []),
      ...((required as string[] | undefined) ?? []),
    ];
  }
  return whole;
}

function text(schema: Json): string {
  const known = formats[String(schema["format"])];
  const [shortest, longest] = [
    Number(schema["minLength"] ?? 0),
    Number(schema["maxLength"] ?? Number.POSITIVE_INFINITY),
  ];
  const pattern = schema["pattern"];
  const fits = (value: string) =>
    value.length >= shortest &&
    value.length <= longest &&
    (typeof pattern !== "string" || new RegExp(pattern, "u").test(value));
  const made = typeof pattern === "string" ? [fromPattern(pattern)] : [];
  const all = [
    ...(known === undefined ? [] : [known]),
    ...made,
    ...candidates,
    "a".repeat(Math.max(1, shortest)),
  ];
  try {
    return all.find(fits) ?? "a".repeat(Math.max(1, shortest));
  } catch {
    return known ?? "a";
  }
}

/** A text for the patterns that ids have: letters, then so many of a class, as in `^(SM|MM)[0-9a-fA-F]{32}$`. */
function fromPattern(pattern: string): string {
  const unanchored = pattern
    .replace(/^\^/, "")
    .replace(/\$$/, "")
    .replace(/\((\w+)(?:\|\w+)*\)/g, "$1");
  return unanchored.replace(/\[([^\]]*)\](?:\{(\d+)(?:,\d*)?\}|[+*])?/g, (_all, of: string, count = "1") => {
    const first = of.replace(/^\\d/, "0").replace(/^\\w/, "a").charAt(0);
    return first.repeat(Number(count));
  });
}

function number(schema: Json): number {
  const { minimum, exclusiveMinimum, maximum, multipleOf } = schema as Record<string, number | undefined>;
  if (multipleOf) return Math.max(multipleOf, Math.ceil((minimum ?? 0) / multipleOf) * multipleOf);
  if (typeof exclusiveMinimum === "number") return exclusiveMinimum + 1;
  return Math.min(Math.max(1, minimum ?? 1), maximum ?? Number.POSITIVE_INFINITY);
}

function list(schema: Json, depth: number): unknown[] {
  const item = sample(schema["items"], depth + 1);
  const count = Math.max(1, Number(schema["minItems"] ?? 1));
  return item === undefined ? [] : Array.from({ length: count }, () => item);
}

function members(schema: Json, depth: number, also: unknown): Json {
  const properties = (schema["properties"] ?? {}) as Record<string, Json>;
  const required = [
    ...((schema["required"] as string[] | undefined) ?? []),
    ...((also as string[] | undefined) ?? []),
  ];
  const names =
    required.length > 0 ? required : Object.keys(properties).slice(0, Number(schema["minProperties"] ?? 1));
  const found: Json = {};
  for (const name of names) {
    if (properties[name]?.["readOnly"] === true) continue;
    const value = sample(properties[name] ?? { type: "string" }, depth + 1);
    if (value !== undefined) found[name] = value;
  }
  return found;
}
