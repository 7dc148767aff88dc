/** What a figure of the bench is, and how times are taken. */

/** One measured number with the bounds it is held against. */
export interface Figure {
  value: number;
  unit: string;
  /** The bound that has to hold, and the one to aim for; `null` if it has none. */
  must: number | null;
  aim: number | null;
  direction: "lower" | "higher";
}

export type Figures = Record<string, Figure>;

export type Say = (line: string) => void;

/** A part of the bench: measures, says what it sees, and returns its figures under their keys. */
export type Chapter = (say: Say) => Promise<Figures>;

export function lower(
  value: number,
  unit: string,
  must: number | null = null,
  aim: number | null = null,
): Figure {
  return { value, unit, must, aim, direction: "lower" };
}

export function higher(
  value: number,
  unit: string,
  must: number | null = null,
  aim: number | null = null,
): Figure {
  return { value, unit, must, aim, direction: "higher" };
}

/**
 * Between two calls, as a model takes seconds to think. What a server does after its answer (records, frees memory)
 * is then no part of the next call; it has figures of its own.
 */
const thinkingMs = 60;

/** Median of how long each task takes, in ms, tasks taken in turns so that a busy machine burdens all alike. */
export async function medianTimes<Name extends string>(
  tasks: Record<Name, () => Promise<unknown>>,
  rounds: number,
): Promise<Record<Name, number>> {
  const names = Object.keys(tasks) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  // The first round compiles, fills caches and opens connections: it is not counted.
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      await new Promise((resolve) => setTimeout(resolve, thinkingMs));
      const began = performance.now();
      await tasks[name]();
      if (round > 0) times[name].push(performance.now() - began);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times[name])])) as Record<Name, number>;
}

/**
 * How much longer one task takes than another, where that is little: each pair is taken within a moment, in both orders, so
 * that what burdens the machine for longer than that burdens both.
 * @returns the median of the ratios of the pairs, and its standard error
 */
export async function pairedRatio(
  one: () => Promise<unknown>,
  other: () => Promise<unknown>,
  pairs: number,
): Promise<{ ratio: number; error: number }> {
  const ratios: number[] = [];
  const timed = async (task: () => Promise<unknown>) => {
    await new Promise((resolve) => setTimeout(resolve, thinkingMs));
    const began = performance.now();
    await task();
    return performance.now() - began;
  };
  // As above, the first are not counted.
  for (let pair = -2; pair < pairs; pair += 1) {
    const isFirst = pair % 2 === 0;
    const before = isFirst ? 0 : await timed(other);
    const ours = await timed(one);
    const theirs = isFirst ? await timed(other) : before;
    if (pair >= 0) ratios.push(ours / theirs);
  }
  const sorted = ratios.toSorted((a, b) => a - b);
  const quartiles = sorted[Math.floor(pairs * 0.75)]! - sorted[Math.floor(pairs * 0.25)]!;
  // Of a median: 1.25 of the mean's, whose deviation the quartiles tell without the few that something else delayed.
  return { ratio: median(ratios), error: (1.25 * (quartiles / 1.35)) / Math.sqrt(pairs) };
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
