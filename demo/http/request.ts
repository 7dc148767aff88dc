/**
 * Turns an HTTP request into a checked call: parameters as the types that the document gives them, defaults filled
 * in, the body parsed. What comes out fits the document; a handler checks only what a schema cannot say.
 */
import { invalid, problem, type Answer, type Issue } from "./answer.ts";
import type { Operation, Parameter, Schema } from "./document.ts";
import { checker } from "./schema-issues.ts";

export interface Call {
  path: Record<string, string>;
  query: Record<string, unknown>;
  idempotencyKey?: string;
  body: unknown;
}

export type Reading = { ok: true; call: Call } | { ok: false; answer: Answer };

/** 64 KiB, and for a form as much again as its other fields and boundaries may need. */
export const bodyLimitBytes = { json: 64 * 1024, form: 80 * 1024 };

/** A reader for one operation. `path` are its path parameters, percent-decoded. */
export function requestReader(
  operation: Operation,
): (request: Request, path: Record<string, string>) => Promise<Reading> {
  const query = operation.parameters.filter((parameter) => parameter.in === "query");
  const querySchema: Schema = {
    type: "object",
    additionalProperties: false,
    properties: Object.fromEntries(query.map((parameter) => [parameter.name, parameter.schema])),
  };
  const header = operation.parameters.find((parameter) => parameter.in === "header");
  const checkQuery = checker(querySchema, "query");
  const checkHeader =
    header && checker({ type: "object", properties: { [header.name]: header.schema } }, "header");
  const checkBody = operation.body && checker(operation.body.schema, "body");

  return async (request, path) => {
    const read = readQuery(new URL(request.url).searchParams, query);
    const issues = [...read.issues, ...checkQuery(read.values)];
    const key = header ? (request.headers.get(header.name) ?? undefined) : undefined;
    if (header && checkHeader && key !== undefined) issues.push(...checkHeader({ [header.name]: key }));

    let body: unknown;
    if (operation.body && checkBody) {
      const found = await readBody(request, operation.body);
      if (!found.ok) return found;
      issues.push(...found.issues, ...checkBody(found.value));
      body = withDefaults(operation.body.schema, found.value);
    }
    if (issues.length > 0) return { ok: false, answer: invalid(issues) };
    const call: Call = { path, query: withDefaults(querySchema, read.values) as Call["query"], body };
    return { ok: true, call: key === undefined ? call : { ...call, idempotencyKey: key } };
  };
}

function readQuery(search: URLSearchParams, parameters: Parameter[]) {
  const values: Record<string, unknown> = {};
  const issues: Issue[] = [];
  for (const name of new Set(search.keys())) {
    const schema = parameters.find((parameter) => parameter.name === name)?.schema;
    const all = search.getAll(name);
    if (schema?.type === "array") {
      values[name] = all.map((text) => coerced(text, schema.items ?? {}));
    } else {
      if (all.length > 1)
        issues.push({
          in: "query",
          pointer: `/${name}`,
          detail: `is given ${all.length} times, may be once`,
        });
      values[name] = coerced(all[0] ?? "", schema ?? {});
    }
  }
  return { values, issues };
}

/** Text that is not of the type stays text: the schema then says what is wrong with it. */
function coerced(text: string, schema: Schema): unknown {
  if (schema.type === "integer" && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (schema.type === "boolean" && (text === "true" || text === "false")) return text === "true";
  return text;
}

type Body = { ok: true; value: unknown; issues: Issue[] } | { ok: false; answer: Answer };

async function readBody(request: Request, body: { contentType: string; schema: Schema }): Promise<Body> {
  const sent = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (sent !== body.contentType)
    return refused(
      415,
      `This operation takes ${body.contentType}, not ${sent || "a body without Content-Type"}.`,
    );
  return sent === "multipart/form-data" ? readForm(request, body.schema) : readJson(request);
}

async function readJson(request: Request): Promise<Body> {
  const text = await request.text();
  if (text === "") return refused(400, "The body is empty. Send JSON.");
  try {
    return { ok: true, value: JSON.parse(text), issues: [] };
  } catch (error) {
    return refused(400, `The body is not JSON: ${(error as SyntaxError).message}.`);
  }
}

async function readForm(request: Request, schema: Schema): Promise<Body> {
  let form: FormData;
  try {
    form = await request.formData();
  } catch {
    return refused(400, "The body is not multipart/form-data with the boundary that Content-Type names.");
  }
  const value: Record<string, unknown> = {};
  const issues: Issue[] = [];
  for (const name of new Set(form.keys())) {
    const [first, ...others] = form.getAll(name);
    if (others.length > 0)
      issues.push({
        in: "body",
        pointer: `/${name}`,
        detail: `is given ${others.length + 1} times, may be once`,
      });
    if (typeof first === "string") {
      value[name] = coerced(first, schema.properties?.[name] ?? {});
    } else if (first) {
      if (first.size > bodyLimitBytes.json)
        return refused(413, `${name} has ${first.size} bytes, at most ${bodyLimitBytes.json} are taken.`);
      try {
        value[name] = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(
          await first.arrayBuffer(),
        );
      } catch {
        value[name] = "";
        issues.push({ in: "body", pointer: `/${name}`, detail: "is not UTF-8 text" });
      }
    }
  }
  return { ok: true, value, issues };
}

function refused(status: 400 | 413 | 415, detail: string): { ok: false; answer: Answer } {
  return { ok: false, answer: problem(status, detail) };
}

function withDefaults(schema: Schema, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const defaults = Object.entries(schema.properties ?? {}).flatMap(([name, member]) =>
    member.default === undefined ? [] : [[name, member.default] as const],
  );
  return { ...Object.fromEntries(defaults), ...value };
}
