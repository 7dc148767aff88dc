/**
 * nginx in front of `npm start`, configured as most people do it: nobody who comes through it reaches the console or
 * the APIs without a login. In the worst setup nginx adds nothing of its own, and the sender behind it forges the rest.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prepareApi } from "../../../src/cli/apis.ts";
import { freePort, startLocalServer, type LocalServer } from "../../../src/cli/server/local-server.ts";
import { limitsFrom } from "../../../src/cli/supervisor/limits.ts";
import { programOf, start, type Running } from "../../upstreams/processes.ts";

/** What stands in `location / { proxy_pass http://127.0.0.1:<port>; … }`. */
const setups = {
  "nothing else": "",
  "Host $host": "proxy_set_header Host $host;",
  "Host $http_host": "proxy_set_header Host $http_host;",
  "Host localhost": "proxy_set_header Host localhost:$PORT;",
  "the usual headers":
    "proxy_set_header Host $host; proxy_set_header X-Real-IP $remote_addr; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme;",
  "the usual headers without Host":
    "proxy_set_header X-Real-IP $remote_addr; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
  "X-Forwarded-For emptied": 'proxy_set_header X-Forwarded-For "";',
  "HTTP/1.1 for streams": 'proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off;',
  "HTTP/1.1 for WebSockets":
    'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";',
  "HTTP/1.1, everything emptied":
    'proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header X-Forwarded-For ""; proxy_set_header Via ""; proxy_set_header Host localhost:$PORT;',
};
/** Through these nothing of the proxy can be seen, so only what is proven at the door is safe. */
const invisible = new Set<string>([
  "HTTP/1.1 for streams",
  "HTTP/1.1 for WebSockets",
  "HTTP/1.1, everything emptied",
]);

let folder: string;
let nginx: Running;
const servers: Record<"login" | "open", LocalServer | undefined> = { login: undefined, open: undefined };
const clients = { login: "", open: "" };
const ports = new Map<string, number>();

async function startServer(open: boolean): Promise<LocalServer> {
  const document = join(folder, "things.json");
  const paths = {
    "/things": { get: { operationId: "listThings", responses: { 200: { description: "All." } } } },
  };
  await writeFile(
    document,
    JSON.stringify({ openapi: "3.1.0", info: { title: "Things", version: "1" }, paths }),
  );
  const api = await prepareApi({
    name: "things",
    folder,
    file: { source: document, server: "https://things.example" },
  });
  return startLocalServer({
    host: "127.0.0.1",
    port: await freePort(),
    apis: [api],
    secrets: { ISOGATE_SECRET: "a-secret-for-this-test-only-0123456789" },
    open,
    stateFolder: join(folder, open ? "open" : "login"),
    supervised: { limits: limitsFrom({}) },
  });
}

beforeAll(async () => {
  const program = programOf("nginx", "nginx-light");
  folder = await mkdtemp(join(tmpdir(), "isogate-nginx-"));
  servers.login = await startServer(false);
  servers.open = await startServer(true);
  for (const kind of ["login", "open"] as const) clients[kind] = await register(servers[kind]!.origin);
  const blocks: string[] = [];
  for (const [kind, server] of Object.entries(servers))
    for (const [name, lines] of Object.entries(setups)) {
      const port = await freePort();
      ports.set(`${kind} ${name}`, port);
      const behind = new URL(server!.origin).port;
      blocks.push(
        `server { listen 127.0.0.1:${port}; location / { proxy_pass http://127.0.0.1:${behind}; ${lines.replaceAll("$PORT", behind)} } }`,
      );
    }
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  await writeFile(
    join(folder, "nginx.conf"),
    `daemon off; pid ${folder}/pid; error_log stderr; events {} http { access_log off; ${temporary.join(" ")} ${blocks.join("\n")} }`,
  );
  nginx = await start(
    program,
    ["-c", join(folder, "nginx.conf"), "-p", folder],
    `http://127.0.0.1:${[...ports.values()][0]}/`,
  );
});
afterAll(async () => {
  await nginx?.stop();
  for (const server of Object.values(servers)) await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function send(port: number, method: string, path: string, headers: Record<string, string>, body = "") {
  const sent = request({ host: "127.0.0.1", port, method, path, headers }).end(body);
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  const text = (await answer.toArray()).join("");
  return { status: answer.statusCode ?? 0, headers: answer.headers, text };
}

const redirectUri = "http://localhost:51234/callback";

async function register(origin: string): Promise<string> {
  const metadata = { client_name: "Test", redirect_uris: [redirectUri], token_endpoint_auth_method: "none" };
  const body = JSON.stringify(metadata);
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(`${origin}/oauth/register`, { method: "POST", headers, body });
  return ((await answer.json()) as { client_id: string }).client_id;
}

const authorizePath = (client: string) =>
  `/authorize?${new URLSearchParams({ response_type: "code", client_id: client, redirect_uri: redirectUri, state: "x", code_challenge: "x".repeat(43), code_challenge_method: "S256" })}`;

const form = { "Content-Type": "application/x-www-form-urlencoded" };
const token = "11111111-1111-4111-8111-111111111111";
const call = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} });
const json = { "Content-Type": "application/json", Accept: "application/json, text/event-stream" };

