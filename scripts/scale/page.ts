/** docs/scale.md as text. Pure: what it says follows from the inputs and from the limits that the code has. */
import { budgets } from "../../src/terms/budgets.ts";
import { maxResultChars, runLimits } from "../../src/sandbox/limits.ts";
import { busiestRate, callsOf, costOf, hostsOf, inFlight, shareAbove, usageOf } from "./usage.ts";
import type { Metric, ScaleInputs } from "./usage.ts";

const names: Record<Metric, string> = {
  workerRequests: "requests (Worker and dynamic Workers)",
  cpuMs: "CPU ms",
  dynamicWorkers: "dynamic Workers loaded",
  durableObjectRequests: "Durable Object requests",
  durableObjectGbSeconds: "Durable Object GB-s",
  rowsRead: "rows read",
  rowsWritten: "rows written",
  storedGb: "GB stored in ledgers",
  kvReads: "KV reads",
  kvWrites: "KV writes",
  r2Reads: "R2 reads (class B)",
};

/** Memory of an isolate of Workers, and what isogate lets catalogs take of it (src/store/catalogs.ts), in MB. */
const isolateMb = 128;
const catalogsMb = 64;
const ownCodeMb = 16;
/** Result, its copy and the answer, two bytes a character. */
const callMb = (maxResultChars * 2 * 2) / 1_048_576;

