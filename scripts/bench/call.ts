/**
 * A whole call, as a client has it: isogate as `start` runs it (login, check, policy, record and supervisor on) against
 * `openApiMcpServer` of `@cloudflare/codemode` under wrangler, with the same documents and the same upstream, in turns.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ConfiguredApi } from "../../src/cli/apis.ts";
import { answers, freePort } from "../../src/cli/server/local-server.ts";
import { descendantsOf, usageOf } from "../../src/cli/supervisor/processes.ts";
import { logIn } from "../../test/setup/connect.ts";
import { higher, lower, median, medianTimes, type Chapter, type Figures, type Say } from "./figure.ts";
import { questionsFor } from "./questions.ts";
import { withFolder } from "./server.ts";
import { stagesOf } from "./stages.ts";
import { rawDocument, type Subjects } from "./subjects.ts";
import { withPlainUpstream } from "./upstream.ts";

/** Operations without parameters that read; the credential goes where the document says, if it says anything. */
const called: Record<string, { path: string; scheme?: string; header: string }> = {
  demo: { path: "/zones", scheme: "bearer", header: "authorization" },
  powerdns: { path: "/servers", scheme: "APIKeyHeader", header: "x-api-key" },
  github: { path: "/rate_limit", header: "authorization" },
};
const credential = "bench-credential-0123456789";

/** How often each is measured; less often where a call of the rival takes so long that nothing is in doubt. */
const usual = { alone: 30, waves: 12, inARow: 20 };
const slow = { alone: 3, waves: 1, inARow: 3 };
const slowMs = 200;

/** A server under test. Both are asked in the same words, and read to the end. */
interface Contestant {
  call(tool: "search" | "execute", code: string): Promise<void>;
  /** The process that has all the others of this server below it. */
  root: number;
}

type Who = "isogate" | "codemode";
type Programs = Record<Kind, string>;
type Kind = "search" | "execute0" | "execute1" | "execute10";
const kinds: Kind[] = ["search", "execute0", "execute1", "execute10"];

export const call = ({ all }: Subjects): Chapter => {
  const about = all.filter(({ name }) => name in called);
  return async (say) => {
    const figures: Figures = {};
    for (const api of about) Object.assign(figures, await callsOf(api, say));
    // A small document: what is left is what every call costs.
    for (const api of about.filter(({ name }) => name === "powerdns"))
      Object.assign(figures, await stagesOfCalls(api, say));
    return figures;
  };
};

async function stagesOfCalls(api: ConfiguredApi, say: Say): Promise<Figures> {
  const { search, execute1 } = oursFor(api.name, await rawDocument(api));
  const { scheme } = called[api.name]!;
  return withPlainUpstream((origin) => {
    const { source } = api.file;
    const secrets = scheme === undefined ? {} : { [scheme]: "BENCH_KEY" };
    const file = {
      source,
      server: origin,
      allowHttp: true,
      allowPrivate: ["127.0.0.1"],
      credential: { from: "shared" as const, secrets },
    };
    say(`${api.name}: stages of a search and of an execute with one request`);
    const staged = (kind: string, tool: string, code: string) => ({
      kind,
      send: (url: string, token: string) => callTool(url, "2026-07-28", token, tool, code),
    });
    return stagesOf({ ...api, file }, { BENCH_KEY: credential }, [
      staged("search", "search", search),
      staged("execute1", "execute", execute1),
    ]);
  });
}

const ten = (one: string) => `(await Promise.all(Array.from({ length: 10 }, () => ${one}))).length`;

function oursFor(name: string, document: Record<string, unknown>): Programs {
  const get = `api.get(${JSON.stringify(called[name]!.path)})`;
  return {
    search: questionsFor(name, document).isogate,
    execute0: "return 42",
    execute1: `return (await ${get}).data`,
    execute10: `return ${ten(get)}`,
  };
}

