/** What is known of a client that waits: news every few seconds, and whether it has given up. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startProgress } from "../../src/mcp/progress.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const server = (token?: string) => {
  const giveUp = new AbortController();
  const notify = vi.fn(async () => {});
  const mcpReq = {
    signal: giveUp.signal,
    notify,
    ...(token !== undefined && { _meta: { progressToken: token } }),
  };
  return { given: { mcpReq } as never, giveUp, notify };
};

it.each([undefined, "token"])("a client that said so is gone, with the token %s", (token) => {
  const { given, giveUp } = server(token);
  const progress = startProgress(given);
  expect(progress.isGone()).toBe(false);
  giveUp.abort();
  expect(progress.isGone()).toBe(true);
  progress.stop();
});

it.each([
  [54_999, false],
  [55_001, true],
])("after %i ms it has likely given up: %s", (ms, gone) => {
  const progress = startProgress(server().given);
  vi.advanceTimersByTime(ms);
  expect(progress.isGone()).toBe(gone);
});

it("hears every three seconds, and at once when something changes", () => {
  const { given, notify } = server("token");
  const progress = startProgress(given);
  vi.advanceTimersByTime(6_600);
  const silent = notify.mock.calls.length;
  expect(silent).toBe(3);
  progress.now(() => "1 request done");
  vi.advanceTimersByTime(600);
  expect(notify.mock.calls.length).toBe(silent + 1);
  progress.stop();
  vi.advanceTimersByTime(10_000);
  expect(notify.mock.calls.length).toBe(silent + 1);
});
