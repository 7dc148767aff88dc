/**
 * What a run in the background lives through: sleeps, a server that is killed, another version that is deployed, an approval.
 * In the end the API must have got exactly the writes of one run, and its client the result.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { AtTheConsole } from "../../test/journey/fixture/at-the-console.ts";
import type { RestartableServer } from "../../test/journey/fixture/restartable-server.ts";
import type { Execute } from "../clients/driver.ts";

export interface Client {
  name: string;
  /** Resolves with the text that its model is given. */
  execute(call: Execute): Promise<string>;
}

export interface Staying {
  server: RestartableServer;
  person: AtTheConsole;
  clients: readonly Client[];
  /** How long each run takes by its own clock. */
  runMs: number;
  /** The build that is deployed in the middle. */
  next: string;
  say?(line: string): void;
}

/** Before the deployment. */
const rounds = 5;
const names = [...Array.from({ length: rounds }, (_, n) => `round-${n}`), "left", "right", "last"];

const codeOf = (mark: string, runMs: number) => `const begun = Date.now();
const zone = (await api.get("/zones")).data.items[0];
const path = { zone_id: zone.id };
const make = async (name) => (await api.post("/zones/{zone_id}/dns-records", { path, body: { type: "TXT", ttl: 300,
  name: "${mark}-" + name + "." + zone.name, content: [name, new Date().toISOString(), Math.random()].join(" ") } })).data;
const made = [];
for (let round = 0; round < ${rounds}; round += 1) {
  made.push(await make("round-" + round));
  await sleep(${runMs / 10});
}
made.push(...await Promise.all([make("left"), (async () => { await sleep(${runMs / 10}); return make("right"); })()]));
await api.delete("/zones/{zone_id}/dns-records/{record_id}", { path: { ...path, record_id: made[0].id } });
await until(begun + ${runMs});
made.push(await make("last"));
return { made: made.map(({ content }) => content), removed: made[0].id, tookMs: Date.now() - begun };`;

interface Progress {
  state?: string;
  link?: string;
}

/** @throws Error that says whose run was not what one run is */
export async function stay({ server, person, clients, runMs, next, say = () => {} }: Staying): Promise<void> {
  const begunAt = Date.now();
  const tell = (line: string) => say(`${((Date.now() - begunAt) / 1_000).toFixed(1).padStart(6)} s  ${line}`);
  const runs = await Promise.all(
    clients.map(async (client, n) => {
      const mark = `stays${n}-${Math.random().toString(36).slice(2, 8)}`;
      const reply = await client.execute({ code: codeOf(mark, runMs), background: true });
      const runId = /^Run (\w+) has begun/.exec(reply)?.[1];
      if (runId === undefined) throw new Error(`${client.name} began no run: ${reply}`);
      tell(`${client.name} has begun run ${runId}`);
      return { client, mark, runId };
    }),
  );
  const posts = (mark: string) =>
    server.arrived
      .filter(({ method, body }) => method === "POST" && body.includes(`"${mark}-`))
      .map(({ body }) => (JSON.parse(body) as { content: string }).content);
  const progressOf = async (runId: string) => {
    const { text } = await person.open(`/runs/${runId}/record`);
    return JSON.parse(text) as { outcome: string; progress?: Progress };
  };
  const each = async (what: string, is: (run: (typeof runs)[number]) => Promise<boolean>) => {
    for (const deadline = Date.now() + runMs + 120_000; ; await sleep(100)) {
      if ((await Promise.all(runs.map(is))).every(Boolean)) return tell(what);
      if (Date.now() > deadline) throw new Error(`It did not come to that: ${what}.`);
    }
  };

  // What is under way when a server ends may have taken effect, and is then for the user to settle (`npm run test:recovery`): it
  // ends while all sleep.
  const sleptAfter =
    (writes: number) =>
    async ({ mark, runId }: (typeof runs)[number]) =>
      posts(mark).length >= writes && (await progressOf(runId)).progress?.state === "sleeping";

  await each("all have written twice", sleptAfter(2));
  await server.crash();
  tell("the server was killed and started again");
  await each("all have written four times", sleptAfter(4));
  await server.deploy(next);
  tell("another version is deployed");
  await each("all wait for the user", async ({ runId }) => {
    const { progress, outcome } = await progressOf(runId);
    if (!progress) throw new Error(`Run ${runId} has ended: ${outcome}.`);
    return progress.state === "waiting";
  });
  if (server.deletions().length > 0) throw new Error("A deletion was sent that nobody had approved.");
  for (const { runId } of runs) {
    const { progress } = await progressOf(runId);
    await person.send(new URL(progress?.link ?? "").pathname, { do: "approve-listed" });
  }
  tell("the user has approved");
  await each("all have ended", async ({ runId }) => (await progressOf(runId)).progress === undefined);

  for (const { client, mark, runId } of runs) {
    const reply = await client.execute({ code: `return await recall("${runId}")` });
    const result = JSON.parse(reply.slice(reply.indexOf("\n\n"))) as {
      made: string[];
      removed: string;
      tookMs: number;
    };
    const same = (what: string, got: unknown, want: unknown) => {
      if (JSON.stringify(got) !== JSON.stringify(want))
        throw new Error(
          `${client.name}, run ${runId}: ${what} ${JSON.stringify(got)}, not ${JSON.stringify(want)}`,
        );
    };
    const sent = posts(mark);
    same(
      "wrote",
      sent.map((content) => content.split(" ")[0]),
      names,
    );
    same("returned", result.made, sent);
    same("removed", server.deletions().filter((path) => path.endsWith(result.removed)).length, 1);
    same("lasted long enough:", result.tookMs >= runMs, true);
    tell(
      `${client.name}: ${sent.length} records and one deletion, each sent once, in ${Math.round(result.tookMs / 1_000)} s by its clock`,
    );
  }
}
