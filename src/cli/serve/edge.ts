/**
 * What `isogate serve` answers itself, for those who operate it: `/healthz`, `/readyz` and `/metrics`, under any host name;
 * and what it notes of every other request.
 */
import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { version } from "../places.ts";
import type { LocalServer } from "../server/local-server.ts";
import type { Edge } from "../supervisor/front.ts";
import type { SupervisorLimits } from "../supervisor/limits.ts";
import { usageOf } from "../supervisor/processes.ts";
import { writeProblem } from "../server/state-folder.ts";
import { addressReader } from "./client-address.ts";
import type { JsonLog } from "./json-log.ts";
import type { Metrics } from "./metrics.ts";
import type { ServeSettings } from "./settings.ts";

interface EdgeOptions {
  settings: ServeSettings;
  limits: SupervisorLimits;
  log: JsonLog;
  metrics: Metrics;
  stateFolder: string;
  /** Undefined until it is there. */
  server(): LocalServer | undefined;
}

export function edgeOf({ settings, limits, log, metrics, stateFolder, server }: EdgeOptions): Edge {
  const addressOf = addressReader(settings.trustedProxies);
  const startedAtMs = Date.now();
  const own: Record<string, (request: IncomingMessage) => Promise<[status: number, text: string]>> = {
    "/healthz": async () => [200, "ok\n"],
    "/readyz": async () => {
      if (!(await server()?.isReady())) return [503, "not ready\n"];
      const problem = writeProblem(stateFolder);
      return problem === undefined
        ? [200, "ready\n"]
        : [503, `not ready: the state cannot be written: ${problem}\n`];
    },
    ...(settings.metricsToken !== undefined && {
      "/metrics": async ({ headers }: IncomingMessage) =>
        isToken(headers.authorization, settings.metricsToken!)
          ? [200, await figures()]
          : [401, "This needs the header Authorization: Bearer <METRICS_TOKEN>.\n"],
    }),
  };

  async function figures(): Promise<string> {
    const running = server();
    const { underWay, waiting } = running?.load() ?? { underWay: 0, waiting: 0 };
    const usage = running && (await usageOf(running.runtime()));
    const runtime = usage === undefined || usage === "gone" ? 0 : usage.memoryBytes;
    return metrics.text([
      ["isogate_http_under_way", {}, underWay],
      ["isogate_http_waiting", {}, waiting],
      ["isogate_memory_bytes", { process: "runtime" }, runtime],
      ["isogate_memory_bytes", { process: "server" }, process.memoryUsage.rss()],
      ["isogate_memory_limit_bytes", {}, limits.maxMemoryBytes],
      ["isogate_start_timestamp_seconds", {}, startedAtMs / 1_000],
      ["isogate_info", { version }, 1],
    ]);
  }

  return {
    addressOf: ({ headers, socket }) =>
      addressOf(socket.remoteAddress ?? "", [headers["x-forwarded-for"] ?? []].flat().join(",")),
    answers(request, response) {
      const [path = ""] = (request.url ?? "").split("?");
      const answer = Object.hasOwn(own, path) ? own[path] : undefined;
      if (!answer) {
        note(request, response, path);
        return false;
      }
      void answer(request).then(([status, text]) =>
        response
          .writeHead(status, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" })
          .end(text),
      );
      return true;
    },
  };

  function note({ method = "" }: IncomingMessage, response: ServerResponse, path: string): void {
    const began = performance.now();
    response.once("close", () => {
      const seconds = (performance.now() - began) / 1_000;
      const status = response.headersSent ? String(response.statusCode) : "none";
      metrics.count("isogate_http_requests_total", { status });
      metrics.observe("isogate_http_request_duration_seconds", {}, seconds);
      log.write("debug", {
        "event.name": "isogate.http",
        "http.request.method": method,
        "url.path": path,
        "http.response.status_code": status,
        "http.server.request.duration": Math.round(seconds * 1_000) / 1_000,
      });
    });
  }
}

function isToken(header: string | undefined, token: string): boolean {
  const [given, wanted] = [Buffer.from(header ?? ""), Buffer.from(`Bearer ${token}`)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
