/**
 * An `Idempotency-Key` for writes of operations that declare one, unless the code sets it. The key follows from the
 * run, the request, and how often the run has sent that request: a repetition after a crash has the same key, so the
 * upstream does not act twice; a repetition on purpose has another.
 */
import type { OperationObject } from "../../spec/openapi.ts";
import type { Access } from "../../terms/api-file.ts";
import { digest } from "../../terms/digest.ts";
import { parametersOf, type Parameter } from "../../spec/read/required.ts";
import type { RunState } from "../run/run-state.ts";

const names = new Set(["idempotency-key", "x-idempotency-key"]);

/** The name of the header that an operation object declares for the key, as the document spells it. */
export function idempotencyHeader(object: OperationObject, access: Access): string | undefined {
  if (access === "read") return undefined;
  const isKey = ({ in: place, name }: Parameter) => place === "header" && names.has(name.toLowerCase());
  return parametersOf(object).find(isKey)?.name;
}

/**
 * @param step of a lasting run, which sends only a part of its writes in each slice
 * @returns 32 hex digits
 */
export function idempotencyKey(
  run: RunState,
  method: string,
  href: string,
  body: Uint8Array | undefined,
  step?: number,
): string {
  const content = hashOf([method, href], body);
  if (run.journal) return hashOf([run.journal.runId, content, `step ${step}`]).slice(0, 32);
  const times = (run.writes.get(content) ?? 0) + 1;
  run.writes.set(content, times);
  return hashOf([run.runId, content, String(times)]).slice(0, 32);
}

function hashOf(texts: string[], bytes: Uint8Array = new Uint8Array()): string {
  return digest(Buffer.concat([Buffer.from(`${texts.join("\n")}\n`, "utf8"), bytes]), "hex");
}
