/**
 * Holds what `spec` shows against an independent dereference of the raw document, operation by operation. For
 * Swagger 2.0, whose operations have another shape, the parameters and the schemas of answers are compared.
 */
import type { OpenedCatalog } from "../../src/spec/catalog.ts";
import type { LoadedDocument } from "../../src/spec/document.ts";
import { allParameters, differences } from "./dereference.ts";

type Json = Record<string, unknown>;

/**
 * @param count how many operations, chosen at random but the same ones each time
 * @returns how many were compared, and what differs
 */
export function verifyOperations(
  document: LoadedDocument,
  catalog: OpenedCatalog,
  count: number,
): { compared: number; wrong: string[] } {
  if (document.files.size > 1) return { compared: 0, wrong: [] };
  const raw = document.files.get(document.url) as Json;
  const wrong: string[] = [];
  const chosen = pick(catalog.operations, count);
  let compared = 0;
  for (const operation of chosen) {
    const item = ((raw["paths"] ?? {}) as Record<string, Json>)[operation.path];
    const given = item?.[operation.method] as Json | undefined;
    if (!item || !given || "$ref" in item) continue;
    compared++;
    const shown = catalog.operationObject(operation);
    const found =
      "swagger" in raw
        ? compareOld(raw, item, given, shown)
        : differences(raw, shown, expected(raw, item, given, shown));
    wrong.push(...found.map((difference) => `${operation.method} ${operation.path}${difference}`));
  }
  return { compared, wrong };
}

/** The raw operation with what it inherits. Servers and generated ids are ours to choose. */
function expected(raw: Json, item: Json, given: Json, shown: Json): Json {
  return {
    tags: [],
    ...given,
    ...(given["deprecated"] === false && { deprecated: false }),
    operationId: shown["operationId"],
    parameters: allParameters(raw, item, given),
    security: given["security"] ?? raw["security"] ?? [],
    servers: shown["servers"],
  };
}

function compareOld(raw: Json, item: Json, given: Json, shown: Json): string[] {
  const places = (parameters: unknown) =>
    (parameters as Json[]).map(({ in: place, name }) => `${String(place)} ${String(name)}`);
  const all = allParameters(raw, item, given).map((parameter) => {
    const reference = (parameter as Json)["$ref"];
    return typeof reference === "string"
      ? ((raw["parameters"] as Json)[reference.split("/").at(-1) as string] as Json)
      : (parameter as Json);
  });
  const want = all.filter(({ in: place }) => place !== "body" && place !== "formData");
  return differences(raw, places(shown["parameters"]), places(want));
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
