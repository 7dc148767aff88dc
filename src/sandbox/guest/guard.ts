/**
 * Ends code that runs on and on without ever letting go of the isolate. The program calls `tick` in every loop and
 * function (see src/check/guard.ts). Local workerd does not keep `cpuMs`, and one busy isolate there holds up all
 * others; on Cloudflare's platform the clock stands still while code runs, and the platform itself ends it.
 */
import * as own from "./primordials.ts";

/** The clock is not looked at more often than this many calls apart, so that hot loops stay fast. */
const maxCalls = 4096;

/** How far apart the looks at the clock shall be; loops that do much in one round are looked at more often. */
const lookMs = 20;

/** Timers only run when code lets go: by the last one it is known since when it has not. */
const beatMs = 100;

/** When code last let go of the isolate, as far as is known, and when the clock was last looked at. */
let busySince = 0;
let lookedAt = 0;

/**
 * Code has let go of the isolate: something came from outside. A timer alone would not tell, where others were busy for so
 * long that none ran. Never called for what may be answered inside, such as a `fetch` of a `data:` URL.
 */
export function letGo(): void {
  busySince = lookedAt = own.now();
}

/** Whether the isolate has been busy since then for so long that others should get their turn. */
export const isLong = (sinceMs: number): boolean => own.now() - sinceMs > beatMs;

export type Guard = ReturnType<typeof startGuard>;

/** @param busyMs how long code may run without waiting for anything outside */
export function startGuard(busyMs: number) {
  let expired = false;
  let callback: () => void = () => undefined;
  let calls = 0;
  let until = 16;
  letGo();
  const beat = own.setRepeating(letGo, beatMs);

  const look = (): void => {
    calls = 0;
    const now = own.now();
    const passed = now - lookedAt;
    lookedAt = now;
    if (passed > lookMs) until = until > 1 ? until / 2 : 1;
    else if (until < maxCalls) until *= 2;
    if (now - busySince <= busyMs) return;
    expired = true;
    callback();
  };

  return {
    tick(): void {
      if (!expired && ++calls >= until) look();
      if (expired) throw new own.NativeError("The run is over: the code took too long.");
    },
    expired: (): boolean => expired,
    /** Has `done` called once, when time is up. The code may still be catching what `tick` throws. */
    onExpire: (done: () => void): void => {
      callback = done;
    },
    stop: (): void => own.clearRepeating(beat),
  };
}