async function callsOf(api: ConfiguredApi, say: Say): Promise<Figures> {
  const { name } = api;
  const { path, scheme, header } = called[name]!;
  const document = await rawDocument(api);
  const request = `codemode.request({ method: "GET", path: ${JSON.stringify(path)} })`;
  const ours = oursFor(name, document);
  const theirs: Programs = {
    search: questionsFor(name, document).codemode,
    execute0: "async () => 42",
    execute1: `async () => ${request}`,
    execute10: `async () => ${ten(request)}`,
  };
  return withFolder((folder) =>
    withPlainUpstream(async (origin) => {
      const file = join(folder, `${name}.json`);
      await writeFile(file, JSON.stringify(document));
      const given = scheme === undefined ? [] : ["--credential", `${scheme}=BENCH_KEY`];
      return withIsogate([file, "--name", name, "--server", origin, ...given], folder, (isogate) =>
        withCodemode(document, { origin, headers: { [header]: credential } }, (codemode) =>
          compare(name, { isogate, codemode }, { isogate: ours, codemode: theirs }, say),
        ),
      );
    }),
  );
}

async function compare(
  name: string,
  contestants: Record<Who, Contestant>,
  programs: Record<Who, Programs>,
  say: Say,
): Promise<Figures> {
  const figures: Figures = {};
  for (const kind of kinds) {
    const ask = (who: Who) =>
      contestants[who].call(kind === "search" ? "search" : "execute", programs[who][kind]);
    const first = await medianTimes({ isogate: () => ask("isogate"), codemode: () => ask("codemode") }, 3);
    const often = first.codemode > slowMs ? slow : usual;
    const one = await medianTimes(
      { isogate: () => ask("isogate"), codemode: () => ask("codemode") },
      often.alone,
    );
    const rates: Record<Who, number[]> = { isogate: [], codemode: [] };
    for (let turn = 0; turn < often.waves; turn++)
      for (const who of ["isogate", "codemode"] as const)
        rates[who].push(8 / (await atOnce(() => ask(who), 8)).seconds);
    const rate = { isogate: median(rates.isogate), codemode: median(rates.codemode) };
    const took: number[] = [];
    for (let turn = 0; turn < 4; turn++) took.push(...(await atOnce(() => ask("isogate"), 32)).times);
    const processor = {
      isogate: await processorMs(contestants.isogate, () => ask("isogate"), usual.inARow),
      codemode: await processorMs(contestants.codemode, () => ask("codemode"), often.inARow),
    };
    const { over, eight } = boundsOf(name, kind);
    Object.assign(figures, {
      [`${name}.call.${kind}.over`]: lower(one.isogate / one.codemode, "x codemode's time, alone", ...over),
      [`${name}.call.${kind}.time`]: lower(one.isogate, "ms, alone"),
      [`${name}.call.${kind}.eightOver`]: higher(
        rate.isogate / rate.codemode,
        "x codemode's runs a second, eight at once",
        ...eight,
      ),
      [`${name}.call.${kind}.eightRate`]: higher(rate.isogate, "runs a second, eight at once"),
      [`${name}.call.${kind}.spread`]: lower(
        quantile(took, 0.95) / median(took),
        "p95 over median, 32 at once",
        2.5,
        1.8,
      ),
      [`${name}.call.${kind}.processor`]: lower(processor.isogate, "ms of processor time, all processes"),
      [`${name}.call.${kind}.processorOver`]: lower(
        processor.isogate / processor.codemode,
        "x codemode's processor time",
      ),
    });
    say(
      `${name} ${kind}: alone ${one.isogate.toFixed(1)} / ${one.codemode.toFixed(1)} ms, eight at once ` +
        `${rate.isogate.toFixed(1)} / ${rate.codemode.toFixed(1)} a second, processor ` +
        `${processor.isogate.toFixed(1)} / ${processor.codemode.toFixed(1)} ms (isogate / codemode)`,
    );
  }
  return figures;
}

type Bounds = [must?: number, aim?: number];

/** What has to hold is about a small document, where the rival is quick, and about GitHub's, where it is not. */
function boundsOf(name: string, kind: Kind): { over: Bounds; eight: Bounds } {
  if (kind !== "search" && kind !== "execute1") return { over: [], eight: [] };
  if (name === "powerdns") return { over: [1, kind === "search" ? 0.6 : 0.7], eight: [1, 1.3] };
  return { over: [], eight: name === "github" ? [10, 30] : [] };
}

/** So many calls at once. @returns how long all took, and each, in s and ms */
async function atOnce(
  one: () => Promise<void>,
  width: number,
): Promise<{ seconds: number; times: number[] }> {
  const began = performance.now();
  const times = await Promise.all(
    Array.from({ length: width }, async () => {
      await one();
      return performance.now() - began;
    }),
  );
  return { seconds: (performance.now() - began) / 1_000, times };
}

