/**
 * Calls of what an isolate has besides the network: results, programs and files of the user. The host answers them without
 * waiting for anything outside, so nobody else would be served while many of them follow each other.
 */
import * as own from "./primordials.ts";

/** Of a run, of all kinds together. */
const maxCalls = 1_000;
/** After so many, others get their turn. */
const callsOfTurn = 4;

let calls = 0;

/** @returns makes calls one after the other @throws Error for one too many */
export function newLine(): <T>(call: () => Promise<T>) => Promise<T> {
  let before: Promise<unknown> | undefined;
  return <T>(call: () => Promise<T>): Promise<T> => {
    const mine = next(before, call);
    before = own.shielded(own.thenOf(mine, ignore, ignore) as Promise<unknown>);
    return own.shielded(mine);
  };
}

async function next<T>(before: Promise<unknown> | undefined, call: () => Promise<T>): Promise<T> {
  if (before) await own.shielded(before);
  calls += 1;
  if (calls > maxCalls)
    throw new own.NativeError(
      `A run asks at most ${own.formatNumber(maxCalls, "en")} times for results, programs and files together, and this one has. Keep what you got in variables.`,
    );
  if (calls % callsOfTurn === 0) await own.othersTurn();
  return own.shielded(call());
}

const ignore = () => {};
