/**
 * Parses the text of a document. JSON is tried first, because it is ten times faster than YAML. Usable text that no
 * standard allows (comments in JSON, duplicate keys) is read and becomes a fault.
 */
import type { Parsed, TextFault } from "./parsed.ts";
import { LineCounter, parseDocument } from "yaml";
import { DocumentError } from "../../document.ts";
import { readRelaxed, readStrict } from "./json.ts";
import { otherFormatOf } from "./other-formats.ts";
import { yamlValue } from "./yaml-value.ts";

/**
 * A file that starts like JSON is tried as YAML up to this many characters: a YAML reader takes minutes for a few
 * megabytes of broken JSON.
 */
const maxFlowYaml = 1_000_000;

/** Readers of documents call themselves for each level. Real documents have fewer than 30. */
const maxLevels = 1_000;

/**
 * @param name of the file, for messages
 * @throws DocumentError with line and column if the text is neither JSON nor YAML, and if it is nested too deep to be read
 */
export function parseText(text: string, name: string): Parsed {
  const parsed = parseAny(text, name);
  if (isDeeper(parsed.value, maxLevels)) throw tooDeep(name);
  return parsed;
}

function parseAny(text: string, name: string): Parsed {
  const start = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const first = /\S/.exec(start)?.[0];
  if (first === undefined) {
    throw new DocumentError("not-openapi", `${name} is empty. Use a file with an OpenAPI document.`);
  }
  const other = otherFormatOf(start);
  if (other) throw new DocumentError("not-openapi", `${name} is ${other.what}. ${other.next}`);
  if (first === "<") {
    throw new DocumentError(
      "html",
      `${name} is HTML or XML, not an OpenAPI document. ` +
        "Open it in a browser and look for the URL of the JSON or YAML file that it shows.",
    );
  }
  if (first === "{" || first === "[") return parseJson(start, name);
  // A comment before the first brace: JSON, not YAML.
  return (first === "/" && readRelaxed(start)) || parseYaml(start, name);
}

function parseJson(text: string, name: string): Parsed {
  try {
    return readStrict(text);
  } catch (error) {
    const relaxed = readRelaxed(text);
    if (relaxed) return relaxed;
    if (text.length > maxFlowYaml) throw brokenJson(text, name, error as Error);
    try {
      // It may be YAML in flow style. If not, the error about JSON is more useful.
      return parseYaml(text, name);
    } catch (yamlError) {
      if (yamlError instanceof DocumentError && yamlError.code === "too-large") throw yamlError;
      throw brokenJson(text, name, error as Error);
    }
  }
}

function brokenJson(text: string, name: string, { message }: Error): DocumentError {
  const place = jsonPlace(text, message);
  const what = message.replace(/ \(line \d+ column \d+\)$/, "").replace(/ in JSON at position \d+$/, "");
  return new DocumentError(
    "broken-json",
    `${name} is not valid JSON: ${what}${place ? ` (${place})` : ""}. Correct it, then try again.`,
  );
}

function jsonPlace(text: string, message: string): string | undefined {
  const position = /position (\d+)/.exec(message)?.[1];
  const offset = position === undefined ? text.length : Number(position);
  if (position === undefined && !/end of JSON/.test(message)) return undefined;
  const before = text.slice(0, offset).split("\n");
  return `line ${before.length}, column ${(before.at(-1) ?? "").length + 1}`;
}

function parseYaml(given: string, name: string): Parsed {
  // YAML allows a lone carriage return as a line break (1.2.2, 5.4); its readers do not.
  const text = given.includes("\n") ? given : given.replaceAll("\r", "\n");
  const lines = new LineCounter();
  const document = parseDocument(text, {
    merge: true,
    // OpenAPI uses YAML 1.2, where a date is text and `no` is not a boolean, whatever version the file claims.
    schema: "core",
    // `yamlValue` finds duplicates without comparing every key with every other.
    uniqueKeys: false,
    lineCounter: lines,
    prettyErrors: false,
    logLevel: "error",
  });
  const faults: TextFault[] = [];
  for (const error of document.errors) {
    const { line, col } = lines.linePos(error.pos[0]);
    const place = `line ${line}, column ${col}`;
    if (error.code === "MULTIPLE_DOCS") {
      faults.push({ tokens: [], message: `Another YAML document begins at ${place}; it was ignored` });
      continue;
    }
    const what = isOverflow(error) ? "it is nested too deep to be read" : error.message;
    throw new DocumentError(
      "broken-yaml",
      `${name} is not valid YAML: ${what} (${place}). Correct it, then try again.`,
    );
  }
  try {
    const value = yamlValue(document, text.length, lines);
    return { value: value.value, faults: [...faults, ...value.faults] };
  } catch (error) {
    if (error instanceof DocumentError) throw new DocumentError(error.code, `${name} ${error.message}`);
    if (isOverflow(error as Error)) throw tooDeep(name);
    throw error;
  }
}

function tooDeep(name: string): DocumentError {
  const next = "Move the inner parts into components and refer to them with `$ref`.";
  return new DocumentError(
    "too-deep",
    `${name} is nested too deep to be read: it has more than ${maxLevels} levels. ${next}`,
  );
}

function isDeeper(value: unknown, levels: number): boolean {
  const waiting = [{ value, level: 0 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const level = next.level + 1;
    if (level > levels) return true;
    for (const member of Object.values(next.value ?? {}))
      if (typeof member === "object" && member !== null) waiting.push({ value: member, level });
  }
  return false;
}

function isOverflow(error: Error): boolean {
  return /call stack/i.test(error.message);
}
