import type { ParseResult } from "./program.ts";
export function parseProgram(_code: unknown): ParseResult {
  throw new Error("not written yet");
}
