/** `recall(runId)`: results of earlier runs, one after the other, and not without end: each is read and copied by the host. */
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
}

/** Of all results that a run reads. */
const maxChars = 100_000_000;

export function recaller(recall: Recall | undefined): (runId: unknown) => Promise<unknown> {
  let before: Promise<unknown> | undefined;
  let chars = 0;
  const next = async (
    what: "recall" | "cancel",
    runId: string,
    earlier: Promise<unknown> | undefined,
  ): Promise<string | null> => {
    if (earlier) await own.shielded(earlier);
    if (chars > maxChars)
      throw new own.NativeError(
        `A run reads at most ${maxChars / 1_000_000} million characters of earlier results, and this one has read ${chars}. ` +
          "Recall a result once, keep it in a variable, and return only what you need of it.",
      );
    const text = await recall![what](runId);
    chars += text?.length ?? 0;
    return text;
  };
  const ask = async (what: "recall" | "cancel", runId: unknown): Promise<unknown> => {
    if (!recall)
      throw new own.NativeError("recall is not available here: results of earlier runs are not kept.");
    if (typeof runId !== "string")
      throw new own.NativeTypeError("recall takes the runId of an earlier reply, as a text.");
    const mine = next(what, runId, before);
    before = own.shielded(own.thenOf(mine, ignore, ignore) as Promise<unknown>);
    const text = await own.shielded(mine);
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

const ignore = () => {};
