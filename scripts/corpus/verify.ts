/**
 * Holds what `spec` shows against an independent dereference of the raw document, operation by operation. Of
 * Swagger 2.0, whose operations have another shape, every schema is compared, and which parameters there are.
 */
import type { OpenedCatalog } from "../../src/spec/catalog.ts";
import type { LoadedDocument } from "../../src/spec/document.ts";
import { allParameters, asSent, differences, RawDocument, type Json, type Written } from "./dereference.ts";

/**
 * @param count how many operations, chosen at random but the same ones each time
 * @returns how many were compared, and what differs
 */
export function verifyOperations(
  document: LoadedDocument,
  catalog: OpenedCatalog,
  count: number,
): { compared: number; wrong: string[] } {
  const raw = new RawDocument(document);
  const holders = ["x-ms-paths", "paths"].flatMap((holder) => raw.member(raw.root, holder) ?? []);
  const items = new Map(
    holders.flatMap((holder) =>
      [...(raw.meaning(holder).members ?? [])].map(([path, item]) => [asSent(path), item] as const),
    ),
  );
  const wrong: string[] = [];
  let compared = 0;
  for (const operation of pick(catalog.operations, count)) {
    const item = items.get(operation.path);
    const given = item && operationOf(raw, item, operation.method);
    if (!given) {
      wrong.push(`${operation.method} ${operation.path} is not in the document`);
      continue;
    }
    compared++;
    const shown = catalog.operationObject(operation);
    const found = raw.isSwagger2 ? compareOld(raw, item, given, shown) : compareNew(raw, item, given, shown);
    wrong.push(...found.map((difference) => `${operation.method} ${operation.path}${difference}`));
  }
  return { compared, wrong };
}

function operationOf(raw: RawDocument, item: Written, method: string): Written | undefined {
  const additional = raw.member(item, "additionalOperations");
  for (const holder of additional ? [item, additional] : [item]) {
    const keys = [...(raw.meaning(holder).members?.keys() ?? [])];
    const key =
      keys.find((one) => one.toLowerCase() === method) ?? keys.find((one) => /^x-.*any-method$/.test(one));
    if (key !== undefined) return raw.member(holder, key);
  }
  return undefined;
}

/** The raw operation with what it inherits. Servers and generated ids are ours to choose. */
function compareNew(raw: RawDocument, item: Written, given: Written, shown: Json): string[] {
  const members = raw.meaning(given).members;
  if (!members) return ["is no object"];
  const own = (key: string) => members.get(key);
  const { security, tags, parameters } = shown;
  const wrong: string[] = [];
  const inherited: [unknown, Written | undefined, string][] = [
    [security, own("security") ?? raw.member(raw.root, "security"), "/security"],
    [tags, own("tags"), "/tags"],
  ];
  for (const [ours, theirs, at] of inherited)
    wrong.push(...differences(raw, ours, theirs ?? { value: [], url: given.url }, at));
  const wanted = allParameters(raw, item, given);
  const list = (parameters ?? []) as unknown[];
  if (list.length !== wanted.length) wrong.push(`/parameters: ${list.length} instead of ${wanted.length}`);
  for (const [index, parameter] of wanted.entries())
    wrong.push(...differences(raw, list[index], parameter, `/parameters/${index}`).filter(isNoOperator));
  const special = ["operationId", "servers", "security", "tags", "parameters"];
  const rest = new Set([...Object.keys(shown), ...members.keys()].filter((key) => !special.includes(key)));
  for (const key of rest) {
    const member = own(key);
    if (!Object.hasOwn(shown, key)) wrong.push(`/${key} is missing`);
    else if (!member) wrong.push(`/${key} is too much`);
    else wrong.push(...differences(raw, shown[key], member, `/${key}`));
  }
  return wrong;
}

/** The name of a placeholder has no operator before it. */
const isNoOperator = (difference: string) => !/\/name: (\S+) instead of [./]\1$/.test(difference);

/** What of a parameter, a header or a form field of 2.0 is its schema. */
const schemaKeys =
  /^(?:type|format|items|default|enum|multipleOf|pattern|uniqueItems|x-nullable|(?:max|min)(?:imum|Length|Items)|exclusiveM(?:ax|in)imum)$/;

