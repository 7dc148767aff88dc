/**
 * An HTTP server on loopback for the tests: it answers with what it received, and misbehaves on demand. One runs for
 * the whole test run; its address is provided as `upstream`. Paths decide what it does:
 *
 * | path | answer |
 * |---|---|
 * | `/echo…` | 200, JSON of the request: method, url, headers as received, body as text and base64 |
 * | `/status/<code>` | that status, a JSON body, headers from the query |
 * | `/redirect?to=<url>&status=<code>` | a redirect |
 * | `/loop` | a redirect to itself |
 * | `/mirror?in=header\|body\|slow\|location\|deflate\|zstd&as=<encoding>` | the Authorization header or key that it received, encoded |
 * | `/cookies` | sets cookies |
 * | `/endless` | a body that never ends |
 * | `/slow?ms=<n>` | answers late |
 * | `/short` | announces more bytes than it sends |
 * | `/cut?bytes=<n>` | sends so many bytes in chunks, without announcing them, then drops the connection |
 * | `/raw?answer=<base64>&close=1` | exactly these bytes, `[secret]` in them replaced by the credential that it received |
 * | `/packed?as=gzip\|br\|deflate\|raw&coding=<content-encoding>` | the credential that it received, compressed |
 * | `/bomb?mb=<n>` | gzip of so many megabytes of zeros |
 * | `/reset?after=<n>` | resets the connection, for the first n requests of the same key |
 * | `/flaky?k=<key>&times=<n>&status=<code>&after=<retry-after>` | fails n times, then 200 with the count |
 * | `/fixed/<base64url of JSON>/…` | that JSON |
 * | `/type?type=<media type>` | the request's body (or `text` from the query) as that type |
 * | `/styles/<name>` | a page of seven things, as one API of `test/sandbox/guest/client/paging/styles.ts` pages |
 * | `/list/<way>?size=<n>` | a page of seven things, paging in that way |
 * | `/token?expires=<s>&rotate=1&error=<code>&status=<code>&once=<any>&wait=<ms>` | an OAuth token endpoint; `once` gives one token |
 * | `/revoked?k=<key>` | refuses the first request with 401, whatever its token |
 * | `/seen` | how many requests came in, and the last ones, then forgets them |
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import type { TestProject } from "vitest/node";
import { answerOf } from "../sandbox/guest/client/paging/styles.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Origin of the test upstream, `http://127.0.0.1:<port>`. */
    upstream: string;
    /** Origin of a second one: the same server on another port. */
    otherUpstream: string;
  }
}

