/** `npm run soak`: many clients of many people at work for a while, with figures, and a check of every answer. */
import { writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { begunByServe, begunHere, prepareSoak } from "./environment.ts";
import { measureFairness } from "./fairness.ts";
import { documentOf, faults, markLine, reportOf } from "./report.ts";
import { runTraffic, type Mark } from "./traffic.ts";
import { commandLine } from "../../src/cli/command-line.ts";

const help = `npm run soak -- [options]

Clients search and execute at the same time. Prints throughput, times, errors and memory; exits with 1 if anything was wrong.

  --minutes <number>   duration (default: 1)
  --calls <number>     so many calls instead, as fast as they are answered; prints memory after every 5,000
  --serve              against isogate serve in a process of its own, as a service manager runs it
  --clients <number>   number of clients (default: 50)
  --users <number>     number of users (default: 10)
  --no-fairness        skips the chapter in which one user floods the server (about a minute)
  --write              writes the figures to docs/soak.md
  --help`;

const { values } = commandLine("npm run soak", help, {
  allowNegative: true,
  options: {
    minutes: { type: "string", default: "1" },
    calls: { type: "string" },
    serve: { type: "boolean", default: false },
    clients: { type: "string", default: "50" },
    users: { type: "string", default: "10" },
    fairness: { type: "boolean", default: true },
    write: { type: "boolean", default: false },
  },
});

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const minutes = positive("minutes");
  const calls = values.calls === undefined ? undefined : Math.round(positive("calls"));
  const clients = Math.round(positive("clients"));
  const users = Math.min(clients, Math.round(positive("users")));
  if (users < 2) throw new Error("--users needs at least 2: the soak looks for data of one user at another.");
  console.log(`Starting the server and logging in ${clients} clients of ${users} people …`);
  const environment = await prepareSoak(users, clients, values.serve ? begunByServe : begunHere);
  try {
    console.log(`At work for ${calls === undefined ? `${minutes} min` : `${calls} calls`} …`);
    const amount =
      calls === undefined
        ? { seconds: minutes * 60 }
        : { calls, note: (mark: Mark) => console.log(markLine(mark)) };
    const traffic = await runTraffic(environment, amount);
    const [person, hammer] = environment.clients;
    const fairness = values.fairness ? await measureFairness(person!, hammer!) : undefined;
    const machine = `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}`;
    const report = { users, clients, machine, traffic, fairness };
    console.log(`\n${reportOf(report)}\n`);
    const wrong = faults(report);
    for (const sentence of wrong) console.error(`✘ ${sentence}`);
    if (wrong.length > 0) process.exitCode = 1;
    else console.log("Nothing was wrong.");
    if (values.write) {
      const command = `npm run soak -- --minutes ${minutes} --write`;
      const path = join(import.meta.dirname, "../../docs/soak.md");
      const style = { ...(await resolveConfig(path)), parser: "markdown" };
      await writeFile(path, await format(documentOf(report, command), style));
    }
  } finally {
    await environment.stop();
  }
}

function positive(name: "minutes" | "calls" | "clients" | "users"): number {
  const value = Number(values[name]);
  if (!(value > 0)) throw new Error(`--${name} must be a positive number; it is ${values[name]}.`);
  return value;
}
