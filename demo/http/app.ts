/**
 * The HTTP side: token, rate limit, routes out of the document, one response writer. Serves the operations of the
 * document, the document itself, and nothing else.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Handlers } from "../operations/handler.ts";
import type { World } from "../world/world.ts";
import { problem, type Answer } from "./answer.ts";
import type { Document, Operation } from "./document.ts";
import { Replays } from "./idempotency.ts";
import { take, type Bucket, type Rate } from "./rate-limit.ts";
import { bodyLimitBytes, requestReader } from "./request.ts";

export const basePath = "/v1";

export interface AppSettings {
  document: Document;
  handlers: Handlers;
  world: World;
  token: string;
  rate: Rate;
  /** The URL that people reach the server at, without the base path; known once it listens. */
  origin: () => string;
}

export function createApp({ document, handlers, world, token, rate, origin }: AppSettings): Hono {
  const app = new Hono();
  const replays = new Replays();
  const tokenHash = sha256(token);
  let bucket: Bucket | undefined;

  const serverUrl = () => `${origin()}${basePath}`;
  const written = document.source.servers[0]?.url ?? "";
  app.get("/openapi.yaml", (c) =>
    c.body(document.yaml.replaceAll(written, serverUrl()), 200, { "Content-Type": "application/yaml" }),
  );
  app.get("/openapi.json", (c) =>
    c.json({ ...document.source, servers: [{ ...document.source.servers[0], url: serverUrl() }] }),
  );

  app.use(`${basePath}/*`, async (c, next) => {
    const sent = /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
    if (sent === undefined || !timingSafeEqual(sha256(sent), tokenHash)) {
      const what = sent === undefined ? "There is no token" : "The token is not valid";
      const answer = problem(401, `${what}. Send the header "Authorization: Bearer <token>".`);
      return responseOf({ ...answer, headers: { "WWW-Authenticate": "Bearer" } });
    }
    const taken = take(bucket, rate, performance.now());
    bucket = taken.bucket;
    if (!taken.allowed) {
      const seconds = taken.headers["Retry-After"];
      const detail = `At most ${rate.burst} requests at once and ${rate.perSecond} a second. Wait ${seconds} s.`;
      return responseOf({ ...problem(429, detail), headers: taken.headers });
    }
    await next();
    for (const [name, value] of Object.entries(taken.headers)) c.res.headers.set(name, value);
    return undefined;
  });

  for (const operation of literalPathsFirst(document.operations)) {
    const handler = handlers[operation.id];
    if (!handler) throw new Error(`No handler for the operation ${operation.id} of openapi.yaml.`);
    const read = requestReader(operation);
    const form = operation.body?.contentType === "multipart/form-data";
    const maxSize = form ? bodyLimitBytes.form : bodyLimitBytes.json;
    const onError = () => responseOf(problem(413, `The body may have ${maxSize} bytes at most.`));
    app.on(operation.method, routeOf(operation), bodyLimit({ maxSize, onError }), async (c) => {
      const reading = await read(c.req.raw, c.req.param() as Record<string, string>);
      if (!reading.ok) return responseOf(reading.answer);
      const { call } = reading;
      return responseOf(replays.once(c.req.path, call, () => handler(world, call)));
    });
  }

  const methodsByRoute = Map.groupBy(literalPathsFirst(document.operations), routeOf);
  for (const [route, operations] of methodsByRoute) {
    const methods = operations.flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method]));
    app.all(route, (c) => {
      const detail = `${c.req.method} is not served here, only ${methods.join(", ")}.`;
      return responseOf({ ...problem(405, detail), headers: { Allow: methods.join(", ") } });
    });
  }
  app.notFound((c) =>
    responseOf(
      problem(404, `Nothing is served at ${c.req.path}. The document is at ${origin()}/openapi.yaml.`),
    ),
  );
  app.onError((error, c) => {
    console.error(`${c.req.method} ${c.req.path} failed:`, error);
    return responseOf(problem(500, "The demo API has a bug; its console says more."));
  });
  return app;
}

function responseOf(answer: Answer): Response {
  const headers = new Headers(answer.headers);
  if (answer.contentType !== undefined) headers.set("Content-Type", answer.contentType);
  return new Response(answer.text ?? null, { status: answer.status, headers });
}

function routeOf(operation: Operation): string {
  return basePath + operation.path.replaceAll(/\{(\w+)\}/g, ":$1");
}

/** `/dns-records/export` has to be tried before `/dns-records/{record_id}`. */
function literalPathsFirst(operations: Operation[]): Operation[] {
  const parameterCount = (operation: Operation) => operation.path.split("{").length;
  return operations.toSorted((one, other) => parameterCount(one) - parameterCount(other));
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
