/** `isogate serve` in a process of its own, with an API that counts what reaches it and an identity provider. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../../src/cli/server/local-server.ts";
import { descendantsOf, usageOf } from "../../../src/cli/supervisor/processes.ts";
import { clientId, clientSecret, startIdentityProvider } from "../../auth/fixture/identity-provider.ts";

const program = join(import.meta.dirname, "../../../src/cli/main.ts");

export const apiToken = "token-of-the-orders-0123";
export const metricsToken = "token-of-the-metrics-0123";

/**
 * Takes orders, each after a while.
 * @param accountOf the account that a credential is for
 */
export async function startOrders(
  delayMs: number,
  accountOf?: (authorization: string | undefined) => Promise<object>,
) {
  const orders: string[] = [];
  const credentials = new Set<string | undefined>();
  const server = createServer((request, response) => {
    credentials.add(request.headers.authorization);
    const json = { "content-type": "application/json" };
    if (request.url === "/account" && accountOf)
      return void accountOf(request.headers.authorization).then((account) =>
        response.writeHead(200, json).end(JSON.stringify(account)),
      );
    if (request.method !== "POST") return void response.writeHead(200, json).end(JSON.stringify(orders));
    let body = "";
    request.on("data", (text) => (body += String(text)));
    request.on("end", () => {
      orders.push((JSON.parse(body) as { name: string }).name);
      setTimeout(() => response.writeHead(201, json).end(body), delayMs);
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    orders,
    credentials,
    stop: async () => {
      server.closeAllConnections();
      await once(server.close(), "close");
    },
  };
}

const order = { type: "object", required: ["name"], properties: { name: { type: "string" } } };
const json = { "application/json": { schema: order } };
export const ordersDocument = {
  openapi: "3.1.0",
  info: { title: "Orders", version: "1" },
  components: { securitySchemes: { bearer: { type: "http", scheme: "bearer" } } },
  security: [{ bearer: [] }],
  paths: {
    "/orders": {
      get: { operationId: "listOrders", responses: { 200: { description: "All." } } },
      post: {
        operationId: "createOrder",
        requestBody: { required: true, content: json },
        responses: { 201: { description: "Created.", content: json } },
      },
      delete: { operationId: "clearOrders", responses: { 204: { description: "Gone." } } },
    },
  },
};

/** The same, of an API that tells whose a credential is. */
const documentWithAccounts = {
  ...ordersDocument,
  paths: {
    ...ordersDocument.paths,
    "/account": {
      get: { operationId: "getAccount", responses: { 200: { description: "Who is calling." } } },
    },
  },
};

export interface ServedOptions {
  /** Base URL of the API. */
  api: string;
  /** What people use, if they do not come to the port itself. */
  publicUrl?: string;
  port?: number;
  /** What starts isogate; by default, the sources. */
  command?: readonly [program: string, ...args: string[]];
  environment?: Record<string, string>;
  /** A command that becomes the one that it is given. */
  before?: readonly string[];
  /** People log in at the API itself, whose login server the identity provider then is. */
  atApi?: boolean;
  /** Files of its working directory, by name. */
  files?: Record<string, string>;
}

export async function startServed(options: ServedOptions) {
  const { api, publicUrl, environment = {}, before = [], atApi = false } = options;
  const [executable = "", ...first] = [...before, ...(options.command ?? [process.execPath, program])];
  const folder = await mkdtemp(join(tmpdir(), "isogate-serve-"));
  const port = options.port ?? (await freePort());
  const origin = publicUrl ?? `http://localhost:${port}`;
  const identity = await startIdentityProvider([`${origin}/sign-in/callback`, `${origin}/connect/callback`]);
  const inFolder = (name: string) => join(folder, name);
  for (const [name, text] of Object.entries(options.files ?? {})) await writeFile(inFolder(name), text);
  await writeFile(inFolder("orders.json"), JSON.stringify(atApi ? documentWithAccounts : ordersDocument));
  await writeFile(inFolder("api-token"), `${apiToken}\n`);
  await writeFile(inFolder("metrics-token"), metricsToken);
  await writeFile(inFolder("client-secret"), clientSecret);
  await writeFile(
    inFolder("settings.jsonc"),
    JSON.stringify({
      settings: atApi
        ? { SIGN_IN: "upstream", SIGN_IN_API: "orders" }
        : { SIGN_IN: "oidc", OIDC_ISSUER: identity.issuer, OIDC_CLIENT_ID: clientId },
    }),
  );
  if (atApi) {
    const credential = {
      from: "oauth",
      scheme: "bearer",
      authorizationUrl: `${identity.issuer}/auth`,
      tokenUrl: identity.tokenUrl,
      clientId,
      clientSecret: "ORDERS_CLIENT",
      scopes: ["openid"],
      account: { path: "/account", id: "login", label: "login" },
    };
    const file = {
      source: "../orders.json",
      server: api,
      allowHttp: true,
      allowPrivate: ["127.0.0.1"],
      credential,
    };
    await mkdir(inFolder("specs"));
    await writeFile(inFolder("specs/orders.jsonc"), JSON.stringify(file));
  }
  const served = atApi
    ? [`--specs=${inFolder("specs")}`]
    : [inFolder("orders.json"), `--server=${api}`, "--credential=bearer=ORDERS_TOKEN"];
  let child!: ChildProcess;
  let lines: string[] = [];
  const start = async () => {
    lines = [];
    child = spawn(
      executable,
      [...first, "serve", ...served, `--config=${inFolder("settings.jsonc")}`, `--port=${port}`],
      {
        cwd: folder,
        // Nothing else of this environment: a service has no more.
        env: {
          PATH: process.env["PATH"] ?? "",
          ISOGATE_HOME: inFolder("home"),
          PUBLIC_URL: origin,
          ORDERS_TOKEN_FILE: inFolder("api-token"),
          METRICS_TOKEN_FILE: inFolder("metrics-token"),
          [atApi ? "ORDERS_CLIENT_FILE" : "OIDC_CLIENT_SECRET_FILE"]: inFolder("client-secret"),
          ...environment,
        } as Record<string, string> as unknown as NodeJS.ProcessEnv,
      },
    );
    for (const stream of [child.stdout!, child.stderr!])
      stream.setEncoding("utf8").on("data", (text: string) => {
        lines.push(...text.split("\n").filter(Boolean));
      });
    while (!lines.some((line) => line.includes('"isogate.ready"'))) {
      if (child.exitCode !== null) throw new Error(lines.join("\n"));
      await sleep(10);
    }
  };
  await start();
  return {
    port,
    origin,
    identity,
    home: inFolder("home"),
    start,
    lines: () => lines,
    pid: () => child.pid ?? 0,
    runtime: async () => {
      const all = (await descendantsOf(child.pid ?? 0)) ?? [];
      const found = all.find(({ command }) => /workerd\S* serve /.test(command));
      if (!found) throw new Error("There is no runtime.");
      return found.pid;
    },
    signal: (name: NodeJS.Signals) => child.kill(name),
    async ended(): Promise<number | null> {
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      return child.exitCode;
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGTERM");
        await once(child, "exit");
      }
      await identity.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
export type Served = Awaited<ReturnType<typeof startServed>>;

export async function areGone(pids: readonly number[]): Promise<boolean> {
  return (await Promise.all(pids.map(usageOf))).every((usage) => usage === "gone");
}

/** What a browser shows that opens a page and is sent through the sign-in: cookies are kept by origin. */
export async function openPage(url: string): Promise<Response> {
  const jar = new Map<string, Map<string, string>>();
  for (let steps = 0, next = url; steps < 20; steps++) {
    const { origin } = new URL(next);
    const cookies = jar.get(origin) ?? new Map<string, string>();
    jar.set(origin, cookies);
    const answer = await fetch(next, {
      redirect: "manual",
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (name !== undefined && value !== undefined) cookies.set(name, value);
    }
    const to = answer.headers.get("location");
    if (to === null) return answer;
    next = new URL(to, next).href;
  }
  throw new Error(`${url} redirects for ever.`);
}
