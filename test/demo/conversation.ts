/**
 * A demo API on a free port, and a way to talk to it in which every answer is held against openapi.yaml: status,
 * media type, schema, headers. Members that the document does not name count as a fault too.
 */
import { Validator, type Schema as JsonSchema } from "@cfworker/json-schema";
import { readDocument, type Operation, type Schema } from "../../demo/http/document.ts";
import type { Rate } from "../../demo/http/rate-limit.ts";
import { startDemoApi } from "../../demo/server.ts";

export const token = "a-token-for-tests";
/** So that only the tests of the rate limit meet it. */
const unlimited: Rate = { burst: 100_000, perSecond: 100_000 };

export interface Sent {
  path?: Record<string, string>;
  query?: Record<string, string | number | boolean | string[]>;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is, with the Content-Type in `headers`. */
  body?: string;
  form?: Record<string, string | Blob>;
  /** `null` sends none. */
  token?: string | null;
}

export interface Received {
  status: number;
  headers: Headers;
  text: string;
  // Each test knows the shape that it asked for; the schema check has seen it before.
  // oxlint-disable-next-line typescript/no-explicit-any
  data: any;
}

export async function converse(settings: { rate?: Rate; seed?: number } = {}) {
  const api = await startDemoApi({ port: 0, token, rate: unlimited, ...settings });
  const { operations } = await readDocument();
  /** `getZone 200`: what was seen so far. */
  const seen = new Set<string>();

  async function raw(url: string, sent: Sent & { method?: string } = {}): Promise<Received> {
    const headers = new Headers(sent.headers);
    if (sent.token !== null) headers.set("authorization", `Bearer ${sent.token ?? token}`);
    let body: string | FormData | undefined = sent.body;
    if (sent.json !== undefined) {
      headers.set("content-type", "application/json");
      body = JSON.stringify(sent.json);
    }
    if (sent.form) {
      body = new FormData();
      for (const [name, value] of Object.entries(sent.form)) {
        if (typeof value === "string") body.append(name, value);
        else body.append(name, value, "upload");
      }
    }
    const response = await fetch(url, {
      method: sent.method ?? "GET",
      headers,
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    const isJson = /[/+]json/.test(response.headers.get("content-type") ?? "");
    return {
      status: response.status,
      headers: response.headers,
      text,
      data: isJson ? JSON.parse(text) : text,
    };
  }

  async function call(operationId: string, sent: Sent = {}): Promise<Received> {
    const operation = operations.find(({ id }) => id === operationId);
    if (!operation) throw new Error(`openapi.yaml has no operation ${operationId}`);
    const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const value = sent.path?.[name];
      if (value === undefined) throw new Error(`${operationId} needs the path parameter ${name}`);
      return encodeURIComponent(value);
    });
    const url = new URL(api.url + path);
    for (const [name, value] of Object.entries(sent.query ?? {}))
      for (const one of [value].flat()) url.searchParams.append(name, String(one));
    const received = await raw(url.href, { ...sent, method: operation.method });
    const faults = faultsOf(operation, received);
    if (faults.length > 0) throw new Error(`${operationId} ${received.status}: ${faults.join("; ")}`);
    seen.add(`${operationId} ${received.status}`);
    return received;
  }

  return { url: api.url, operations, seen, raw, call, close: api.close };
}

export type Conversation = Awaited<ReturnType<typeof converse>>;

/** What in an answer is not as the document says. */
export function faultsOf(operation: Operation, { status, headers, text, data }: Received): string[] {
  const documented = operation.responses[String(status)];
  if (!documented) return [`the status ${status} is not documented: ${text}`];
  const faults = Object.keys(documented.headers ?? {})
    .filter((name) => name !== "Idempotent-Replayed" && !headers.has(name))
    .map((name) => `the header ${name} is missing`);
  const mediaType = headers.get("content-type")?.split(";")[0];
  const content = Object.entries(documented.content ?? {});
  if (content.length === 0)
    return text === "" ? faults : [...faults, `a body where none is documented: ${text}`];
  const schema = content.find(([name]) => name === mediaType)?.[1].schema;
  if (!schema) return [...faults, `the media type ${mediaType} is not documented`];
  return [...faults, ...schemaFaults(schema, data)];
}

/** What in a value does not fit, members that the schema does not name included. */
export function schemaFaults(schema: Schema, value: unknown): string[] {
  const { errors } = new Validator(closed(schema) as JsonSchema, "2020-12", false).validate(value);
  return errors.map((unit) => `${unit.instanceLocation} ${unit.error}`);
}

function closed(schema: unknown): unknown {
  if (typeof schema !== "object" || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(closed);
  const copy = Object.fromEntries(Object.entries(schema).map(([key, member]) => [key, closed(member)]));
  return copy.properties && copy.type === "object" ? { additionalProperties: false, ...copy } : copy;
}

/** Follows `next_cursor` to the end. */
export async function allPages(
  talk: Conversation,
  operationId: string,
  sent: Sent = {},
  // oxlint-disable-next-line typescript/no-explicit-any -- as `Received.data`
): Promise<{ items: any[]; pages: number }> {
  const items = [];
  let pages = 0;
  let cursor: string | null = null;
  do {
    const query: Sent["query"] = { ...sent.query, ...(cursor !== null && { cursor }) };
    const { status, data } = await talk.call(operationId, { ...sent, query });
    if (status !== 200) throw new Error(`${operationId} gave ${status}: ${JSON.stringify(data)}`);
    items.push(...data.items);
    cursor = data.next_cursor;
    pages++;
  } while (cursor !== null);
  return { items, pages };
}
