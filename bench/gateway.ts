/** The gateway against the network that an isolate inherits: same code, same upstream, one request at a time and 50. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareApi } from "../scripts/lib/apis.ts";
import { freePort, startLocalServer } from "../scripts/lib/local-server.ts";
import { higher, lower, medianTimes, type Chapter, type Figures } from "./figure.ts";

/** Requests of one run: enough that they outweigh the start of an isolate many times. */
const requests = 200;
const inFlight = 50;
const rounds = 15;
const secret = "bench-credential-0123456789";

export const document = {
  openapi: "3.1.0",
  info: { title: "Things", version: "1" },
  components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "x-api-key" } } },
  security: [{ key: [] }],
  paths: {
    "/things/{id}": {
      get: {
        operationId: "getThing",
        parameters: [{ name: "id", in: "path", required: true, schema: { type: "integer" } }],
        responses: { 200: { description: "A thing." } },
      },
    },
  },
};

/** @returns statements that send so many requests, `width` at a time, and read every answer */
function sending(origin: string, width: number): string {
  return `for (let sent = 0; sent < ${requests}; sent += ${width}) {
    await Promise.all(Array.from({ length: ${width} }, async (_, index) => {
      const response = await fetch("${origin}/things/" + (sent + index));
      if (response.status !== 200) throw new Error(await response.text());
      return response.json();
    }));
  }
  return ${requests};`;
}

/** Measures what a request costs through the gateway, and what `execute` costs that sends none. */
export async function measureGateway(say: (line: string) => void): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), "isogate-bench-"));
  const upstream = await startUpstream();
  const source = join(folder, "things.json");
  await writeFile(source, JSON.stringify(document));
  const file = {
    source,
    server: upstream.origin,
    allowHttp: true,
    allowPrivate: ["127.0.0.1"],
    credential: { from: "shared" as const, secrets: { key: "BENCH_KEY" } },
    // A run of the bench sends more than a model's may.
    budgets: { requests: 10 * requests, inFlight },
  };
  const server = await startLocalServer({
    host: "127.0.0.1",
    port: await freePort(),
    apis: [await prepareApi({ name: "things", file, folder })],
    secrets: { BENCH_KEY: secret },
    stateFolder: join(folder, "state"),
    config: "bench/wrangler.jsonc",
  });
  const post = async (path: string, body: string) => {
    const response = await fetch(server.origin + path, { method: "POST", body });
    const text = await response.text();
    if (!response.ok || text.includes('"isError":true')) throw new Error(`${path}: ${text.slice(0, 300)}`);
  };
  try {
    const one = sending(upstream.origin, 1);
    const many = sending(upstream.origin, inFlight);
    const times = await medianTimes(
      {
        inheritedNone: () => post("/inherited", "return 42"),
        bareNone: () => post("/bare", "return 42"),
        gatewayNone: () => post("/gateway", "return 42"),
        inheritedOne: () => post("/inherited", one),
        bareOne: () => post("/bare", one),
        gatewayOne: () => post("/gateway", one),
        inheritedMany: () => post("/inherited", many),
        bareMany: () => post("/bare", many),
        gatewayMany: () => post("/gateway", many),
      },
      rounds,
    );
    const starts = await medianTimes(
      {
        empty: () => post("/empty", "return 42"),
        index: () => post("/index", "return 42"),
        execute: () => post("/execute", "return 42"),
      },
      10 * rounds,
    );
    const perRequest = {
      inherited: (times.inheritedOne - times.inheritedNone) / requests,
      bare: (times.bareOne - times.bareNone) / requests,
      gateway: (times.gatewayOne - times.gatewayNone) / requests,
    };
    const perSecond = {
      inherited: (requests * 1000) / (times.inheritedMany - times.inheritedNone),
      bare: (requests * 1000) / (times.bareMany - times.bareNone),
      gateway: (requests * 1000) / (times.gatewayMany - times.gatewayNone),
    };
    say(
      `a request: inherited ${ms(perRequest.inherited)}, through an entrypoint that does nothing ` +
        `${ms(perRequest.bare)}, through the gateway ${ms(perRequest.gateway)}`,
    );
    say(
      `${inFlight} at once, requests/s: inherited ${perSecond.inherited.toFixed(0)}, through an entrypoint that ` +
        `does nothing ${perSecond.bare.toFixed(0)}, through the gateway ${perSecond.gateway.toFixed(0)}`,
    );
    say(
      `no request: empty isolate ${ms(starts.empty)}, with the index ${ms(starts.index)}, execute ${ms(starts.execute)}`,
    );
    const indexCost = Math.max(0, starts.index - starts.empty);
    return {
      "gateway.request.added": lower(perRequest.gateway - perRequest.inherited, "ms", 0.15, 0.05),
      "gateway.parallel50": higher(
        (perSecond.gateway / perSecond.inherited) * 100,
        "% of inherited throughput",
        75,
        95,
      ),
      "gateway.execute.overEmpty": lower(
        (starts.execute - indexCost) / starts.empty,
        "x empty isolate, without the index",
        1.3,
      ),
    };
  } finally {
    await server.stop();
    await upstream.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Answers every request at once with a small object. */
export async function startUpstream(): Promise<{ origin: string; close(): Promise<void> }> {
  const body = JSON.stringify({ id: 1, name: "a thing", tags: ["one", "two"] });
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": body.length });
    response.end(body);
  });
  // Connections outlive the pauses between two turns of a contestant.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function ms(value: number): string {
  return `${value.toFixed(3)} ms`;
}

export const gateway: Chapter = { name: "gateway", measure: measureGateway };

// By itself: node bench/gateway.ts
if (process.argv[1] === import.meta.filename) {
  const figures = await measureGateway((line) => console.log(line));
  for (const [key, { value, unit }] of Object.entries(figures))
    console.log(`${key}: ${value.toFixed(3)} ${unit}`);
}
