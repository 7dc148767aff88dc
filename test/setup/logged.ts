/** What the code under test is expected to log: caught, so that it is not on the screen, and held against the list. */
import { afterAll, afterEach, beforeEach, expect, vi } from "vitest";

/**
 * Catches a method of the console in every test of the file or block.
 * @param events names of all events that may be logged there; each has to be, once at least
 * @returns the lines of the test that runs
 */
export function expectLogged(method: "log" | "warn" | "error", events: string[]): string[] {
  const lines: string[] = [];
  const seen = new Set<string>();
  beforeEach(() => {
    lines.length = 0;
    const spy = vi.spyOn(console, method).mockImplementation((line) => void lines.push(String(line)));
    return () => spy.mockRestore();
  });
  afterEach(() => {
    const named = lines.map((line) => events.find((event) => line.includes(`":"${event}"`)) ?? line);
    for (const name of named) seen.add(name);
    expect([...new Set(named)].filter((name) => !events.includes(name))).toEqual([]);
  });
  afterAll(() => expect([...seen].toSorted()).toEqual(events.toSorted()));
  return lines;
}