function compareOld(raw: RawDocument, item: Written, given: Written, shown: Json): string[] {
  const wrong: string[] = [];
  const textOf = (of: Written, key: string) => String(raw.member(of, key)?.value);
  const compareSchema = (ours: unknown, theirs: Written | undefined, at: string) => {
    if (theirs) wrong.push(...differences(raw, ours, theirs, at));
  };
  /** The members that are the schema, as an object of its own. */
  const schemaIn = (of: Written): Written => {
    const members = [...(raw.meaning(of).members ?? [])].filter(([key]) => schemaKeys.test(key));
    const url = raw.meaning(of).url;
    return { value: Object.fromEntries(members.map(([key, { value }]) => [key, itemsOf(key, value)])), url };
  };
  const all = allParameters(raw, item, given);
  const content = Object.values(((shown["requestBody"] as Json | undefined)?.["content"] ?? {}) as Json);
  const bodies = content.map((media) => (media as Json)["schema"] as Json);
  const plain = all.filter((one) => !["body", "formData"].includes(textOf(one, "in")));
  const list = (shown["parameters"] ?? []) as Json[];
  const names = (places: string[]) => places.join(", ");
  const [have, want] = [
    names(list.map((one) => `${String(one["in"])} ${String(one["name"])}`)),
    names(plain.map((one) => `${textOf(one, "in")} ${textOf(one, "name")}`)),
  ];
  if (have !== want) wrong.push(`/parameters: ${have} instead of ${want}`);
  for (const [index, parameter] of plain.entries())
    compareSchema(list[index]?.["schema"], schemaIn(parameter), `/parameters/${index}/schema`);
  for (const parameter of all) {
    const name = textOf(parameter, "name");
    if (bodies.length === 0 && !plain.includes(parameter)) wrong.push("/requestBody is missing");
    for (const body of bodies) {
      if (textOf(parameter, "in") === "body")
        compareSchema(body, raw.member(parameter, "schema"), "/requestBody/schema");
      else if (textOf(parameter, "in") === "formData") {
        const property = (body["properties"] as Json)[name];
        compareSchema(withoutProse(property), schemaIn(parameter), `/requestBody/schema/properties/${name}`);
      }
    }
  }
  const statuses = raw.meaning(raw.member(given, "responses") ?? { value: {}, url: given.url });
  for (const [status, response] of statuses.members ?? []) {
    const ours = (shown["responses"] as Json)[status] as Json | undefined;
    if (!ours) wrong.push(`/responses/${status} is missing`);
    if (!ours || status.startsWith("x-")) continue;
    const schema = raw.member(response, "schema");
    const media = Object.values((ours["content"] ?? {}) as Json) as Json[];
    if (schema && media.length === 0) wrong.push(`/responses/${status}/content is missing`);
    for (const one of media) compareSchema(one["schema"], schema, `/responses/${status}/schema`);
    const headers = raw.member(response, "headers");
    for (const [name, header] of (headers && raw.meaning(headers).members) ?? [])
      compareSchema(
        ((ours["headers"] as Json)[name] as Json)["schema"],
        schemaIn(header),
        `/responses/${status}/headers/${name}`,
      );
  }
  return wrong;
}

/** What a list of 2.0 holds has schema members only: `collectionFormat` says how it is sent. */
function itemsOf(key: string, value: unknown): unknown {
  if (key !== "items" || typeof value !== "object" || value === null || "$ref" in value) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => schemaKeys.test(name))
      .map(([name, member]) => [name, itemsOf(name, member)]),
  );
}

function withoutProse(schema: unknown): unknown {
  return Object.fromEntries(
    Object.entries((schema ?? {}) as Json).filter(([key]) => schemaKeys.test(key) && key !== "x-nullable"),
  );
}

/** A shuffle that is the same in every run (a linear congruential generator), cut to length. */
function pick<T>(list: readonly T[], count: number): T[] {
  const rest = [...list];
  const chosen: T[] = [];
  let state = 42;
  while (rest.length > 0 && chosen.length < count) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const at = state % rest.length;
    chosen.push(rest[at] as T);
    rest[at] = rest.at(-1) as T;
    rest.pop();
  }
  return chosen;
}
