/** For tests of stores that do not answer: an API to ask about, the Worker with other bindings, and what nobody may read. */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, expect, vi } from "vitest";
import type { DeployedApi } from "../../src/terms/manifest.ts";
import worker from "../../src/index.ts";
import { deploy } from "../gateway/running.ts";
import { documentWith } from "../spec/catalog-of.ts";
import { failing } from "./failing.ts";

export const caller = { userId: "faults", clientId: "c", access: { test: ["read" as const] } };
let made = 0;

/** An API whose catalog nobody has read yet. */
export const fresh = (): Promise<DeployedApi> =>
  deploy({
    document: documentWith({ summary: `fault ${(made += 1)}` }),
    file: { server: "https://api.test" },
  });

export const bucket = (fails: (method: string, key: unknown) => boolean) => failing(env.CATALOGS, fails);
export const once = () => {
  let left = 1;
  return () => (left -= 1) >= 0;
};

export const request = (path: string) =>
  new Request(`http://localhost:8484${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} }),
  });
export const serve = (path: string, over: object) =>
  worker.fetch(request(path), { ...env, ...over }, createExecutionContext());

/** What a person or a model must not be shown. */
export function isClear(text: string): void {
  expect(text).not.toMatch(/injected|planted|\bat .*:\d+:\d+/);
}

/** What went wrong is logged, in words that each test of a promise about them reads itself. */
export function quietErrors(): void {
  beforeEach(() => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    return () => vi.restoreAllMocks();
  });
}
