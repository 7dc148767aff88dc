/**
 * Converts OpenAPI 3.0 to 3.1: schemas become JSON Schema 2020-12. Only `nullable` and the boolean `exclusiveMinimum`
 * and `exclusiveMaximum` are changed, because they would be misread.
 */
import type { SchemaObject } from "../../openapi.ts";
import { emitMembers, type Emitter, type KnownDialect } from "../emitter.ts";
import type { Kind } from "../../members.ts";
import { unfoldRoot } from "./unfold.ts";

export const openapi30: KnownDialect = {
  reads: (version) => version.startsWith("3.0"),
  dialect: () => ({ openapi: "3.1.1", byKind: true, convert: { schema: emitSchema }, root: unfoldRoot }),
};

function emitSchema(value: SchemaObject, emitter: Emitter, kind: Kind): unknown {
  return modernise(emitMembers(value, emitter, kind));
}

/** Converts a schema of 3.0 to 3.1 in place. */
export function modernise(schema: SchemaObject): SchemaObject {
  exclusive(schema, "exclusiveMinimum", "minimum");
  exclusive(schema, "exclusiveMaximum", "maximum");
  if (schema.nullable === true) allowNull(schema);
  else if (schema.nullable === false) delete schema.nullable;
  return schema;
}

function exclusive(schema: SchemaObject, flag: string, bound: string): void {
  if (typeof schema[flag] !== "boolean") return;
  if (schema[flag] && typeof schema[bound] === "number") {
    schema[flag] = schema[bound];
    delete schema[bound];
  } else delete schema[flag];
}

/**
 * Without a `type`, `nullable` has no effect (3.0.3, 4.7.24.1), but people write it next to `oneOf` and `anyOf`
 * and mean it. Next to `allOf` and `$ref` it stays, because 3.1 cannot express it there.
 */
function allowNull(schema: SchemaObject): void {
  const nullType = { type: "null" };
  if (typeof schema.type === "string") schema.type = [schema.type, "null"];
  else if (Array.isArray(schema.type)) schema.type = [...new Set([...schema["type"], "null"])];
  else if (Array.isArray(schema.anyOf)) schema.anyOf = [...schema["anyOf"], nullType];
  else if (Array.isArray(schema.oneOf)) schema.oneOf = [...schema["oneOf"], nullType];
  else return;
  delete schema.nullable;
}