function quantile(values: number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * part) - 1]!;
}

/** Processor time of one call in all processes of a server, from so many in a row, in ms. */
async function processorMs({ root }: Contestant, one: () => Promise<void>, times: number): Promise<number> {
  const used = async () => {
    const pids = [root, ...((await descendantsOf(root)) ?? []).map(({ pid }) => pid)];
    const usages = await Promise.all(pids.map(usageOf));
    return usages.reduce((sum, usage) => sum + (typeof usage === "object" ? usage.cpuMs : 0), 0);
  };
  const before = await used();
  for (let n = 0; n < times; n++) await one();
  return ((await used()) - before) / times;
}

let nextId = 0;

/** @throws Error if the call failed: the time of a failure is not a figure */
async function callTool(
  url: string,
  revision: string,
  token: string | undefined,
  name: string,
  code: string,
): Promise<void> {
  const meta = {
    "io.modelcontextprotocol/protocolVersion": revision,
    "io.modelcontextprotocol/clientInfo": { name: "bench", version: "1" },
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const response = await fetch(url, {
    method: "POST",
    headers: {
      ...(token !== undefined && {
        authorization: `Bearer ${token}`,
        "mcp-method": "tools/call",
        "mcp-name": name,
      }),
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": revision,
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: ++nextId,
      method: "tools/call",
      params: { name, arguments: { code }, ...(token !== undefined && { _meta: meta }) },
    }),
  });
  const text = await response.text();
  if (!response.ok || text.includes('"isError":true') || !text.includes('"result"'))
    throw new Error(`${name}: ${response.status} ${text.slice(0, 400)}`);
}

/** `isogate start` as a command, with a client that has logged in. */
async function withIsogate<Result>(
  args: string[],
  home: string,
  use: (isogate: Contestant) => Promise<Result>,
): Promise<Result> {
  const port = await freePort();
  const main = join(import.meta.dirname, "../../src/cli/main.ts");
  const environment = { ISOGATE_HOME: join(home, "home"), PORT: String(port), BENCH_KEY: credential };
  return withCommand([main, "start", ...args], environment, port, async (root, origin) => {
    const url = new URL("/mcp", origin);
    const token = (await logIn(url, [], "bench")).tokens()?.access_token;
    if (token === undefined) throw new Error("The login gave no token.");
    return use({ call: (tool, code) => callTool(url.href, "2026-07-28", token, tool, code), root });
  });
}

/** The rival as its users run it, without login and without a record. */
async function withCodemode<Result>(
  document: object,
  upstream: object,
  use: (codemode: Contestant) => Promise<Result>,
): Promise<Result> {
  const port = await freePort();
  return withFolder((state) => {
    const args = [
      "dev",
      "--config=scripts/bench/wrangler.jsonc",
      "--ip=127.0.0.1",
      `--port=${port}`,
      "--inspector-port=0",
      "--minify",
      `--persist-to=${state}`,
      "--show-interactive-dev-session=false",
    ];
    const environment = { WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false" };
    return withCommand([wrangler, ...args], environment, port, async (root, origin) => {
      for (const [path, body] of Object.entries({ document, "codemode-upstream": upstream }))
        await fetch(`${origin}/${path}`, { method: "POST", body: JSON.stringify(body) });
      return use({
        call: (tool, code) => callTool(`${origin}/mcp`, "2025-06-18", undefined, tool, code),
        root,
      });
    });
  });
}

const wrangler = join(import.meta.dirname, "../../node_modules/wrangler/bin/wrangler.js");

/** A server that a command starts, until it has been used. @throws Error with what it said if it does not come up */
async function withCommand<Result>(
  args: string[],
  environment: Record<string, string>,
  port: number,
  use: (root: number, origin: string) => Promise<Result>,
): Promise<Result> {
  const child = spawn(process.execPath, args, {
    cwd: join(import.meta.dirname, "../.."),
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text) => (output = (output + String(text)).slice(-2_000)));
  const ended = once(child, "exit");
  try {
    const origin = `http://localhost:${port}`;
    if (!(await Promise.race([answers(origin, 60_000, 100), ended.then(() => false)])))
      throw new Error(output);
    return await use(child.pid!, origin);
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
}
