/** The gateway against the network that an isolate inherits: same code, same upstream, one request at a time and 50. */
import { higher, lower, medianTimes, type Chapter, type Figures, type Say } from "./figure.ts";
import { withFolder, withServer, type BenchServer } from "./server.ts";
import { withUpstream } from "./upstream.ts";

/** Requests of one run: enough that they outweigh the start of an isolate many times. */
const requests = 200;
const inFlight = 50;
const rounds = 15;
const secret = "bench-credential-0123456789";

const asServed = {
  credential: { from: "shared" as const, secrets: { key: "BENCH_KEY" } },
  // A run of the bench sends more than a model's may.
  budgets: { requests: 10 * requests, inFlight },
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

export const gateway: Chapter = (say) =>
  withFolder((folder) =>
    withUpstream(asServed, folder, ({ origin, api }) =>
      withServer({ apis: [api], secrets: { BENCH_KEY: secret } }, (server) => measure(server, origin, say)),
    ),
  );

/** What a request costs through the gateway, and what `execute` costs that sends none. */
async function measure({ post }: BenchServer, origin: string, say: Say): Promise<Figures> {
  const one = sending(origin, 1);
  const many = sending(origin, inFlight);
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
    // What is between an isolate and the network costs this much before it has done anything.
    "gateway.forwarder.added": lower(
      perRequest.bare - perRequest.inherited,
      "ms, an entrypoint that only forwards",
    ),
    "gateway.forwarder.parallel50": higher(
      (perSecond.bare / perSecond.inherited) * 100,
      "% of inherited throughput, an entrypoint that only forwards",
    ),
    "gateway.request.added": lower(perRequest.gateway - perRequest.inherited, "ms", 0.2, 0.1),
    "gateway.parallel50": higher(
      (perSecond.gateway / perSecond.inherited) * 100,
      "% of inherited throughput",
      60,
      75,
    ),
    "gateway.execute.overEmpty": lower(
      (starts.execute - indexCost) / starts.empty,
      "x empty isolate, without the index",
      1.3,
    ),
  };
}

function ms(value: number): string {
  return `${value.toFixed(3)} ms`;
}
