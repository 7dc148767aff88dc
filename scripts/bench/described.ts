/**
 * What `describe` costs a model, and whether it says what a call needs: every operation of a document, in o200k tokens, with
 * a look-up of what it must show that does not use the code under measure.
 */
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { prepareApi, type ConfiguredApi } from "../../src/cli/apis.ts";
import type { OpenedCatalog, OperationSummary } from "../../src/spec/catalog.ts";
import { isObject } from "../../src/spec/objects.ts";
import { openCatalog } from "../../src/spec/read/open-catalog.ts";
import {
  contentOf,
  isNeeded,
  mediaSchema,
  mustBeGiven,
  parametersOf,
  preferredType,
  shownSchema,
  signedPlaces,
} from "../../src/spec/read/required.ts";
import { lower, type Chapter, type Figures, type Say } from "./figure.ts";
import { forEachApi, type Subjects } from "./subjects.ts";

/** An enum of so many values is shown whole. */
const wholeEnum = 40;

export interface Descriptions {
  /** Tokens of each operation's description, the fewest first. */
  tokens: number[];
  /** `operation: what its description lacks`. */
  lacking: string[];
}

/** Describes every operation of a document by itself. */
export function descriptionsOf(catalog: OpenedCatalog): Descriptions {
  const signed = signedPlaces(catalog.spec);
  const tokens: number[] = [];
  const lacking: string[] = [];
  for (const operation of catalog.operations) {
    const text = catalog.describe(operation);
    tokens.push(countTokens(text));
    const object = catalog.operationObject(operation);
    const parameters = parametersOf(object, operation.path);
    const needed: Needed[] = parameters
      .filter((parameter) => mustBeGiven(parameter, signed))
      .map((parameter) => ({ name: parameter.name, schema: shownSchema(parameter) }));
    const content = contentOf(object);
    needed.push(...neededIn(mediaSchema(content, preferredType(Object.keys(content))), 0));
    for (const one of needed) for (const what of missing(text, one)) lacking.push(`${operation.id}: ${what}`);
  }
  return { tokens: tokens.sort((a, b) => a - b), lacking };
}

interface Needed {
  name: string;
  schema: unknown;
}

/** Required members of a body, and theirs. */
function neededIn(schema: unknown, depth: number): Needed[] {
  if (!isObject(schema) || depth > 4 || schema["allOf"] || schema["oneOf"] || schema["anyOf"]) return [];
  const { properties, required } = schema;
  if (!isObject(properties) || !Array.isArray(required)) return [];
  return (required as unknown[]).flatMap((name): Needed[] => {
    const member = typeof name === "string" && Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (!isObject(member) || !isNeeded([member])) return [];
    return [{ name: name as string, schema: member }, ...neededIn(member, depth + 1)];
  });
}

function missing(text: string, { name, schema }: Needed): string[] {
  const shown = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
  const found = text.includes(`${shown}: `) ? [] : [`required ${name}`];
  const values = isObject(schema) ? schema["enum"] : undefined;
  if (Array.isArray(values) && values.length <= wholeEnum)
    for (const value of values as unknown[])
      if (typeof value === "string" && !text.includes(JSON.stringify(value).slice(0, 70)))
        found.push(`${name} ${value}`);
  return found;
}

/** Ten operations of one tag, described together. @returns the tokens of each tag that has so many */
export function tagsOfTen(catalog: OpenedCatalog): { tag: string; tokens: number }[] {
  const byTag = Map.groupBy(catalog.operations, ({ tags, path }) => tags[0] ?? path.split("/")[2] ?? "");
  return [...byTag]
    .filter(([, operations]) => operations.length >= 10)
    .map(([tag, operations]: [string, OperationSummary[]]) => ({
      tag,
      tokens: countTokens(catalog.describe(operations.slice(0, 10))),
    }));
}

export const described = ({ all }: Subjects): Chapter => forEachApi(all, figuresOf);

async function figuresOf(api: ConfiguredApi, say: Say): Promise<Figures> {
  const { catalog } = await prepareApi(api);
  const opened = openCatalog(catalog.index, catalog.body.slice().buffer);
  const { tokens, lacking } = descriptionsOf(opened);
  const median = tokens[tokens.length >> 1] ?? 0;
  const most = tokens.at(-1) ?? 0;
  const tens = tagsOfTen(opened).map((one) => one.tokens);
  const ten = tens.length === 0 ? undefined : Math.max(...tens);
  say(
    `${api.name}: describe ${median} tokens, at most ${most}; ten of one tag at most ${ten ?? "(no tag has ten)"}; ${lacking.length} lacking`,
  );
  for (const line of lacking.slice(0, 5)) say(`  ${line}`);
  return {
    [`${api.name}.describe.median`]: lower(median, "o200k tokens, one operation", 700),
    [`${api.name}.describe.most`]: lower(most, "o200k tokens, the longest of all operations", 1_500),
    ...(ten !== undefined && {
      [`${api.name}.describe.ten`]: lower(ten, "o200k tokens, ten operations of one tag", 4_000),
    }),
    [`${api.name}.describe.lacking`]: lower(
      lacking.length,
      "required members or values that are not shown",
      0,
    ),
  };
}
