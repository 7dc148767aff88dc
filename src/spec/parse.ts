/** Text of a document to a value. JSON is tried first: it is ten times faster, and most YAML readers take it too. */
import { LineCounter, parseDocument } from "yaml";
import type { Fault } from "./catalog.ts";
import { DocumentError } from "./document.ts";

/**
 * A YAML file of a few kilobytes can stand for gigabytes, because an alias repeats its anchor. A document may
 * grow to this many values, or to this many times its length if that is more.
 */
const maxAliasedValues = 5_000_000;

/**
 * Parses JSON or YAML.
 * @param text the file, decoded
 * @param name how to call the file in messages
 * @throws DocumentError with line and column if it is neither
 */
export function parseText(text: string, name: string): { value: unknown; faults: Fault[] } {
  const start = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const first = start.trimStart()[0];
  if (first === undefined) {
    throw new DocumentError("not-openapi", `${name} is empty. Name a file that holds an OpenAPI document.`);
  }
  if (first === "<") {
    throw new DocumentError(
      "html",
      `${name} is HTML or XML, not an OpenAPI document. ` +
        "Open it in a browser and look for the address of the JSON or YAML file it shows.",
    );
  }
  if (first === "{" || first === "[") {
    try {
      return { value: JSON.parse(start) as unknown, faults: [] };
    } catch (error) {
      return parseFlowYaml(start, name, error as Error);
    }
  }
  return parseYaml(start, name);
}

/** What starts like JSON and is none may be YAML's flow style; if not, the JSON error is the useful one. */
function parseFlowYaml(text: string, name: string, error: Error): { value: unknown; faults: Fault[] } {
  try {
    return parseYaml(text, name);
  } catch {
    const place = jsonPlace(text, error.message);
    throw new DocumentError(
      "broken-json",
      `${name} is not valid JSON: ${error.message}${place ? ` (${place})` : ""}. Correct it there, then try again.`,
      place,
    );
  }
}

function jsonPlace(text: string, message: string): string | undefined {
  const position = /position (\d+)/.exec(message)?.[1];
  const offset = position === undefined ? text.length : Number(position);
  if (position === undefined && !/end of JSON/.test(message)) return undefined;
  const before = text.slice(0, offset).split("\n");
  return `line ${before.length}, column ${(before.at(-1) ?? "").length + 1}`;
}

function parseYaml(text: string, name: string): { value: unknown; faults: Fault[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    merge: true,
    lineCounter: lines,
    prettyErrors: false,
    logLevel: "silent",
  });
  const faults: Fault[] = [];
  for (const error of document.errors) {
    const { line, col } = lines.linePos(error.pos[0]);
    const place = `line ${line}, column ${col}`;
    if (error.code !== "DUPLICATE_KEY") {
      throw new DocumentError(
        "broken-yaml",
        `${name} is not valid YAML: ${error.message} (${place}). Correct it there, then try again.`,
        place,
      );
    }
    faults.push({ pointer: `${name}:${line}:${col}`, message: `A key stands twice: ${error.message}` });
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: -1 });
  } catch (error) {
    throw new DocumentError("broken-yaml", `${name} is not valid YAML: ${(error as Error).message}.`);
  }
  if (countValues(value, new Map()) > Math.max(maxAliasedValues, text.length)) {
    throw new DocumentError(
      "too-large",
      `${name} stands for more than ${maxAliasedValues} values once its YAML aliases are followed. ` +
        "Replace the aliases by `$ref`, then try again.",
    );
  }
  return { value, faults };
}

/** Values in a tree whose branches may be shared, counted as often as they appear. Infinite for a cycle. */
function countValues(value: unknown, known: Map<object, number>): number {
  if (typeof value !== "object" || value === null) return 1;
  const counted = known.get(value);
  if (counted !== undefined) return counted;
  known.set(value, Number.POSITIVE_INFINITY);
  let count = 1;
  for (const member of Object.values(value)) count += countValues(member, known);
  known.set(value, count);
  return count;
}
