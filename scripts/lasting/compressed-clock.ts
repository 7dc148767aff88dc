/**
 * In front of a built Worker: the time that nobody needs passes sixty times as fast. While code runs the clock is the real
 * one. When the ledger waits for a time, it is woken early, and then the clock is put forward to that time. It is kept beside
 * the ledger, so that it does not go back when the server is started again.
 */
// @ts-expect-error -- the built Worker that this file is put beside
import { Ledger as Built } from "./index.js";

interface Context {
  storage: {
    setAlarm(at: number): Promise<void>;
    kv: { get(key: string): number | undefined; put(key: string, value: number): void };
  };
}

const factor = 60;
/** Shorter waits watch over code that runs; longer ones are for a person, or for tidying up. */
const passes = (waitMs: number) => waitMs > 10_000 && waitMs < 20 * 60_000;

const realNow = Date.now.bind(Date);
let aheadMs = 0;
Date.now = () => realNow() + aheadMs;

export class Ledger extends (Built as new (
  context: Context,
  env: unknown,
) => {
  alarm(): Promise<void>;
}) {
  readonly #passed: () => void;

  constructor(context: Context, env: unknown) {
    const { storage } = context;
    aheadMs = Math.max(aheadMs, storage.kv.get("aheadMs") ?? 0);
    let wakesAt = 0;
    const setAlarm = storage.setAlarm.bind(storage);
    storage.setAlarm = (at) => {
      const waitMs = at - Date.now();
      wakesAt = passes(waitMs) ? at : 0;
      return setAlarm(realNow() + (passes(waitMs) ? waitMs / factor : Math.max(0, waitMs)));
    };
    super(context, env);
    this.#passed = () => {
      if (wakesAt <= Date.now()) return;
      aheadMs += wakesAt - Date.now();
      storage.kv.put("aheadMs", aheadMs);
    };
  }

  override async alarm(): Promise<void> {
    this.#passed();
    await super.alarm();
  }
}

// @ts-expect-error -- as above
export * from "./index.js";
// @ts-expect-error -- as above
export { default } from "./index.js";
