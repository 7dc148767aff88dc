/**
 * Finds the names that a program takes from outside, so that its isolate gets only the catalogs that it can reach. In
 * doubt a name counts as taken: shipping too much costs milliseconds, shipping too little breaks the run.
 */
import type { AnyNode, Identifier } from "acorn";
import { anyName, globalNames, type Program } from "../terms/program.ts";
import type { Scopes, Step } from "./scopes.ts";
import { plainKey, staticMember } from "./walk.ts";

/** Objects that hold every global as a member. */
export const globalObjects: ReadonlySet<string> = new Set(["globalThis", "self", "window", "global"]);
const known: ReadonlySet<string> = new Set(globalNames);

/**
 * @param scopes of the whole program
 * @param holders parameters that receive the object of all globals, under any name
 */
export function findNames(
  scopes: Scopes,
  holders: readonly Identifier[],
): Pick<Program, "freeNames" | "apiNames"> {
  const freeNames = new Set<string>();
  const apiNames = new Set<string>();
  const take = (name: string, apis: readonly string[]) => {
    freeNames.add(name);
    if (holdsApis(name)) for (const api of apis) apiNames.add(api);
  };
  let anything = holders.some((id) =>
    scopes.declarations.get(id)?.uses.some((use) => scopes.memberOf(use) === undefined),
  );
  for (const [node, binding] of scopes.references) {
    // Any function may be called with the globals, so a parameter with the name of a global may be that global.
    if (binding && !(binding.origin.from === "parameter" && known.has(node.name))) continue;
    take(node.name, membersOf(node, scopes));
    anything ||= node.name === "arguments";
    anything ||= globalObjects.has(node.name) && scopes.memberOf(node) === undefined;
  }
  // `context.spec`: whatever the object is, the member may be the global.
  for (const node of scopes.parents.keys()) {
    const name = staticMember(node);
    if (name !== undefined && known.has(name)) take(name, membersOf(node, scopes));
  }
  for (const [id, { name, origin, steps }] of scopes.declarations) {
    if (origin.from !== "parameter") continue;
    const [first, ...more] = steps.filter((step) => !("preset" in step));
    // A key that is not known may be the name of any global; a rest that is not taken apart is a holder.
    const isRest = more.length === 0 && scopes.parents.get(id)?.type === "RestElement";
    anything ||= first !== undefined && "unclear" in first && !isRest;
    if (first && "key" in first && known.has(first.key)) take(first.key, membersIn(name, more));
  }
  if (anything) for (const names of [freeNames, apiNames]) names.add(anyName);
  return { freeNames, apiNames };
}

/** Globals whose members are named after the APIs. */
function holdsApis(name: string): boolean {
  return name === "specs" || name === "apis";
}

/** The members that the code takes from a node: `node.github`, `const { github } = node`. */
function membersOf(node: AnyNode, scopes: Scopes): string[] {
  const outer = scopes.outer(node);
  if (outer?.type !== "VariableDeclarator" || outer.id.type !== "ObjectPattern")
    return [scopes.memberOf(node) ?? anyName];
  return outer.id.properties.map((property) => {
    const key =
      property.type === "Property" ? plainKey(property.key as AnyNode, property.computed) : undefined;
    return key ?? anyName;
  });
}

/**
 * The members that a parameter takes from a global.
 * @param name of the parameter; if a global has the same name, its uses are counted where they are
 */
function membersIn(name: string, [step]: readonly Step[]): string[] {
  if (!step) return holdsApis(name) ? [] : [anyName];
  return ["key" in step ? step.key : anyName];
}
