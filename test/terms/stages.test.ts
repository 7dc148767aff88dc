import { afterEach, expect, it, vi } from "vitest";
import { readStage, stages, stagesAreTold, tellStage, tellStages } from "../../src/terms/stages.ts";

afterEach(() => vi.restoreAllMocks());

it("are told only where it was asked for, and read back", () => {
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
  tellStage("arrived");
  expect(stagesAreTold()).toBe(false);
  tellStages();
  for (const stage of stages) tellStage(stage);
  expect(lines.map(readStage)).toEqual(stages);
  expect(stagesAreTold()).toBe(true);
  expect(readStage("isogate.stage never")).toBeUndefined();
});
