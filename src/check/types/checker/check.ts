/**
 * Type-checks one program against the declarations of the operations it calls. Ends within a number of steps,
 * whatever the program is; what it cannot finish it says nothing about.
 */
import {
  bindSourceFile,
  budget,
  CheckBudgetExceeded,
  type Checker,
  createSourceFile,
  createTypeChecker,
} from "isogate:checker";
import library from "isogate:library";
import type * as ts from "ts-checker";
import { explain } from "./explain.ts";

export interface CheckInput {
  /** Declarations of what the program calls; see `declarationsOf`. */
  declarations: string;
  /** The program as TypeScript, without types of its own. */
  program: string;
  maxSteps: number;
}

export interface Suspicion {
  /** 1-based line of the program. */
  line: number;
  text: string;
}

export interface CheckOutput {
  suspicions: Suspicion[];
  /** Why there is no answer, if there is none. */
  gaveUp?: "steps" | "fault";
  detail?: string;
  steps: number;
}

/** Not strict: what may be undefined, and what has no type, is not said. */
const options: ts.CompilerOptions = {
  target: 11,
  module: 99,
  strict: false,
  noImplicitAny: false,
  allowJs: false,
  noLib: true,
  skipLibCheck: true,
  skipDefaultLibCheck: true,
  types: [],
};

/** Comments say nothing to the checker; the binder sets the parents. */
const parsing = { languageVersion: 11, jsDocParsingMode: 1 };

export const declarationsFile = "api.d.ts";

let lib: ts.SourceFile | undefined;

export function checkTypes({ declarations, program, maxSteps }: CheckInput): CheckOutput {
  budget.left = Number.POSITIVE_INFINITY;
  lib ??= parse("lib.d.ts", library);
  const files = [lib, parse(declarationsFile, declarations), parse("program.ts", program)];
  const own = files[2] as ts.SourceFile;
  budget.left = maxSteps;
  const output: CheckOutput = { suspicions: [], steps: 0 };
  try {
    const checker = createTypeChecker(hostOf(files));
    output.suspicions = explain(checker.getDiagnostics(own), own, checker);
  } catch (error) {
    if (!(error instanceof CheckBudgetExceeded || error instanceof RangeError))
      output.detail = error instanceof Error ? (error.stack ?? String(error)) : String(error);
    output.gaveUp = output.detail === undefined ? "steps" : "fault";
  }
  output.steps = maxSteps - budget.left;
  budget.left = Number.POSITIVE_INFINITY;
  return output;
}

/** Faults in declarations alone: there should be none. For tests. */
export function checkDeclarations(declarations: string): string[] {
  lib ??= parse("lib.d.ts", library);
  const file = parse(declarationsFile, declarations);
  const checker: Checker = createTypeChecker(hostOf([lib, file]));
  const faults = [...(file as ts.SourceFile & { parseDiagnostics: ts.Diagnostic[] }).parseDiagnostics];
  return [...faults, ...checker.getDiagnostics(file)].map(({ code, start, messageText }) => {
    const text = typeof messageText === "string" ? messageText : messageText.messageText;
    return `TS${code} ${text} near ${declarations.slice(start ?? 0, (start ?? 0) + 60)}`;
  });
}

function parse(name: string, text: string): ts.SourceFile {
  const file = createSourceFile(name, text, parsing, false, 3);
  // A program would have filled these in; nothing is imported here.
  Object.assign(file, { imports: [], moduleAugmentations: [], ambientModuleNames: [], referencedFiles: [] });
  bindSourceFile(file, options);
  return file;
}

/** The little that the checker asks of a program. */
function hostOf(files: ts.SourceFile[]): unknown {
  const known: Record<string, unknown> = {
    getCompilerOptions: () => options,
    getSourceFiles: () => files,
    getSourceFile: (name: string) => files.find(({ fileName }) => fileName === name),
    isSourceFileDefaultLibrary: (file: ts.SourceFile) => file === lib,
    getEmitModuleFormatOfFile: () => 99,
    getCurrentDirectory: () => "/",
    useCaseSensitiveFileNames: () => true,
    fileExists: () => false,
    redirectTargetsMap: new Map(),
  };
  return new Proxy(known, { get: (target, name) => target[name as string] ?? (() => undefined) });
}
