/** What a task of the evaluation is: a user's words, programs as a model wrote them, and how its outcome is known. */
import type { UpstreamName, Upstreams } from "./upstreams.ts";

/** A call of one of the two tools. */
export interface Step {
  tool: "search" | "execute";
  code: string;
}

export interface Outcome {
  /** The last words: of a recorded program the body of its last reply, of a model what it told the user. */
  answer: string;
  upstreams: Upstreams;
}

export interface Task {
  name: string;
  /** What the user says. */
  ask: string;
  /**
   * A model's programs, in order, mistakes included. Each is written to find what a user wants with what the replies before
   * it said, and nothing else.
   */
  steps: Step[];
  /** How many of the steps are mistakes, which the server has to refuse. */
  mistakes?: number;
  /** Puts into the API what the task is about. */
  prepare?(upstreams: Upstreams): Promise<void> | void;
  /** @throws Error that says what is not as it should be */
  check(outcome: Outcome): Promise<void> | void;
}

/** Tasks of one API, or of all at once. */
export interface Subject {
  /** At `/mcp/<api>`, or at `/mcp` for `all`. */
  api: UpstreamName | "all";
  tasks: Task[];
}

export const search = (code: string): Step => ({ tool: "search", code });
export const execute = (code: string): Step => ({ tool: "execute", code });

/** Whether an answer has all of these words or numbers, each by itself: `12` is not in `120`. */
export function says({ answer }: Outcome, ...wanted: (string | number)[]): void {
  const plain = answer.replaceAll(/(?<=\d),(?=\d{3})/g, "");
  for (const one of wanted) {
    const escaped = String(one).replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
    if (!new RegExp(`(?<![\\w.-])${escaped}(?![\\w-])`).test(plain))
      throw new Error(`the answer does not say ${one}: ${answer.slice(0, 300)}`);
  }
}
