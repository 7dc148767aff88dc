/** What the type checker has to say of a program, in sentences. Never throws and never takes long. */
import type { AnyNode } from "acorn";
import type { Called } from "../examine.ts";
import type { Program } from "../../terms/program.ts";
import type { CheckInput, CheckOutput } from "./checker/check.ts";
import { commonDeclarations, declarationOf } from "./declarations.ts";
import { lineOffset, typedProgram } from "./typed-program.ts";

/** The checker, wherever it runs. */
export interface TypeChecking {
  check(input: CheckInput): Promise<CheckOutput>;
}

/** Longer code is not checked: it is data, or there to keep the checker busy. */
const maxProgramChars = 40_000;
const maxDeclarationChars = 200_000;
const maxOperations = 40;

/** Some two hundred times what usual code needs; about half a second of work. */
const maxSteps = 400_000;

/** For the checker's first start on a busy machine; what comes later is not waited for. */
const maxWaitMs = 2_000;

/** @returns sentences; none if there is nothing to say, or nothing can be said */
export async function suspicionsOf(
  program: Pick<Program, "tree" | "source">,
  called: readonly Called[],
  checker: TypeChecking,
): Promise<string[]> {
  const input = checkInput(program, called);
  if (!input) return [];
  try {
    const output = await withinMs(maxWaitMs, checker.check(input));
    return (output?.suspicions ?? []).map(({ line, text }) => `line ${line - lineOffset}: ${text}`);
  } catch {
    return [];
  }
}

/** What is sent to the checker; undefined for a program that calls nothing, or too much. */
export function checkInput(
  { tree, source }: Pick<Program, "tree" | "source">,
  called: readonly Called[],
): CheckInput | undefined {
  if (called.length === 0 || source.length > maxProgramChars) return undefined;
  const numbers = new Map<object, number>();
  const types = new Map<AnyNode, string>();
  const declarations = [commonDeclarations];
  for (const { node, catalog, operation, pages, seen } of called) {
    let number = numbers.get(operation);
    if (number === undefined) {
      if (numbers.size >= maxOperations) return undefined;
      number = numbers.size;
      numbers.set(operation, number);
      declarations.push(declarationOf({ catalog, operation, seen }, number));
    }
    const type = `${pages ? "$Pages" : "$Op"}${number}`;
    // A call that means several operations has no one type.
    types.set(node, types.has(node) && types.get(node) !== type ? "any" : type);
  }
  const text = declarations.join("");
  if (text.length > maxDeclarationChars) return undefined;
  return { declarations: text, program: typedProgram(tree, source, types), maxSteps };
}

async function withinMs<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
