/**
 * What code can rely on of a document: its operations, arguments, answers and security, without texts and examples. It is
 * an OpenAPI document of its own, small enough for version control, and compiles to a catalog with the same operations.
 * The same catalog always gives the same text, with one line for each operation and component. Pure.
 */
import type { OpenedCatalog } from "../../spec/catalog.ts";
import { compileDocument } from "../../spec/compile/compile-document.ts";
import { kindOf, memberOf, type Kind } from "../../spec/members.ts";
import { isObject, objectOf, own, setOwn, type Json } from "../../spec/objects.ts";
import { copiedFrom, openCatalog, pointerOf } from "../../spec/read/open-catalog.ts";
import type { ApiFile } from "../../terms/api-file.ts";

export interface Contract {
  openapi: string;
  servers: unknown;
  security: unknown;
  paths: Record<string, Json>;
  components: Record<string, Json>;
}

/** Members that say something to people, and what the API sends by itself. */
const texts = new Set(
  "description summary example examples externalDocs xml links callbacks $comment $schema $id".split(" "),
);
/** A schema's title; everywhere else the word is a name. */
const ofSchemas = new Set(["title", ...texts]);
/** Extensions by which the client or the gateway works. */
const extensions = new Set(["x-ms-pageable", "x-multi-segment", "x-amazon-apigateway-authtype"]);

/** Where a component of a kind is listed. Targets of other kinds are written where they are used. */
const groups: Partial<Record<Kind, string>> = {
  schema: "schemas",
  parameter: "parameters",
  response: "responses",
  header: "headers",
  requestBody: "requestBodies",
};

export function contractOf(catalog: OpenedCatalog): Contract {
  const { spec, operations } = catalog;
  const names = new Names();
  const components: Record<string, Json> = {};
  const open = new Set<object>();
  const [servers, security] = [own(spec, "servers"), own(spec, "security")];
  const inherited: Record<string, string> = { servers: JSON.stringify(servers) };
  // A missing `security` and an empty one differ: where nothing is said, credentials go to all operations.
  if (!catalog.statesSecurity || (Array.isArray(security) && security.length > 0))
    inherited["security"] = JSON.stringify(security);
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    const item = own(paths, operation.path) ?? {};
    setOwn(paths as Json, operation.path, item);
    const object = catalog.operationObject(operation);
    const { responses } = object;
    const stated = isObject(responses) ? { ...object, responses: withoutErrorBodies(responses) } : object;
    const whole = write(stated, "operation") as Json;
    for (const key in inherited) if (JSON.stringify(whole[key]) === inherited[key]) delete whole[key];
    setOwn(item as Json, operation.method, whole);
  }
  const schemes = objectOf(objectOf(own(spec, "components"))["securitySchemes"]);
  if (Object.keys(schemes).length > 0)
    components["securitySchemes"] = write(schemes, "map of securityScheme") as Json;
  const openapi = String(own(spec, "openapi"));
  return { openapi, servers, security, paths, components: sorted(components) };

  function write(value: unknown, kind: Kind): unknown {
    if (typeof value !== "object" || value === null || kind === "literal") return value;
    const group = Array.isArray(value) ? undefined : groups[kind];
    const copied = copiedFrom(value);
    const pointer = pointerOf(copied?.unit ?? value);
    if (pointer === undefined || group === undefined) return members(value, kind);
    const beside = Object.fromEntries((copied?.members ?? []).map((key) => [key, (value as Json)[key]]));
    return {
      ...reference((copied?.unit ?? value) as Json, kind, group, pointer),
      ...(members(beside, kind) as Json),
    };
  }

  function reference(value: Json, kind: Kind, group: string, pointer: string): Json {
    const name = names.of(group, pointer);
    const listed = (components[group] ??= {});
    // Set first: the component may contain itself.
    if (!Object.hasOwn(listed, name)) {
      setOwn(listed, name, {});
      setOwn(listed, name, members(value, kind));
    }
    return { $ref: `#/components/${group}/${name}` };
  }

  function members(value: object, kind: Kind): unknown {
    // Only a place that no component stands for can contain itself here.
    if (open.has(value)) return Array.isArray(value) ? [] : {};
    open.add(value);
    try {
      if (Array.isArray(value)) {
        const entry = kind.startsWith("list of ") ? (kind.slice("list of ".length) as Kind) : kind;
        return value.map((one) => write(one, entry));
      }
      const dropped = kind === "schema" ? ofSchemas : texts;
      const isMap = kind.startsWith("map of ");
      const result: Json = {};
      for (const [key, member] of Object.entries(value)) {
        if (!isMap && (dropped.has(key) || (key.startsWith("x-") && !extensions.has(key)))) continue;
        setOwn(result, key, write(member, kindOf(memberOf(kind, key, member))));
      }
      return result;
    } finally {
      open.delete(value);
    }
  }
}

