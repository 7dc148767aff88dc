/**
 * `each(items, fn, { atOnce })`: a function over many items, a few at a time. One that fails does not stop the others. An
 * API that answers 429 or 5xx is given time, and from then on fewer at once; nothing is sent again.
 */

export type Done = { item: unknown; value: unknown } | { item: unknown; error: unknown };

const usually = 5;
const most = 50;
/** The pause after the first failure of the API; twice as long after each further one in a row. */
const firstPauseMs = 250;
const longestPauseMs = 4_000;

/** @returns what became of each item, in the order of the items */
export async function each(
  items: Iterable<unknown>,
  fn: (item: unknown, index: number) => unknown,
  options: { atOnce?: number } = {},
): Promise<Done[]> {
  if (typeof fn !== "function" || typeof Object(items)[Symbol.iterator] !== "function")
    throw new TypeError(
      "each(items, fn, { atOnce = 5 }): items has to be a list and fn a function of one of them.",
    );
  const unknown = Object.keys(Object(options)).filter((name) => name !== "atOnce");
  if (unknown.length > 0)
    throw new TypeError(`each has no option ${unknown.join(", ")}: its option is atOnce.`);
  const list = [...items];
  const done: Done[] = [];
  let atOnce = Math.min(most, Math.max(1, Math.trunc(Number(options.atOnce ?? usually)) || 1));
  /** How often in a row it was slowed down, and how often at all. */
  let failed = 0;
  let slowed = 0;
  let waitUntil = 0;
  let next = 0;

  async function work(position: number): Promise<void> {
    while (next < list.length && position < atOnce) {
      const pauseMs = waitUntil - Date.now();
      if (pauseMs > 0) {
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        continue;
      }
      const index = next++;
      const item = list[index];
      const begun = slowed;
      try {
        const value = await fn(item, index);
        done[index] = { item, value };
        if (isStrained(value)) slowDown(value, begun);
        else failed = 0;
      } catch (error) {
        // What is read as `if (error)` has to be there.
        done[index] = { item, error: error ?? new Error(`The function threw ${String(error)}.`) };
        if (isStrained(error)) slowDown(error, begun);
      }
    }
  }

  /** @param begun how often it had been slowed down when the call began: calls that fail together count once */
  function slowDown(answer: unknown, begun: number): void {
    if (begun < slowed) return;
    slowed += 1;
    atOnce = Math.max(1, atOnce >> 1);
    const asked = 1_000 * Number((answer as { headers?: Record<string, string> }).headers?.["retry-after"]);
    const pauseMs = Math.min(longestPauseMs, asked > 0 ? asked : firstPauseMs * 2 ** failed);
    failed += 1;
    waitUntil = Math.max(waitUntil, Date.now() + pauseMs);
  }

  await Promise.all(Array.from({ length: atOnce }, (_, position) => work(position)));
  return done;
}

/** An answer, or the error that is made of one, of an API that has too much to do. */
function isStrained(answer: unknown): boolean {
  const { status } = Object(answer) as { status?: unknown };
  return typeof status === "number" && (status === 429 || status >= 500);
}
