/** Clients that work at the same time for a while; every answer is checked for what it must and must not contain. */
import { setTimeout as sleep } from "node:timers/promises";
import { usageOf } from "../../src/cli/supervisor/processes.ts";
import type { SoakEnvironment } from "./environment.ts";
import { leaksIn } from "./marks.ts";
import { callTool, type Answered, type SoakClient } from "./people.ts";
import { steps, type Situation } from "./steps.ts";

/** Between two calls of one client, on average: a model thinks for longer. */
const thinkMs = 1_000;
/** Different problems that are kept in words; the rest is counted. */
const maxProblems = 20;
const sampleMs = 1_000;

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
}

export async function runTraffic(
  { clients, server, restarts }: SoakEnvironment,
  seconds: number,
): Promise<Traffic> {
  const traffic: Traffic = {
    seconds,
    times: new Map(),
    answers: 0,
    refused: 0,
    problems: [],
    errors: 0,
    leaks: [],
    memory: [],
  };
  const began = performance.now();
  const ends = began + seconds * 1_000;
  const kept = new Map<number, string>();

  const noteProblem = (sentence: string) => {
    traffic.errors += 1;
    if (traffic.problems.length < maxProblems) traffic.problems.push(sentence);
  };

  async function work(client: SoakClient, at: number): Promise<void> {
    const { person } = client;
    await sleep((at / clients.length) * thinkMs);
    for (let round = at; performance.now() < ends; round += 1) {
      const step = steps[round % steps.length]!;
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
        noteProblem(`${step.name}: no answer: ${error instanceof Error ? error.message : String(error)}`);
        continue;
      }
      traffic.answers += 1;
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
      await sleep(thinkMs * (0.5 + Math.random()));
    }
  }

  async function sample(): Promise<void> {
    for (; performance.now() < ends; await sleep(sampleMs)) {
      const pid = server.runtime();
      const usage = pid === undefined ? undefined : await usageOf(pid);
      if (usage && usage !== "gone")
        traffic.memory.push({ x: (performance.now() - began) / 1_000, y: usage.memoryBytes / 2 ** 20 });
    }
  }

  await Promise.all([...clients.map(work), sample()]);
  traffic.seconds = (performance.now() - began) / 1_000;
  for (const restart of restarts) noteProblem(restart);
  return traffic;
}
