/**
 * Where the type checker runs: in a dynamic worker with a stable id, that is in one isolate for all runs, apart from
 * the one that holds catalogs and secrets, and without a way out. It is never given code to run, only to read.
 */
import checker from "../../../dist/checker.txt";
import type { CheckInput, CheckOutput } from "./checker/check.ts";
import type { TypeChecking } from "./suspect.ts";

/** The build writes a hash of what it is made of into its first line: another checker gets another isolate. */
const id = `isogate-checker-${/^\/\* ([0-9a-f]+) \*\//.exec(checker)?.[1] ?? "0"}`;

export function hostedChecker(loader: WorkerLoader): TypeChecking {
  return {
    check: async (input: CheckInput): Promise<CheckOutput> => {
      const worker = loader.get(id, () => ({
        compatibilityDate: "2026-11-01",
        mainModule: "checker.js",
        modules: { "checker.js": checker },
        globalOutbound: null,
        limits: { cpuMs: 2_000 },
      }));
      const entry = worker.getEntrypoint("TypeChecker") as unknown as TypeChecking;
      const output = await entry.check(input);
      // A fault of ours: the program is not told, the log is.
      if (output.gaveUp === "fault")
        console.error(
          JSON.stringify({ "event.name": "isogate.check.failed", "error.message": output.detail ?? "" }),
        );
      return output;
    },
  };
}
