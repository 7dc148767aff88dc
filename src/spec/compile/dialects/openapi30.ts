/**
 * OpenAPI 3.0 in the shape of 3.1: schemas become JSON Schema 2020-12. Only what would be read wrongly is
 * changed: `nullable` and the boolean `exclusiveMinimum` and `exclusiveMaximum`.
 */
import { emitMembers, type Emitter, type KnownDialect } from "../emitter.ts";
import type { Kind } from "../members.ts";
import type { Json } from "../../objects.ts";
import { unfoldRoot } from "./unfold.ts";

export const openapi30: KnownDialect = {
  reads: (version) => version.startsWith("3.0"),
  dialect: () => ({ openapi: "3.1.1", byKind: true, convert: { schema: emitSchema }, root: unfoldRoot }),
};

export function emitSchema(value: Json, emitter: Emitter, kind: Kind): unknown {
  return modernise(emitMembers(value, emitter, kind));
}

/** Changes a schema of 3.0, already a copy, into one of 3.1. */
export function modernise(schema: Json): Json {
  exclusive(schema, "exclusiveMinimum", "minimum");
  exclusive(schema, "exclusiveMaximum", "maximum");
  if (schema["nullable"] === true) allowNull(schema);
  else if (schema["nullable"] === false) delete schema["nullable"];
  return schema;
}

function exclusive(schema: Json, flag: string, bound: string): void {
  if (typeof schema[flag] !== "boolean") return;
  if (schema[flag] && typeof schema[bound] === "number") {
    schema[flag] = schema[bound];
    delete schema[bound];
  } else delete schema[flag];
}

/**
 * `nullable` has no effect without a `type` beside it (3.0.3, 4.7.24.1), but is written next to `oneOf` and
 * `anyOf` by people who mean it. Where 3.1 has no way to say it in place (`allOf`, `$ref`), it stays.
 */
function allowNull(schema: Json): void {
  const nullType = { type: "null" };
  if (typeof schema["type"] === "string") schema["type"] = [schema["type"], "null"];
  else if (Array.isArray(schema["type"])) schema["type"] = [...new Set([...schema["type"], "null"])];
  else if (Array.isArray(schema["anyOf"])) schema["anyOf"] = [...schema["anyOf"], nullType];
  else if (Array.isArray(schema["oneOf"])) schema["oneOf"] = [...schema["oneOf"], nullType];
  else return;
  delete schema["nullable"];
}
