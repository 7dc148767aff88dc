/** The figures of a soak, as text for a person and as `docs/soak.md`. Pure. */
import type { Fairness } from "./fairness.ts";
import { percentile, slope } from "./statistics.ts";
import type { Mark, Traffic } from "./traffic.ts";

export interface SoakReport {
  users: number;
  clients: number;
  machine: string;
  traffic: Traffic;
  fairness: Fairness | undefined;
}

/** Another may be slowed by a fifth at most. */
export const maxSlowdown = 1.2;

/** Sentences on what is not as it must be; none for a clean soak. */
export function faults({ traffic, fairness }: SoakReport): string[] {
  return [
    ...new Set(traffic.leaks),
    ...traffic.problems,
    ...(traffic.errors > traffic.problems.length
      ? [`and ${traffic.errors - traffic.problems.length} more errors`]
      : []),
    ...grown(traffic.marks),
    ...(fairness && fairness.ratio > maxSlowdown
      ? [
          `A heavy user slows another down ${fairness.ratio.toFixed(2)} times; at most ${maxSlowdown} is fine.`,
        ]
      : []),
  ];
}

/** What the process in front of the runtime holds after the first 10,000 calls, it may go on holding. */
const warmCalls = 10_000;
const maxGrowth = 1.25;

function grown(marks: readonly Mark[]): string[] {
  const [first, ...later] = marks.filter(({ calls, heldMb }) => calls >= warmCalls && heldMb !== undefined);
  const last = later.at(-1);
  if (!first?.heldMb || !last?.heldMb || last.heldMb <= first.heldMb * maxGrowth) return [];
  return [
    `The server held ${first.heldMb} MB after ${first.calls} calls, and ${last.heldMb} MB after ${last.calls}.`,
  ];
}

export function markLine({ calls, minutes, serverMb, heldMb, runtimeMb, replaced }: Mark): string {
  const mb = (value: number | undefined) => (value === undefined ? "–" : `${value} MB`);
  return `${count(calls)} calls, ${minutes} min: server ${mb(serverMb)}, of which it holds ${mb(heldMb)}, runtime ${mb(runtimeMb)}, replaced ${replaced} times`;
}

export function reportOf(report: SoakReport): string {
  const { users, clients, machine, traffic, fairness } = report;
  const all = [...traffic.times.values()].flat();
  const perMinute = slope(secondHalf(traffic.memory)) * 60;
  const rows = [
    ["time", `${(traffic.seconds / 60).toFixed(1)} min`],
    ["people, clients", `${users}, ${clients}`],
    ["answers", count(traffic.answers)],
    ["throughput", `${(traffic.answers / traffic.seconds).toFixed(1)} answers/s`],
    ["p50", `${percentile(all, 0.5).toFixed(0)} ms`],
    ["p99", `${percentile(all, 0.99).toFixed(0)} ms`],
    ["errors", count(traffic.errors)],
    ["told to wait (429)", count(traffic.refused)],
    ["answers with another user's mark, or a credential", count(traffic.leaks.length)],
    [
      "memory of the runtime, first and last minute",
      `${mean(traffic.memory.slice(0, 60))} MB, ${mean(traffic.memory.slice(-60))} MB`,
    ],
    ["its slope over the second half", `${perMinute.toFixed(2)} MB/min`],
  ];
  return [
    table(["figure", "value"], rows),
    table(
      ["what", "calls", "p50, ms", "p99, ms"],
      [...traffic.times].map(([name, times]) => [
        name,
        count(times.length),
        percentile(times, 0.5).toFixed(0),
        percentile(times, 0.99).toFixed(0),
      ]),
    ),
    ...(fairness ? [fairnessText(fairness)] : []),
    `Machine: ${machine}.`,
  ].join("\n\n");
}

export function documentOf(report: SoakReport, command: string): string {
  return `# Soak

Made by \`${command}\`; do not edit. Clients search and execute at the same time against the server as \`npm start\` runs it:
users with their own grants, credentials and logins, over OAuth, in both revisions of MCP. Each user's credential, data,
logs and kept results contain marks that name the user. Every answer, including its headers, is searched for the marks of
others and for any credential. The timings are from this machine, which also did other things; the ratio of the fairness
chapter is from one run. Memory: local workerd keeps some 50 KB of every isolate, even without any code of isogate; the
supervisor restarts it while it is idle (docs/design.md, 6). On Cloudflare the platform manages isolates.

${reportOf(report)}
`;
}

function fairnessText({ aloneMs, hammeredMs, ratio, hammered }: Fairness): string {
  return `Fairness: one user calls with pauses while another calls over 20 connections at once, again and again. Median
alone ${aloneMs.toFixed(1)} ms, beside the other ${hammeredMs.toFixed(1)} ms: ${ratio.toFixed(2)} times (at most ${maxSlowdown}).
The heavy user was served ${count(hammered.served)} times and told to wait ${count(hammered.refused)} times.`;
}

function secondHalf(points: Traffic["memory"]): Traffic["memory"] {
  return points.slice(Math.floor(points.length / 2));
}

function mean(points: Traffic["memory"]): string {
  return points.length === 0 ? "–" : (points.reduce((sum, { y }) => sum + y, 0) / points.length).toFixed(0);
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