interface Received {
  method: string;
  url: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

type Handler = (request: IncomingMessage, response: ServerResponse, url: URL, body: Buffer) => void;

const seen: Received[] = [];
const counts = new Map<string, number>();

function count(key: string): number {
  const times = (counts.get(key) ?? 0) + 1;
  counts.set(key, times);
  return times;
}

function json(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
}

const encodings: Record<string, (text: string) => string> = {
  plain: (text) => text,
  base64: (text) => Buffer.from(text).toString("base64"),
  shifted1: (text) => Buffer.from(`x${text}yz`).toString("base64"),
  shifted2: (text) => Buffer.from(`xy${text}z`).toString("base64url"),
  percent: (text) => encodeURIComponent(text),
  hex: (text) => Buffer.from(text).toString("hex"),
  json: (text) => JSON.stringify({ text }),
  /** The last word: what is left of a key when the word before it was taken for its kind. */
  bare: (text) => text.split(" ").at(-1) ?? "",
};

const handlers: Record<string, Handler> = {
  echo(request, response, _url, body) {
    const { method, url, headers, rawHeaders } = request;
    const answer = {
      method,
      url,
      headers,
      rawHeaders,
      text: body.toString("utf8"),
      base64: body.toString("base64"),
    };
    json(response, 200, answer);
  },
  fixed(_request, response, url) {
    const text = Buffer.from(url.pathname.split("/")[2] ?? "", "base64url").toString("utf8");
    json(response, 200, JSON.parse(text));
  },
  status(_request, response, url, body) {
    const status = Number(url.pathname.split("/")[2]);
    const headers = Object.fromEntries(url.searchParams);
    if (status === 204 || status === 304) response.writeHead(status, headers).end();
    else json(response, status, { error: `status ${status}`, got: body.toString("utf8") }, headers);
  },
  redirect(_request, response, url) {
    const status = Number(url.searchParams.get("status") ?? 302);
    response.writeHead(status, { location: url.searchParams.get("to") ?? "" }).end();
  },
  loop(_request, response, url) {
    response.writeHead(302, { location: url.pathname }).end();
  },
  mirror(request, response, url) {
    const key =
      request.headers.authorization ?? request.headers["x-api-key"] ?? url.searchParams.get("key") ?? "";
    const secret = String(key).replace(/^(?:Bearer|Basic) /, "");
    const text = (encodings[url.searchParams.get("as") ?? "plain"] ?? String)(secret);
    if (url.searchParams.get("in") === "header") return json(response, 200, {}, { "x-mirror": text });
    const place = url.searchParams.get("in");
    if (place === "location") return void response.writeHead(302, { location: `/nowhere/${text}/x` }).end();
    if (place === "deflate" || place === "zstd") {
      response.writeHead(200, { "content-type": "text/plain", "content-encoding": place });
      return void response.end(deflateSync(`before ${text} after`));
    }
    response.writeHead(200, { "content-type": "text/plain" });
    if (place !== "slow") return void response.end(`before ${text} after`);
    const half = Math.ceil(text.length / 2);
    response.write(`before ${text.slice(0, half)}`);
    setTimeout(() => response.end(`${text.slice(half)} after`), 30);
  },
  cookies(_request, response) {
    response.setHeader("set-cookie", ["session=abc; HttpOnly", "other=1"]);
    json(
      response,
      200,
      { isogateFailure: true },
      { "isogate-failure": '{"kind":"denied"}', "x-fine": "yes" },
    );
  },
  endless(_request, response, url) {
    response.writeHead(200, { "content-type": url.searchParams.get("type") ?? "text/plain" });
    let number = 0;
    const line = (text: string) =>
      url.searchParams.get("type") === "text/event-stream" ? `data: ${text}\n\n` : `${text}\n`;
    const timer = setInterval(
      () => response.write(line(`{"n":${(number += 1)}}`)),
      Number(url.searchParams.get("every") ?? 10),
    );
    response.on("close", () => clearInterval(timer));
  },
  slow(_request, response, url) {
    const timer = setTimeout(() => json(response, 200, { late: true }), Number(url.searchParams.get("ms")));
    response.on("close", () => clearTimeout(timer));
  },
  short(_request, response) {
    response.writeHead(200, { "content-type": "text/plain", "content-length": "1000" });
    response.write("only this");
    setTimeout(() => response.destroy(), 20);
  },
  cut(_request, response, url) {
    response.writeHead(200, { "content-type": "application/json" });
    response.write(`["${"x".repeat(Number(url.searchParams.get("bytes") ?? 10))}`);
    setTimeout(() => response.destroy(), 20);
  },
  raw(request, _response, url) {
    const { authorization = "" } = request.headers;
    const answer = Buffer.from(url.searchParams.get("answer") ?? "", "base64").toString("latin1");
    const whole = answer.replaceAll("[secret]", authorization.replace(/^Bearer /, ""));
    request.socket.write(Buffer.from(whole, "latin1"));
    if (url.searchParams.has("close")) request.socket.end();
  },
  packed(request, response, url) {
    const { authorization = "" } = request.headers;
    const pack = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync, raw: deflateRawSync };
    const packed = pack[url.searchParams.get("as") as keyof typeof pack](
      `before ${authorization.replace(/^Bearer /, "")} after`,
    );
    const coding = url.searchParams.get("coding") ?? "";
    response.writeHead(200, { "content-type": "text/plain", "content-encoding": coding }).end(packed);
  },
  bomb(_request, response, url) {
    const zeros = gzipSync(Buffer.alloc(Number(url.searchParams.get("mb")) * 1024 * 1024));
    response.writeHead(200, { "content-type": "text/plain", "content-encoding": "gzip" }).end(zeros);
  },
  gzip(_request, response) {
    const body = gzipSync(JSON.stringify({ packed: true }));
    response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(body);
  },
  reset(request, response, url) {
    const key = url.searchParams.get("k") ?? "";
    const times = count(`reset ${key}`);
    if (times <= Number(url.searchParams.get("times") ?? 1)) request.socket.destroy();
    else json(response, 200, { times });
  },
  flaky(_request, response, url) {
    const times = count(`flaky ${url.searchParams.get("k")}`);
    const after = url.searchParams.get("after");
    if (times > Number(url.searchParams.get("times") ?? 1)) return json(response, 200, { times });
    json(
      response,
      Number(url.searchParams.get("status") ?? 503),
      { times },
      after === null ? {} : { "retry-after": after },
    );
  },
  type(_request, response, url, body) {
    const text = url.searchParams.get("text") ?? body;
    response.writeHead(200, { "content-type": url.searchParams.get("type") ?? "text/plain" }).end(text);
  },
  styles(request, response, url, body) {
    const base = new URL(url.pathname + url.search, `http://${request.headers.host}`);
    const sent = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    const { status = 200, headers, body: answer } = answerOf(base, sent, body.toString("utf8"));
    json(response, status, answer, headers);
  },
  list(request, response, url, body) {
    const all = Array.from({ length: 7 }, (_, index) => ({ id: `i${index + 1}` }));
    const size = Number(
      url.searchParams.get("size") ?? url.searchParams.get("limit") ?? url.searchParams.get("per_page") ?? 3,
    );
    const number = (name: string, preset: number) => Number(url.searchParams.get(name) ?? preset);
    const way = url.pathname.split("/")[2] ?? "";
    const from = {
      page: (number("page", 1) - 1) * size,
      offset: number("offset", 0),
      cursor: Number((url.searchParams.get("cursor") ?? "c0").slice(1)),
      after: all.findIndex(({ id }) => id === url.searchParams.get("starting_after")) + 1,
    };
    const slice = (start: number) => all.slice(start, start + size);
    const next = (start: number) => (start + size < all.length ? start + size : undefined);
    const page = number("page", 1);
    const more = next(from.page) !== undefined;
    switch (way) {
      case "link": {
        const link = more
          ? `<${url.pathname}?page=${page + 1}>; rel="next", <${url.pathname}?page=3>; rel=last`
          : `<${url.pathname}?page=1>; rel="first prev"`;
        return json(response, 200, slice(from.page), { link });
      }
      case "url":
        return json(response, 200, {
          count: 7,
          results: slice(from.page),
          next: more ? `?page=${page + 1}` : null,
        });
      case "odata":
        return json(response, 200, {
          value: slice(from.page),
          ...(more ? { "@odata.nextLink": `${url.pathname}?page=${page + 1}` } : {}),
        });
      case "cursor": {
        const at = next(from.cursor);
        return json(response, 200, {
          items: slice(from.cursor),
          next_cursor: at === undefined ? null : `c${at}`,
        });
      }
      case "omitted": {
        const at = next(from.cursor);
        return json(response, 200, {
          items: slice(from.cursor),
          ...(at === undefined ? {} : { nextPageToken: `c${at}` }),
        });
      }
      case "page":
        return json(response, 200, slice(from.page));
      case "total":
        return json(response, 200, {
          result: slice(from.page),
          result_info: { page, total_count: 7, total_pages: 3 },
        });
      case "offset":
        return json(response, 200, { items: slice(from.offset), total: 7 });
      case "sized":
      case "short":
        return json(response, 200, { items: slice(from.offset) });
      case "stripe":
        return json(response, 200, { data: slice(from.after), has_more: next(from.after) !== undefined });
      case "repeat":
        return json(response, 200, { items: slice(0), next_cursor: "c3" });
      case "ignores":
        return json(response, 200, { items: slice(0) });
      case "totals-too-many":
        return json(response, 200, { items: slice(from.offset), total: 12 });
      case "totals-the-page": {
        const items = slice(from.offset);
        return json(response, 200, { items, total: items.length });
      }
      case "behind":
        // As a server behind a proxy sees itself: another scheme, host and base path.
        return json(response, 200, {
          results: slice(from.page),
          next: more ? `http://10.0.0.7:8000/list/behind?page=${page + 1}` : null,
        });
      case "nowhere":
        return json(response, 200, { results: slice(0), next: "http://" });
      case "breaks":
        if (page === 2) return json(response, 500, { error: "broken" });
        return json(response, 200, { results: slice(0), next: `?page=2` });
      case "elsewhere":
        return json(response, 200, { results: slice(0), next: "https://elsewhere.example/other?page=2" });
      case "tenant":
        if (request.headers["x-tenant"] === undefined)
          return json(response, 400, { error: "X-Tenant is missing" });
        return json(response, 200, { results: slice(from.page), next: more ? `?page=${page + 1}` : null });
      case "posted": {
        const { start_cursor: start = "c0" } = JSON.parse(body.toString("utf8")) as { start_cursor?: string };
        const at = next(Number(start.slice(1)));
        return json(response, 200, {
          results: slice(Number(start.slice(1))),
          next_cursor: at === undefined ? null : `c${at}`,
          has_more: at !== undefined,
        });
      }
      case "holes": {
        // Empty pages in the middle, as where a filter is applied after the page was cut.
        const at = next(from.cursor);
        return json(response, 200, {
          items: from.cursor === 3 ? [] : slice(from.cursor),
          next_cursor: at === undefined ? false : `c${at}`,
        });
      }
      case "self":
        return json(response, 200, { results: slice(0), next: url.pathname + url.search });
      case "zero": {
        const zero = number("page", 0);
        return json(response, 200, {
          content: slice(zero * size),
          number: zero,
          last: next(zero * size) === undefined,
        });
      }
      case "scim": {
        const start = number("startIndex", 1);
        const found = all.slice(start - 1, start - 1 + size);
        return json(response, 200, {
          Resources: found,
          totalResults: 7,
          startIndex: start,
          columns: ["a", "b", "c", "d"],
        });
      }
      case "forever":
        return json(response, 200, {
          items: [{ id: `i${from.cursor}` }],
          next_cursor: `c${from.cursor + 1}`,
        });
      default:
        return json(response, 200, { items: slice(0) });
    }
  },
  token(request, response, url, body) {
    const wait = url.searchParams.get("wait");
    url.searchParams.delete("wait");
    if (wait !== null)
      return void setTimeout(() => handlers["token"]!(request, response, url, body), Number(wait));
    const once = url.searchParams.get("once");
    const isSpent = once !== null && count(`token ${once}`) > 1;
    const error = isSpent ? "invalid_client" : url.searchParams.get("error");
    const status = Number(url.searchParams.get("status") ?? 401);
    if (error !== null) return json(response, status, { error, error_description: "never shown" });
    const rotated = url.searchParams.has("rotate") ? { refresh_token: `rotated-${count("rotated")}` } : {};
    const life = Number(url.searchParams.get("expires") ?? 3600);
    json(response, 200, {
      access_token: `access-${count("token")}`,
      token_type: "Bearer",
      expires_in: life,
      ...rotated,
    });
  },
  revoked(_request, response, url) {
    const attempts = count(`revoked ${url.search}`);
    if (attempts === 1) json(response, 401, { error: "invalid_token" });
    else json(response, 200, { accepted: true, attempts });
  },
  seen(_request, response) {
    const requests = seen.splice(0).filter(({ url }) => !url.startsWith("/seen"));
    json(response, 200, { count: requests.length, requests: requests.slice(-50) });
  },
};

function handle(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("error", () => undefined);
  request.on("end", () => {
    const { method = "", url = "/", headers } = request;
    const body = Buffer.concat(chunks);
    seen.push({ method, url, headers, body: body.toString("utf8") });
    const parsed = new URL(url, "http://upstream");
    const handler = handlers[parsed.pathname.split("/")[1] ?? ""];
    if (handler) handler(request, response, parsed, body);
    else json(response, 404, { error: "no such path" });
  });
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const servers = [createServer(handle), createServer(handle)];
  const origins = await Promise.all(
    servers.map(async (server) => {
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }),
  );
  project.provide("upstream", origins[0] as string);
  project.provide("otherUpstream", origins[1] as string);
  return async () => {
    for (const server of servers) server.closeAllConnections();
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  };
}
