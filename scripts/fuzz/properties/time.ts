/**
 * What the host does with hostile input ends in time, whatever the input is. Measured in processor time, with room for a
 * busy machine.
 */
import * as fc from "fast-check";
import { readCode } from "../../../src/check/read-code.ts";
import { redactorFor } from "../../../src/gateway/send/redact.ts";
import { shapes } from "./code-shapes.ts";

/** A tenth of the longest code that is accepted, in characters: a turn of the fuzzer has hundreds. */
const maxChars = 12 * 1024;
/** Several times what is promised for an idle machine: fuzzing runs beside other work. */
const codeMs = 150;
const megabyteMs = 500;

/** Processor time in milliseconds: the better of two, because the first one compiles. */
function timeOf(work: () => unknown): number {
  const once = () => {
    const before = process.threadCpuUsage();
    work();
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1_000;
  };
  return Math.min(once(), once());
}

const api = [{ name: "demo" }];

export const everyCodeIsReadInTime = fc.property(
  fc.constantFrom(...shapes.keys()),
  fc.constantFrom(...shapes.keys()),
  (one, other) => {
    const half = (name: string) => shapes.get(name)?.(maxChars / 2) ?? "";
    const code = `${half(one)}\n${half(other)}`.slice(0, maxChars);
    const ms = timeOf(() => readCode(code, api));
    if (ms > codeMs) throw new Error(`${one} and ${other} take ${ms} ms`);
  },
);

const escaped = (secret: string) =>
  [...secret].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");

export const everyAnswerIsRedactedInTime = fc.property(
  fc.string({ unit: fc.constantFrom(..."aB3+/\\%&"), minLength: 8, maxLength: 200 }),
  fc.array(fc.tuple(fc.nat(3), fc.nat(1_200)), { minLength: 1, maxLength: 8 }),
  fc.string({ unit: "binary", maxLength: 20 }),
  (secret, cuts, between) => {
    const forms = [secret, escaped(secret), encodeURIComponent(secret), "\\"];
    const piece = cuts.map(([form, length]) => forms[form]?.slice(0, length) + between).join("");
    const bytes = Buffer.alloc(128 * 1024, piece === "" ? "\\" : piece);
    const redactor = redactorFor([secret]);
    const ms = timeOf(() => redactor?.bytes(bytes));
    if (ms > megabyteMs / 8 + 20) throw new Error(`${bytes.length} bytes take ${ms} ms`);
  },
);
