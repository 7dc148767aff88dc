/** Clients that work at the same time for a while; every answer is checked for what it must and must not contain. */
import { setTimeout as sleep } from "node:timers/promises";
import type { SoakEnvironment } from "./environment.ts";
import { leaksIn } from "./marks.ts";
import { callTool, type Answered, type SoakClient } from "./people.ts";
import { steps, type Situation } from "./steps.ts";

/** Between two calls of one client, on average: a model thinks for longer. Where calls are counted, nobody thinks. */
const thinkMs = 1_000;
/** There, only every tenth call is one of the long ones: it is about how many runs there have been. */
const longEvery = 10;
const short = steps.find(({ name }) => name === "keep")!;
/** How often memory is noted where calls are counted. */
const callsOfMark = 5_000;
/** Different problems that are kept in words; the rest is counted. */
const maxProblems = 20;
const sampleMs = 1_000;
/** No access token ends sooner. */
const shortestLifeMs = 60_000;

/** With what the network said, which `fetch` gives as a cause. */
const reasonOf = (error: unknown): string =>
  error instanceof Error
    ? error.message + (error.cause === undefined ? "" : `: ${reasonOf(error.cause)}`)
    : String(error);

export interface Traffic {
  seconds: number;
  /** Milliseconds of each call, by step. */
  times: Map<string, number[]>;
  answers: number;
  /** Answers with status 429: each client waits as it is told. */
  refused: number;
  problems: string[];
  errors: number;
  leaks: string[];
  /** Resident memory of the runtime in MB, by seconds since the start. */
  memory: { x: number; y: number }[];
  /** The state of things after every 5,000 calls, where calls are counted. */
  marks: Mark[];
}

export interface Mark {
  calls: number;
  minutes: number;
  /** Resident megabytes. */
  serverMb: number | undefined;
  /** What of it the process holds: its heap after a collection. */
  heldMb: number | undefined;
  runtimeMb: number | undefined;
  /** Runtimes that had grown and were replaced. */
  replaced: number;
}

/** How much traffic: for a while as people make it, or so many calls as fast as they are answered. */
export type Amount = { seconds: number } | { calls: number; note(mark: Mark): void };

export async function runTraffic(
  { clients, memory, held, restarts, replaced }: SoakEnvironment,
  amount: Amount,
): Promise<Traffic> {
  const traffic: Traffic = {
    seconds: 0,
    times: new Map(),
    answers: 0,
    refused: 0,
    problems: [],
    errors: 0,
    leaks: [],
    memory: [],
    marks: [],
  };
  const began = performance.now();
  const isOver = () =>
    "calls" in amount ? traffic.answers >= amount.calls : performance.now() >= began + amount.seconds * 1_000;
  const pauseMs = "calls" in amount ? 0 : thinkMs;
  const kept = new Map<number, string>();

  const stepOf = (round: number) => {
    if (!("calls" in amount)) return steps[round % steps.length]!;
    return round % longEvery === 0 ? steps[(round / longEvery) % steps.length]! : short;
  };
  const noteProblem = (sentence: string) => {
    traffic.errors += 1;
    if (traffic.problems.length < maxProblems) traffic.problems.push(sentence);
  };

  async function work(client: SoakClient, at: number): Promise<void> {
    const { person } = client;
    await sleep((at / clients.length) * pauseMs);
    let renewedAt = began;
    for (let round = at; !isOver(); round += 1) {
      const step = stepOf(round);
      const others = [...kept].filter(([user]) => user !== person.user);
      const situation: Situation = {
        person,
        own: kept.get(person.user),
        foreign: others[round % Math.max(1, others.length)]?.[1],
        other: (person.user + 1) % Math.max(2, clients.length),
      };
      let answered: Answered;
      try {
        answered = await callTool(client, step.tool, step.code(situation));
      } catch (error) {
        noteProblem(`${step.name}: no answer: ${reasonOf(error)}`);
        continue;
      }
      // Its hour is over. A new token that is refused, too, is a fault.
      if (answered.status === 401 && performance.now() - renewedAt > shortestLifeMs) {
        renewedAt = performance.now();
        await client.renew().catch((error: unknown) => noteProblem(`no new token: ${reasonOf(error)}`));
        continue;
      }
      traffic.answers += 1;
      if ("calls" in amount && traffic.answers % callsOfMark === 0)
        await mark(traffic.answers).then(amount.note);
      traffic.leaks.push(...leaksIn(answered.text, person.user));
      if (answered.status === 429) {
        traffic.refused += 1;
        await sleep(Number(answered.retryAfter ?? 1) * 1_000);
        continue;
      }
      const list = traffic.times.get(step.name) ?? [];
      list.push(answered.ms);
      traffic.times.set(step.name, list);
      const { result } = answered;
      const problem = result
        ? step.problem(result, situation)
        : `status ${answered.status}: ${answered.text.slice(0, 300)}`;
      if (problem !== undefined) noteProblem(`${step.name} of user ${person.user}: ${problem}`);
      const runId = result?.structuredContent?.runId;
      // Its record is written after the answer: it is asked for in a later round.
      if (step.name === "keep" && runId !== undefined) setTimeout(() => kept.set(person.user, runId), 2_000);
      await sleep(pauseMs * (0.5 + Math.random()));
    }
  }

  async function sample(): Promise<void> {
    for (; !isOver(); await sleep(sampleMs)) {
      const { runtime } = await memory();
      if (runtime !== undefined)
        traffic.memory.push({ x: (performance.now() - began) / 1_000, y: runtime / 2 ** 20 });
    }
  }

  async function mark(calls: number): Promise<Mark> {
    const { runtime, server } = await memory();
    const megabytes = (bytes: number | undefined) => bytes && Math.round(bytes / 2 ** 20);
    const made = {
      calls,
      minutes: Math.round((performance.now() - began) / 6_000) / 10,
      serverMb: megabytes(server),
      heldMb: megabytes(await held?.()),
      runtimeMb: megabytes(runtime),
      replaced: replaced(),
    };
    traffic.marks.push(made);
    return made;
  }

  await Promise.all([...clients.map(work), sample()]);
  traffic.seconds = (performance.now() - began) / 1_000;
  for (const restart of restarts) noteProblem(restart);
  return traffic;
}
