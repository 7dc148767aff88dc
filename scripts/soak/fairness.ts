/**
 * How much slower one person is served while another hammers: both are measured in turns of the same run, so that
 * what else the machine does falls on both.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { callTool, type SoakClient } from "./people.ts";
import { percentile } from "./statistics.ts";

const rounds = 4;
const windowMs = 6_000;
/** Until the calls are through that everybody may make at once. */
const pauseMs = 3_000;
const hammerConnections = 20;
const everyMs = 150;
const code = `return (await api.get("/me")).data`;

export interface Fairness {
  aloneMs: number;
  hammeredMs: number;
  /** Median time of a call beside somebody who hammers, over the same alone. */
  ratio: number;
  /** Calls that the one who hammers got through, and those that were refused. */
  hammered: { served: number; refused: number };
}

export async function measureFairness(person: SoakClient, hammer: SoakClient): Promise<Fairness> {
  const alone: number[] = [];
  const beside: number[] = [];
  const hammered = { served: 0, refused: 0 };
  await watch(person, 2_000);
  for (let round = 0; round < rounds; round++) {
    alone.push(...(await watch(person, windowMs)));
    const stop = startHammer(hammer, hammered);
    await sleep(pauseMs);
    beside.push(...(await watch(person, windowMs)));
    await stop();
  }
  const [aloneMs, hammeredMs] = [percentile(alone, 0.5), percentile(beside, 0.5)];
  return { aloneMs, hammeredMs, ratio: hammeredMs / aloneMs, hammered };
}

/** A user at work: one call after the other, with pauses. */
async function watch(person: SoakClient, forMs: number): Promise<number[]> {
  const times: number[] = [];
  const ends = performance.now() + forMs;
  while (performance.now() < ends) {
    const { status, ms } = await callTool(person, "execute", code);
    if (status === 200) times.push(ms);
    await sleep(everyMs);
  }
  return times;
}

/** Many connections that call again at once, whatever the answer. */
function startHammer(hammer: SoakClient, count: Fairness["hammered"]): () => Promise<void> {
  const ending = new AbortController();
  const loops = Array.from({ length: hammerConnections }, async () => {
    while (!ending.signal.aborted) {
      const { status } = await callTool(hammer, "execute", code);
      if (status === 429) count.refused += 1;
      else count.served += 1;
    }
  });
  return async () => {
    ending.abort();
    await Promise.all(loops);
  };
}
