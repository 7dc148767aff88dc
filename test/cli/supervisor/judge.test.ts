import { describe, expect, it } from "vitest";
import { type Look, judge, type Condition } from "../../../src/cli/supervisor/judge.ts";
import { limitsFrom, supervisorLimits } from "../../../src/cli/supervisor/limits.ts";
import { clockMs } from "../../../src/cli/supervisor/processes.ts";

const limits = {
  ...supervisorLimits,
  stuckCpuMs: 6_000,
  stuckWallMs: 20_000,
  maxMemoryBytes: 1_000,
  freshMemoryBytes: 400,
};
const well: Look = { alive: true, unansweredMs: 0, cpuMs: 0, memoryBytes: 500, busy: true };

const looks: { what: string; given: Partial<Look>; want: Condition }[] = [
  { what: "a server that answers", given: {}, want: "well" },
  {
    what: "one that spends its time without answering",
    given: { unansweredMs: 6_001, cpuMs: 6_001 },
    want: "stuck",
  },
  { what: "one that is just below", given: { unansweredMs: 6_000, cpuMs: 6_000 }, want: "well" },
  {
    what: "one that gets no processor on a busy machine",
    given: { unansweredMs: 60_000, cpuMs: 5_900 },
    want: "well",
  },
  { what: "one that stands in a debugger", given: { unansweredMs: 3_600_000, cpuMs: 10 }, want: "well" },
  { what: "a laptop that slept", given: { unansweredMs: 28_800_000, cpuMs: 300 }, want: "well" },
  {
    what: "threads that spend side by side",
    given: { unansweredMs: 3_000, cpuMs: 12_000 },
    want: "well",
  },
  { what: "one that has grown and is never idle", given: { memoryBytes: 751 }, want: "tired" },
  { what: "one that has grown less and is never idle", given: { memoryBytes: 750 }, want: "well" },
  { what: "one that is at its memory", given: { memoryBytes: 1_000 }, want: "tired" },
  {
    what: "one that is stuck, and has grown",
    given: { memoryBytes: 751, unansweredMs: 6_001, cpuMs: 6_001 },
    want: "stuck",
  },
  { what: "one that is over its memory", given: { memoryBytes: 1_001 }, want: "bloated" },
  { what: "one that has grown and is idle", given: { memoryBytes: 501, busy: false }, want: "worn" },
  { what: "one that has not grown much", given: { memoryBytes: 500, busy: false }, want: "well" },
  { what: "one that has ended", given: { alive: false, cpuMs: undefined }, want: "gone" },
  {
    what: "a system that tells nothing, within its time",
    given: { alive: undefined, cpuMs: undefined, memoryBytes: undefined, unansweredMs: 20_000 },
    want: "well",
  },
  {
    what: "a system that tells nothing, over its time",
    given: { alive: undefined, cpuMs: undefined, memoryBytes: undefined, unansweredMs: 20_001 },
    want: "stuck",
  },
];

describe("the supervisor's judgement", () => {
  it("takes no server for worn that has what it needs at the start", () => {
    const small = { ...limits, freshMemoryBytes: 600 };
    expect(judge({ ...well, memoryBytes: 600, busy: false }, small)).toBe("well");
    expect(judge({ ...well, memoryBytes: 601, busy: false }, small)).toBe("worn");
    expect(supervisorLimits.freshMemoryBytes).toBeLessThan(supervisorLimits.maxMemoryBytes * 0.75);
  });

  it.for(looks)("of $what is $want", ({ given, want }) => {
    expect(judge({ ...well, ...given }, limits)).toBe(want);
  });

  it("leaves a run the time that the loop guard gives it", async () => {
    const { runLimits } = await import("../../../src/sandbox/limits.ts");
    expect(supervisorLimits.stuckCpuMs).toBeGreaterThan(runLimits.execute.cpuMs);
  });

  it("takes other limits from the environment, and no nonsense", () => {
    expect(limitsFrom({ SUPERVISOR_STUCK_CPU_MS: "900" }).stuckCpuMs).toBe(900);
    expect(limitsFrom({})).toEqual(supervisorLimits);
    expect(() => limitsFrom({ SUPERVISOR_MAX_MEMORY_BYTES: "2 GB" })).toThrow(
      "SUPERVISOR_MAX_MEMORY_BYTES must be a positive number; it is 2 GB.",
    );
    const least = 240 * 2 ** 20;
    expect(limitsFrom({ SUPERVISOR_MAX_MEMORY_BYTES: `${least}` }).maxMemoryBytes).toBe(least);
    expect(() => limitsFrom({ SUPERVISOR_MAX_MEMORY_BYTES: `${least - 1}` })).toThrow(
      `SUPERVISOR_MAX_MEMORY_BYTES must be ${least} or more`,
    );
  });

  it.for([
    ["0:03.45", 3_450],
    ["00:01:02", 62_000],
    ["1-02:03:04", 93_784_000],
  ] as const)("reads %s, as ps prints time", ([text, ms]) => {
    expect(clockMs(text)).toBe(ms);
  });
});
