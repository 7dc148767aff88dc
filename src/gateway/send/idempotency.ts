/**
 * An `Idempotency-Key` for writes of operations that declare one, where the code sets none. The key comes from the
 * run, the request and how often the run has sent just that: sent again after a crash it is the same, and the
 * upstream does not do it twice; sent again on purpose it is another one.
 */
import { digest } from "../../terms/digest.ts";
import type { RunState } from "../run/run-state.ts";

const names = new Set(["idempotency-key", "x-idempotency-key"]);

/** The name of the header that an operation object declares for it, as the document spells it. */
export function idempotencyHeader(object: Record<string, unknown>): string | undefined {
  const parameters = object["parameters"];
  if (!Array.isArray(parameters)) return undefined;
  const found = parameters.find((parameter: Record<string, unknown>) => {
    return parameter["in"] === "header" && names.has(String(parameter["name"]).toLowerCase());
  }) as Record<string, unknown> | undefined;
  return found && String(found["name"]);
}

/** @returns 32 hex digits */
export function idempotencyKey(
  run: RunState,
  method: string,
  href: string,
  body: Uint8Array | undefined,
): string {
  const content = hashOf([method, href], body ?? new Uint8Array());
  const times = (run.writes.get(content) ?? 0) + 1;
  run.writes.set(content, times);
  return hashOf([run.runId, content, String(times)], new Uint8Array()).slice(0, 32);
}

function hashOf(texts: string[], bytes: Uint8Array): string {
  return digest(Buffer.concat([Buffer.from(`${texts.join("\n")}\n`, "utf8"), bytes]), "hex");
}