/** What somebody outside sends who knows all that the server may look at. */
const attempts = (own: string, client: string): [string, string, Record<string, string>, string?][] => [
  ["GET", "/", {}],
  ["GET", "/runs", { "Sec-Fetch-Site": "same-origin", Origin: own, Referer: `${own}/` }],
  ["GET", "/connections", { Cookie: `isogate-here-${new URL(own).port}=guessed` }],
  ["GET", "/tokens", { Accept: "application/json", Origin: own }],
  ["POST", "/tokens", { ...form, Origin: own }, "name=x&days=1&scope=things:read"],
  ["GET", authorizePath(client), {}],
  ["GET", "/cdn-cgi/handler/scheduled", {}],
  ["GET", "/runs", { "isogate-place": '{"is":"here"}' }],
  [
    "POST",
    "/playground",
    { ...form, Origin: own, Cookie: `isogate-form=${token}` },
    `token=${token}&tool=execute&access=read&code=return+1`,
  ],
  ["POST", "/mcp", json, call],
];

describe.each(Object.keys(setups))("behind nginx with %s", (name) => {
  it.each(["login", "open"] as const)("nobody gets in without a login: %s", async (kind) => {
    const { origin } = servers[kind]!;
    for (const host of ["mcp.corp.test", new URL(origin).host])
      for (const own of [origin, origin.replace("localhost", "127.0.0.1")])
        for (const [method, path, headers, body] of attempts(own, clients[kind])) {
          if (kind === "open" && path === "/mcp" && invisible.has(name)) continue;
          const {
            status,
            headers: given,
            text,
          } = await send(ports.get(`${kind} ${name}`)!, method, path, { Host: host, ...headers }, body);
          const seen = [method, path, host, own, status];
          expect(text, String(seen)).not.toMatch(/on this computer|isogate_|"tools"/);
          // To the door: another port of the visitor's own machine, where nothing of this server listens.
          if (status === 302)
            expect(given.location, String(seen)).toMatch(/^http:\/\/(localhost|127\.0\.0\.1):\d+\/\?to=/);
          else expect([401, 403, 404, 421], String(seen)).toContain(status);
          expect(given["set-cookie"], String(seen)).toBeUndefined();
        }
  });
});

it("says what to set when a proxy shows", async () => {
  const { text } = await send(ports.get("login nothing else")!, "GET", "/", { Host: "mcp.corp.test" });
  expect(text).toMatch(/through a proxy or a tunnel \(HTTP\/1\.0\)/);
  expect(text).toMatch(/SIGN_IN.*PUBLIC_URL/s);
  const open = await send(
    ports.get("open nothing else")!,
    "POST",
    "/mcp",
    { Host: "mcp.corp.test", ...json },
    call,
  );
  expect([open.status, open.text]).toEqual([403, expect.stringMatching(/--open.*SIGN_IN.*PUBLIC_URL/s)]);
});

it("serves the browser on this machine, which is sent by the door once", async () => {
  const { origin } = servers.login!;
  const first = await fetch(`${origin}/connections?tool=search`, { redirect: "manual" });
  expect(first.status).toBe(302);
  const door = await fetch(first.headers.get("Location")!, { redirect: "manual" });
  expect(door.headers.get("Location")).toBe(`${origin}/connections?tool=search`);
  const cookie = door.headers.getSetCookie()[0]!.split(";")[0]!;
  const page = await fetch(door.headers.get("Location")!, { headers: { Cookie: cookie } });
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("on this computer")]);
  // The same cookie is worth nothing through a proxy that shows.
  const through = await send(ports.get("login nothing else")!, "GET", "/runs", {
    Host: "mcp.corp.test",
    Cookie: cookie,
  });
  expect(through.status).toBe(403);
});