export function scalePage(inputs: ScaleInputs): string {
  const { users, use, prices } = inputs;
  const metrics = Object.keys(names) as Metric[];
  const header = users.map((each) => `${count(each)} user${each === 1 ? "" : "s"}`);
  const row = (name: string, cells: string[]) => `| ${[name, ...cells].join(" | ")} |`;
  const table = (title: string, rows: string[]) =>
    [
      row(title, header),
      row(
        "---",
        users.map(() => "---:"),
      ),
      ...rows,
    ].join("\n");
  const used = users.map((each) => usageOf(each, inputs));
  const costs = used.map((usage) => metrics.map((metric) => costOf(usage[metric], prices[metric])));
  const totals = costs.map((each) => prices.base + sum(each));
  const room = Math.floor((isolateMb - catalogsMb - ownCodeMb) / callMb);
  const full = shareAbove(room, inputs.host.callsInFlightAnIsolate);
  return `# Scale

Written by \`npm run scale\` from the inputs at the top of \`scripts/scale/main.ts\`; a simulation on paper, not a measurement of
a deployment. What is assumed there is called assumed.

A person makes ${use.sessionsADay} sessions a day with ${use.callsASession} calls each, on ${use.daysAMonth} days a month; ${percent(use.executeShare)} of the calls are \`execute\`, with ${use.requestsAnExecute} requests each.

${table("a month", [
  row(
    "calls",
    users.map((each) => count(callsOf(each, inputs))),
  ),
  ...metrics.map((metric) =>
    row(
      names[metric],
      used.map((usage) => count(usage[metric])),
    ),
  ),
])}

${table("dollars a month", [
  row(
    "plan",
    users.map(() => money(prices.base)),
  ),
  ...metrics.map((metric, at) =>
    row(
      names[metric],
      costs.map((each) => money(each[at]!)),
    ),
  ),
  row(
    "**together**",
    totals.map((total) => `**${money(total)}**`),
  ),
  row(
    "a user",
    totals.map((total, at) => money(total / users[at]!)),
  ),
  row(
    "1,000 calls",
    totals.map((total, at) => money((total / callsOf(users[at]!, inputs)) * 1_000)),
  ),
])}

**What costs is the isolate.** Every call runs in a dynamic Worker of its own, made by \`LOADER.load\`, and each of those
is billed once (${money(prices.dynamicWorkers.price)}). Everything else together is ${percent(elseShare(costs, metrics))} of the bill at ${count(users.at(-1)!)} users. Sharing isolates between
calls would save nearly all of it, and is not done: code that a model wrote would meet what other code left behind. What
is done is to need fewer calls: a small API's signatures stand in the description, so that nothing has to be searched;
one run makes all steps of a task; \`recall\` gives an earlier result without fetching it again; the type
checker has a stable id and is billed once a day.

${table("the busiest hour", [
  row(
    "calls a second",
    users.map((each) => short(busiestRate(each, inputs))),
  ),
  row(
    "calls in flight",
    users.map((each) => short(inFlight(each, inputs))),
  ),
  row(
    "isolates of the Worker that are busy",
    users.map((each) => count(Math.ceil(hostsOf(each, inputs)))),
  ),
  row(
    "calls a second at one ledger",
    users.map(() => short(busiestRate(1, inputs))),
  ),
])}

## Where each limit bites

| limit | who meets it | what was done |
| --- | --- | --- |
| 4 dynamic Workers in flight for one request | nobody: a call uses two at most, its own and the type checker | one run to a call; the checker is shared |
| ${isolateMb} MB for an isolate | a deployment with many large APIs, and a busy host: with ${catalogsMb} MB of catalogs and ${ownCodeMb} MB of code, ${room} calls with the largest result fit at a time; at ${inputs.host.callsInFlightAnIsolate} calls in flight on average a moment has more in ${percent(full)} of the cases, if every result were of the largest size | catalogs are dropped beyond ${catalogsMb} MB; results end at ${count(maxResultChars)} characters; the body of a document goes only to code that looks into it; the type checker and the model's code have isolates of their own, with ${isolateMb} MB each |
| 32 MiB for an RPC value | no result: it is ${short((maxResultChars * 2) / 1_048_576)} MiB at most; catalogs are shipped as modules, not as RPC | limit on results, with a message that says what to return instead |
| CPU time of a call | code that computes: ${count(runLimits.execute.cpuMs)} ms at most for a run | limits on every load; enforced on Cloudflare, not by local workerd |
| 10,000 subrequests of a request | no run: ${budgets.requests.value} requests is the budget | the gateway counts, and says which budget was met |
| 6 connections at a time of one request | a run that sends more at once: the platform lets the others wait | the gateway's own line is ${budgets.inFlight.value} long; nothing waits on another request's promise, so that waiting never hangs |
| KV: a change is seen elsewhere after up to 60 s; one write a second to a key | a revoked grant may work for a minute at another place; two clients that refresh the same token at once | access tokens end by themselves; a refresh token that was just replaced is let through once more (workers-oauth-provider); what must be exact (approvals, single use) is in the ledger, not in KV |
| one Durable Object is one thread, about 1,000 requests a second | no user: ${short(busiestRate(1, inputs))} calls a second in the busiest hour | a ledger for each user, nothing shared between users |
| the same, for what all users share: the shapes of an API's answers | ${short(hostsOf(users.at(-1)!, inputs) / inputs.host.shapesSeconds)} reads a second of one object at ${count(users.at(-1)!)} users | each isolate keeps what it read for ${inputs.host.shapesSeconds} s, in the background; only what is new is written |
| 10 GB for a Durable Object | no user: 1 GB and 90 days, then the oldest runs go | limits in docs/storage.md |
| R2: the manifest is one object | at ${count(users.at(-1)!)} users ${short(used.at(-1)!.r2Reads / (use.daysAMonth * 8 * 3_600))} reads a second of it | each isolate keeps it for ${inputs.host.manifestSeconds} s; catalogs never change and are kept |
| size of the Worker: 10 MB compressed | the build says how much is left (\`npm run deploy -- --dry-run\`) | the type checker is data, not code of the Worker |
`;
}

/** Share of the largest bill that is not for loading dynamic Workers. */
function elseShare(costs: number[][], metrics: Metric[]): number {
  const last = costs.at(-1)!;
  return 1 - last[metrics.indexOf("dynamicWorkers")]! / sum(last);
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

function short(value: number): string {
  return value >= 100 ? count(value) : value.toPrecision(2);
}

function money(value: number): string {
  if (value === 0) return "$0";
  return value >= 100 ? `$${count(value)}` : `$${value.toFixed(value < 1 ? 3 : 2)}`;
}

function percent(share: number): string {
  return `${(share * 100).toPrecision(2)} %`;
}
