/** What `/metrics` shows, in Prometheus' text format. Counted from the server's own events, since its start. */
import type { Attributes } from "./json-log.ts";

/** In seconds; a run may take minutes. */
const buckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180];

type Labels = Record<string, string>;

const kinds: Record<string, [type: "counter" | "histogram" | "gauge", help: string]> = {
  isogate_runs_total: ["counter", "Runs of model code that have ended, by tool and outcome."],
  isogate_run_duration_seconds: ["histogram", "Duration of runs, by tool."],
  isogate_api_requests_total: ["counter", "Requests to APIs that were recorded, by API and outcome."],
  isogate_api_request_duration_seconds: ["histogram", "Duration of requests to APIs, by API."],
  isogate_refusals_total: ["counter", "Requests to APIs that were not sent, by API and reason."],
  isogate_events_total: ["counter", "Other events of the log, by name."],
  isogate_http_requests_total: ["counter", "HTTP requests that were answered, by status."],
  isogate_http_request_duration_seconds: ["histogram", "Time from an HTTP request to the end of its answer."],
  isogate_http_under_way: ["gauge", "HTTP requests that are not answered yet."],
  isogate_http_waiting: ["gauge", "Of those, how many wait for the runtime to come back."],
  isogate_memory_bytes: ["gauge", "Resident memory, by process."],
  isogate_memory_limit_bytes: ["gauge", "The runtime is restarted beyond this."],
  isogate_restarts_total: ["counter", "Restarts of the runtime, by cause."],
  isogate_start_timestamp_seconds: ["gauge", "When the server was started."],
  isogate_info: ["gauge", "The version."],
};

export class Metrics {
  readonly #counts = new Map<string, Map<string, number>>();

  count(name: keyof typeof kinds & string, labels: Labels, by = 1): void {
    this.#add(name, written(labels), by);
  }

  observe(name: keyof typeof kinds & string, labels: Labels, seconds: number): void {
    for (const bucket of buckets)
      this.#add(`${name}_bucket`, written({ ...labels, le: String(bucket) }), seconds <= bucket ? 1 : 0);
    this.#add(`${name}_bucket`, written({ ...labels, le: "+Inf" }), 1);
    this.#add(`${name}_sum`, written(labels), seconds);
    this.#add(`${name}_count`, written(labels), 1);
  }

  /** Counts an event of the log. */
  event(event: Attributes): void {
    const text = (name: string, otherwise = "none") => String(event[name] ?? otherwise);
    switch (event["event.name"]) {
      case "isogate.run": {
        const tool = text("gen_ai.tool.name");
        this.count("isogate_runs_total", { tool, outcome: text("error.type", "ok") });
        this.observe("isogate_run_duration_seconds", { tool }, Number(event["isogate.run.duration"] ?? 0));
        return;
      }
      case "isogate.request": {
        const api = text("isogate.api");
        const outcome = text("isogate.outcome");
        this.count("isogate_api_requests_total", {
          api,
          outcome,
          status: text("http.response.status_code"),
        });
        if (event["isogate.replayed"] === true) return;
        if (outcome === "answered")
          this.observe(
            "isogate_api_request_duration_seconds",
            { api },
            Number(event["http.client.request.duration"] ?? 0),
          );
        else if (event["error.type"] !== undefined)
          this.count("isogate_refusals_total", { api, reason: text("error.type") });
        return;
      }
      default:
        this.count("isogate_events_total", { event: text("event.name") });
    }
  }

  /** @param gauges values of this moment: name, labels, value */
  text(gauges: readonly (readonly [name: string, labels: Labels, value: number])[]): string {
    const now = new Map(this.#counts);
    for (const [name, labels, value] of gauges)
      now.set(name, new Map(now.get(name)).set(written(labels), value));
    const lines: string[] = [];
    for (const [family, [type, help]] of Object.entries(kinds)) {
      const names =
        type === "histogram" ? ["_bucket", "_sum", "_count"].map((end) => family + end) : [family];
      const series = names.flatMap((name) =>
        [...(now.get(name) ?? [])].map(([labels, value]) => `${name}${labels} ${value}`),
      );
      if (series.length > 0) lines.push(`# HELP ${family} ${help}`, `# TYPE ${family} ${type}`, ...series);
    }
    return `${lines.join("\n")}\n`;
  }

  #add(name: string, labels: string, by: number): void {
    const series = this.#counts.get(name) ?? new Map<string, number>();
    this.#counts.set(name, series.set(labels, (series.get(labels) ?? 0) + by));
  }
}

function written(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) =>
      `${name}="${value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"')}"`,
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}
