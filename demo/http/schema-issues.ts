/** Checks a value against a schema of the document and says in plain words what is wrong, and where. */
import { Validator, type Schema as JsonSchema } from "@cfworker/json-schema";
import type { Issue } from "./answer.ts";
import type { Schema } from "./document.ts";

type Where = Issue["in"];

/** A checker for one schema: built once, asked with every request. An empty list means that the value fits. */
export function checker(schema: Schema, where: Where): (value: unknown) => Issue[] {
  const validator = new Validator(schema as JsonSchema, "2020-12", false);
  return (value) =>
    validator.validate(value).errors.flatMap((unit) => {
      const wanted = at(schema, unit.keywordLocation);
      const pointer = unit.instanceLocation.slice(1);
      const got = shortened(at(value, unit.instanceLocation));
      switch (unit.keyword) {
        // These repeat, at the parent, what an error at the child says.
        case "properties":
        case "items":
        case "false":
          return [];
        case "required":
          return [{ in: where, pointer: `${pointer}/${quoted(unit.error)}`, detail: "is missing" }];
        case "additionalProperties": {
          const parent = at(schema, unit.keywordLocation.replace(/\/[^/]*$/, "")) as Schema;
          const known = Object.keys(parent.properties ?? {}).join(", ");
          const detail = known === "" ? "is not known; none are taken" : `is not known; known are ${known}`;
          return [{ in: where, pointer: `${pointer}/${quoted(unit.error)}`, detail }];
        }
        default:
          return [
            { in: where, pointer, detail: `${demand(unit.keyword, wanted) ?? unit.error}, got ${got}` },
          ];
      }
    });
}

function demand(keyword: string, wanted: unknown): string | undefined {
  switch (keyword) {
    case "type":
      return `must be ${[wanted].flat().join(" or ")}`;
    case "enum":
      return `must be one of ${(wanted as unknown[]).join(", ")}`;
    case "minimum":
      return `must be at least ${wanted}`;
    case "maximum":
      return `must be at most ${wanted}`;
    case "minLength":
      return `must have at least ${wanted} characters`;
    case "maxLength":
      return `must have at most ${wanted} characters`;
    case "minProperties":
      return `must have at least ${wanted} member`;
    case "uniqueItems":
      return "must not name anything twice";
    case "pattern":
      return `must match ${wanted}`;
    case "format":
      return wanted === "date-time"
        ? "must be a date-time such as 2026-11-20T06:00:00Z"
        : `must be a ${wanted}`;
    default:
      return undefined;
  }
}

function at(value: unknown, pointer: string): unknown {
  const steps = pointer.split("/").slice(1);
  return steps.reduce<unknown>(
    (here, step) => (here as Record<string, unknown> | undefined)?.[unescaped(step)],
    value,
  );
}

function unescaped(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}

/** The validator names the member only in its sentence. */
function quoted(sentence: string): string {
  const name = /"(.*)"/.exec(sentence)?.[1] ?? "";
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

function shortened(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
