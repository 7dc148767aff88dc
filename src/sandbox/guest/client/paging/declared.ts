/** What the document says of paging a list: the parameters of the request, and the schema of the answer. Pure. */
import type { Resolved } from "../operations.ts";
import { isJson, parametersOf } from "../../../../spec/read/required.ts";
import { objectOf } from "../../../../spec/objects.ts";
import type { Declared } from "./page.ts";

/** The parameters that a page may be asked for with: those of the query, and members of a JSON body (a search by POST). */
export function pagingParameters({ operation, object }: Resolved): {
  declared: Declared[];
  inBody: Set<string>;
} {
  const ofQuery = parametersOf(object).filter((parameter) => parameter.in === "query");
  const content = objectOf(objectOf(object["requestBody"])["content"]);
  const json = operation.method === "get" ? undefined : Object.keys(content).find(isJson);
  const ofBody =
    json === undefined ? {} : objectOf(objectOf(objectOf(content[json])["schema"])["properties"]);
  const names = new Set(ofQuery.map((parameter) => parameter.name));
  const inBody = new Set(Object.keys(ofBody).filter((key) => !names.has(key)));
  return {
    declared: [
      ...ofQuery.map(({ name, schema, ...own }) => declaredAs(name, objectOf(schema ?? own))),
      ...[...inBody].map((name) => declaredAs(name, objectOf(ofBody[name]))),
    ],
    inBody,
  };
}

function declaredAs(name: string, schema: Record<string, unknown>): Declared {
  const types = [schema["type"]].flat();
  const number = (key: string) => (typeof schema[key] === "number" ? schema[key] : undefined);
  return {
    name,
    isNumber: types.includes("integer") || types.includes("number"),
    default: number("default"),
    minimum: number("minimum"),
    maximum: number("maximum"),
  };
}

/** Schema of the JSON of the first successful answer that the document describes. */
export function answerSchema(object: Record<string, unknown>): unknown {
  const responses = objectOf(object["responses"]);
  const status = Object.keys(responses).find((code) => code.startsWith("2")) ?? "default";
  const content = objectOf(objectOf(responses[status])["content"]);
  const mediaType = Object.keys(content).find((type) => isJson(type) || type === "*/*");
  return mediaType === undefined ? undefined : objectOf(content[mediaType])["schema"];
}
