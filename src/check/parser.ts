/**
 * acorn, with a bound on everything that takes it more than one step a character: scopes within scopes, long regular
 * expressions, and the names of one scope, which it would look for one by one.
 */
import { type Options, Parser } from "acorn";

/** Functions and blocks in each other. Nobody writes a tenth of them, and each name is looked for in all of them. */
const maxScopes = 200;

/** Parentheses in each other: acorn takes four times as long for twice as many. */
const maxParentheses = 500;

/** acorn looks for a group of a regular expression among all others. */
const maxPatternChars = 4_000;

/** What acorn has besides its types: a plugin may override it. */
interface Internals {
  scopeStack: { var: Names; lexical: Names; functions: Names }[];
  start: number;
  enterScope(flags: number): void;
  validateRegExpPattern(state: { source: string; start: number }): void;
  parseParenAndDistinguishExpression(canBeArrow: boolean, forInit: unknown): unknown;
  raise(position: number, message: string): never;
}

/** The part of an array that acorn uses for the names of a scope. */
class Names {
  readonly #all = new Set<string>();
  0: string | undefined;

  push(name: string): void {
    if (this.#all.size === 0) this[0] = name;
    this.#all.add(name);
  }

  indexOf(name: string): number {
    return this.#all.has(name) ? 0 : -1;
  }
}

const Plain = Parser as unknown as new (options: Options, input: string, start?: number) => Internals;

class Bounded extends Plain {
  #parentheses = 0;

  override parseParenAndDistinguishExpression(canBeArrow: boolean, forInit: unknown): unknown {
    if (++this.#parentheses > maxParentheses) this.raise(this.start, "it is nested too deeply");
    const parsed = super.parseParenAndDistinguishExpression(canBeArrow, forInit);
    this.#parentheses -= 1;
    return parsed;
  }

  override enterScope(flags: number): void {
    if (this.scopeStack.length > maxScopes) this.raise(this.start, "it is nested too deeply");
    super.enterScope(flags);
    Object.assign(this.scopeStack.at(-1)!, {
      var: new Names(),
      lexical: new Names(),
      functions: new Names(),
    });
  }

  override validateRegExpPattern(state: { source: string; start: number }): void {
    if (state.source.length > maxPatternChars)
      this.raise(
        state.start,
        `the regular expression is longer than ${maxPatternChars} characters: make it in the code, with new RegExp`,
      );
    super.validateRegExpPattern(state);
  }
}

/** acorn's own functions, bounded. */
export const BoundedParser = Bounded as unknown as typeof Parser;
