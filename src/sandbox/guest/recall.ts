/**
 * `recall(runId)`: results of earlier runs, one after the other, and not without end: each is read and copied by the host.
 * `run(name, input)`: a run of a kept program.
 */
import { maxInputChars } from "../limits.ts";
import { newLine } from "./in-line.ts";
import { writeJson } from "./json-writer.ts";
import * as own from "./primordials.ts";

/** A binding of the isolate: results of earlier runs of the same user. */
export interface Recall {
  /**
   * The JSON text of the full result, or of how far a run in the background is; or null if no result of that run is kept.
   * @throws how a run in the background ended that did not end well
   */
  recall(runId: string): Promise<string | null>;
  /** @returns the JSON text of whether there was a run in the background to end */
  cancel(runId: string): Promise<string>;
  /**
   * Begins a run of a kept program.
   * @param input JSON text @param time the how-manieth call with this name and input
   * @returns its run id
   * @throws why it was not begun
   */
  run(name: string, input: string | undefined, time: number): Promise<string>;
}

/** More than any run's id has. */
const maxIdChars = 100;

/** Of all results that a run reads. */
const maxChars = 100_000_000;

export function recaller(recall: Recall | undefined): (runId: unknown) => Promise<unknown> {
  const inLine = newLine();
  let chars = 0;
  const next = async (what: "recall" | "cancel", runId: string): Promise<string | null> => {
    if (chars > maxChars)
      throw new own.NativeError(
        `A run reads at most ${maxChars / 1_000_000} million characters of earlier results, and this one has read ${chars}. ` +
          "Recall a result once, keep it in a variable, and return only what you need of it.",
      );
    if (runId.length > maxIdChars) return null;
    const text = await recall![what](runId);
    chars += text?.length ?? 0;
    return text;
  };
  const ask = async (what: "recall" | "cancel", runId: unknown): Promise<unknown> => {
    if (!recall)
      throw new own.NativeError("recall is not available here: results of earlier runs are not kept.");
    if (typeof runId !== "string")
      throw new own.NativeTypeError("recall takes the runId of an earlier reply, as a text.");
    const text = await inLine(() => next(what, runId));
    if (text === null)
      throw new own.NativeError(
        `There is no result of a run ${own.quote(own.sliceText(runId, 0, 100))} (any more): run it again.`,
      );
    return own.parseJson(text) as unknown;
  };
  return (runId) => {
    let isCanceled = false;
    const recalled = (async () => {
      // `recall(id).cancel()` does not wait for the run first.
      await undefined;
      return isCanceled ? new own.NativePromise(ignore) : ask("recall", runId);
    })();
    const cancel = () => {
      isCanceled = true;
      return ask("cancel", runId);
    };
    own.defineProperty(recalled, "cancel", { __proto__: null, value: cancel } as PropertyDescriptor);
    return recalled;
  };
}

/** `run(name, input)`: begins a kept program, and gives what `recall` gives of its run. */
export function runner(recall: Recall | undefined): (name: unknown, input?: unknown) => Promise<unknown> {
  const recalled = recaller(recall);
  const inLine = newLine();
  const times = own.newMap<string, number>();
  return async (name, input) => {
    if (!recall) throw new own.NativeError("run is not available here: no programs are kept.");
    if (typeof name !== "string")
      throw new own.NativeTypeError("run takes the name of a kept program, as a text.");
    const text = input === undefined ? undefined : writeJson(input, { maxChars: maxInputChars + 1 });
    if (text !== undefined && text.length > maxInputChars)
      throw new own.NativeError(
        `The input of a program has at most ${own.formatNumber(maxInputChars, "en")} characters of JSON: let the program read what it needs.`,
      );
    const same = `${name}\n${text ?? ""}`;
    const time = ((own.mapGet(times, same) as number | undefined) ?? 0) + 1;
    own.mapSet(times, same, time);
    return recalled(await inLine(async () => recall.run(name, text, time)));
  };
}

const ignore = () => {};