/** A contract as the document that it is. */
export async function openContract(contract: Contract, file: ApiFile): Promise<OpenedCatalog> {
  const url = "file:///contract.json";
  const files = new Map<string, unknown>([[url, { ...contract, info: { title: "", version: "" } }]]);
  const loaded = { url, files, refused: new Map(), faults: [], bytes: 0 };
  const { catalog } = await compileDocument(loaded, file);
  return openCatalog(catalog.index, catalog.body.slice().buffer);
}

/** Whether an answer of this status is one that code goes on with: `default` is, if no other one says so. */
export function isSuccess(status: string, all: readonly string[]): boolean {
  if (/^[45]/.test(status)) return false;
  return status !== "default" || !all.some((other) => /^[123]/.test(other));
}

/** That an error is described counts; its body is half of many documents. */
function withoutErrorBodies(responses: Json): Json {
  const all = Object.keys(responses);
  return Object.fromEntries(
    Object.entries(responses).map(([status, response]) => [status, isSuccess(status, all) ? response : {}]),
  );
}

/** The contract as text. */
export function formatContract({ paths, components, ...rest }: Contract, indent = ""): string {
  const inner = `${indent}  `;
  const map = (entries: Record<string, Json>) => {
    const lists = Object.entries(entries).map(
      ([key, members]) => `${inner}  ${JSON.stringify(key)}: ${lines(members, `${inner}  `)}`,
    );
    return lists.length === 0 ? "{}" : `{\n${lists.join(",\n")}\n${inner}}`;
  };
  const short = Object.entries(rest).map(
    ([key, value]) => `${inner}${JSON.stringify(key)}: ${JSON.stringify(value)}`,
  );
  const long = [`${inner}"paths": ${map(paths)}`, `${inner}"components": ${map(components)}`];
  return `{\n${[...short, ...long].join(",\n")}\n${indent}}`;
}

function lines(members: Json, indent: string): string {
  const each = Object.entries(members).map(
    ([key, value]) => `${indent}  ${JSON.stringify(key)}: ${JSON.stringify(value)}`,
  );
  return each.length === 0 ? "{}" : `{\n${each.join(",\n")}\n${indent}}`;
}

/** In the order of the names, which a document may change without meaning anything. */
function sorted(components: Record<string, Json>): Record<string, Json> {
  const byName = <Value>(object: Record<string, Value>) =>
    Object.fromEntries(Object.entries(object).sort(([one], [other]) => (one < other ? -1 : 1)));
  return byName(Object.fromEntries(Object.entries(components).map(([key, group]) => [key, byName(group)])));
}

/** Names of components: the document's own, or made of the place that a reference leads to. */
class Names {
  readonly #known = new Map<string, string>();
  readonly #taken = new Set<string>();

  of(group: string, pointer: string): string {
    const key = `${group} ${pointer}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const listed = `#/components/${group}/`;
    const plain = (pointer.startsWith(listed) ? pointer.slice(listed.length) : pointer)
      .replaceAll(/[^\w.-]+/g, "_")
      .replace(/^_/, "");
    let name = plain || "root";
    for (let count = 2; this.#taken.has(`${group} ${name}`); count++) name = `${plain}_${count}`;
    this.#taken.add(`${group} ${name}`);
    this.#known.set(key, name);
    return name;
  }
}
