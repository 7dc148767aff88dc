/**
 * `--open`: no login at all, for a server that only this machine can reach. Everything is allowed to whoever asks, so
 * it works on loopback only; the check of Origin before it keeps web pages out.
 */
import { Access } from "../terms/api-file.ts";
import type { Caller } from "../terms/caller.ts";

export function openCaller(apis: readonly string[]): Caller {
  return {
    userId: "local",
    clientId: "open",
    access: Object.fromEntries(apis.map((api) => [api, [...Access.options]])),
  };
}
