/** Which schema of a request body a call is held to. */
import { isObject, type Json } from "../../spec/objects.ts";
import type { Value } from "../values/value.ts";

export interface BodySchema {
  /** Undefined where several fit, or none says anything. */
  schema: Json | undefined;
  /** Forms: numbers and texts are the same on the wire. */
  asText: boolean;
}

/** @param content the body's media types; `asked` what the call gives as `contentType` */
export function bodySchema(content: Json, asked: Value | undefined): BodySchema {
  const types = Object.keys(content);
  if (asked && asked.kind !== "absent") {
    const wanted = asked.kind === "literal" ? bare(String(asked.value)) : undefined;
    const type = types.find((one) => bare(one) === wanted);
    return type === undefined ? { schema: undefined, asText: false } : schemaOf(content, type);
  }
  const json = types.filter((type) => /[/+]json\b/i.test(type) && !/(?:ndjson|jsonl|json-seq)/i.test(type));
  const structured =
    json.length > 0
      ? json
      : types.filter((type) => /^(?:application\/x-www-form-urlencoded|multipart\/)/i.test(type));
  const [first, ...others] = structured;
  if (first === undefined) return { schema: undefined, asText: false };
  const chosen = schemaOf(content, first);
  // Several that say different things: which one is sent depends on the value.
  const same = others.every((type) => schemaOf(content, type).schema === chosen.schema);
  return same || bare(first) === "application/json" ? chosen : { schema: undefined, asText: chosen.asText };
}

/** Names of all members in the examples of a body. */
export function namesShown(content: Json): Set<string> {
  const names = new Set<string>();
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(collect);
    else if (isObject(value))
      for (const [name, member] of Object.entries(value)) {
        names.add(name);
        collect(member);
      }
  };
  for (const media of Object.values(content)) {
    if (!isObject(media)) continue;
    collect(media["example"]);
    if (isObject(media["schema"])) collect(media["schema"]["example"]);
    const named = isObject(media["examples"]) ? Object.values(media["examples"]) : [];
    for (const example of named) if (isObject(example)) collect(example["value"]);
  }
  return names;
}

function schemaOf(content: Json, type: string): BodySchema {
  const media = content[type];
  const schema = isObject(media) ? media["schema"] : undefined;
  return { schema: isObject(schema) ? schema : undefined, asText: !/json/i.test(type) };
}

function bare(type: string): string {
  return (type.split(";", 1)[0] ?? "").trim().toLowerCase();
}
