/** Finds the calls of API clients in a program: which client, which method, which arguments. */
import type { AnyNode, Program as Tree } from "acorn";
import { Evaluator } from "../values/evaluate.ts";
import { isUncalled, topLevelFunctions } from "../completion-value.ts";
import { type Scopes, scopesOf } from "../scopes.ts";
import { absent, alternatives, type Known, unknown } from "../../request/known.ts";
import { onceFor } from "../../terms/once.ts";
import { isFunction, plainKey, unwrap, walk } from "../walk.ts";
import { isGuarded, maxAllFrames, unrolled } from "./unroll.ts";

/** One call, with the values of one frame (unroll.ts). */
export interface ClientCall {
  node: AnyNode;
  /** Undefined for `api`. */
  api: string | undefined;
  /** What was given to choose the account, if anything was. */
  as?: Known;
  /** Undefined if it is computed. */
  method: string | undefined;
  /** The path, or the id of the operation. */
  target: Known;
  args: Known;
  /** The call is of one of several clients or methods, and it is not known which. */
  several: boolean;
  /** The program may leave out some of the turns of the loops and functions around it. */
  guarded: boolean;
  /** `fetch(url, init)`: the target is a whole URL of any API, and `args` is `init`. */
  fetched?: true;
}

/** The methods of a client. */
export const clientMethods = ["get", "post", "put", "patch", "delete", "head", "options", "call", "pages"];

export function evaluatorOf(tree: Tree): Evaluator {
  const scopes = scopesOf(tree);
  return new Evaluator(scopes, entriesOf(tree, scopes));
}

/** Looked for once: the check judges them, and what a program can call is read from them. */
export const findCalls = onceFor((tree: Tree): readonly ClientCall[] => {
  const evaluator = evaluatorOf(tree);
  const { scopes } = evaluator;
  const calls: ClientCall[] = [];
  const looked = lookedAt(tree, scopes);
  let left = maxAllFrames;
  walk(tree, (node) => {
    if (node.type !== "CallExpression" || !mayBeClient(node.callee as AnyNode, evaluator)) return;
    const frames = unrolled(node, evaluator, left);
    left -= frames.length;
    const guarded = isGuarded(node, frames, evaluator);
    for (const frame of frames)
      evaluator.within(frame, () => {
        const callee = node.callee as AnyNode;
        const clients = clientsIn(callee, evaluator);
        const call = { node, several: clients.length > 1, guarded, ...argumentsOf(node, evaluator) };
        for (const client of clients) if (!looked.has(client.method)) calls.push({ ...call, ...client });
        if (isFetch(callee, evaluator))
          calls.push({ ...call, api: undefined, method: undefined, fetched: true });
      });
  });
  return calls;
});

/** Members that the program sets or tests for: `typeof api.search`, `api.list = …`, `api.x?.()`. */
function lookedAt(tree: Tree, scopes: Scopes): Set<string | undefined> {
  const names = new Set<string | undefined>();
  walk(tree, (node) => {
    if (node.type !== "MemberExpression") return;
    const name = plainKey(node.property as AnyNode, node.computed);
    if (name === undefined || clientMethods.includes(name)) return;
    const parent = scopes.outer(node);
    const called = parent?.type === "CallExpression" && unwrap(parent.callee as AnyNode) === node;
    if (!called || parent.optional) names.add(name);
  });
  return names;
}

/** Whether a call may be one of a client's. Spares the unrolling of all others. */
function mayBeClient(callee: AnyNode, evaluator: Evaluator): boolean {
  const node = unwrap(callee);
  if (clientsIn(node, evaluator).length > 0 || isFetch(node, evaluator)) return true;
  const holder = node.type === "MemberExpression" ? unwrap(node.object as AnyNode) : node;
  const binding = holder.type === "Identifier" ? evaluator.scopes.references.get(holder) : undefined;
  // The value may depend on how the surrounding function is called.
  return binding?.origin.from === "parameter" || binding?.origin.from === "each";
}

function isFetch(callee: AnyNode, evaluator: Evaluator): boolean {
  const value = evaluator.evaluate(callee);
  return value.kind === "global" && value.name === "fetch";
}

function argumentsOf(
  { arguments: given }: Extract<AnyNode, { type: "CallExpression" }>,
  evaluator: Evaluator,
): { target: Known; args: Known } {
  const spread = given.findIndex(({ type }) => type === "SpreadElement");
  const value = (index: number): Known => {
    if (spread >= 0 && spread <= index) return unknown;
    const node = given[index];
    return node ? evaluator.evaluate(node) : absent;
  };
  return { target: value(0), args: value(1) };
}

function clientsIn(callee: AnyNode, evaluator: Evaluator): Pick<ClientCall, "api" | "method" | "as">[] {
  const node = unwrap(callee);
  if (node.type !== "MemberExpression") {
    if (node.type !== "Identifier") return [];
    const value = evaluator.evaluate(node);
    return value.kind === "method" ? [{ ...clientOf(value), method: value.name }] : [];
  }
  const clients = alternatives(evaluator.evaluate(node.object as AnyNode)).flatMap((value) =>
    value.kind === "client" ? [clientOf(value)] : [],
  );
  if (clients.length === 0) return [];
  const plain = plainKey(node.property as AnyNode, node.computed);
  const names =
    plain !== undefined
      ? [plain]
      : alternatives(evaluator.evaluate(node.property as AnyNode)).map((key) =>
          key.kind === "literal" ? String(key.value) : undefined,
        );
  return clients.flatMap((client) => names.map((method) => ({ ...client, method })));
}

const clientOf = ({ api, as }: Extract<Known, { kind: "client" | "method" }>) => ({ api, ...(as && { as }) });

/** Functions that a run may call with its globals: those at the top level that the program does not call itself. */
function entriesOf(tree: Tree, scopes: Scopes): Set<AnyNode> {
  const entries = new Set<AnyNode>();
  for (const one of topLevelFunctions(tree)) if (isUncalled(one, scopes)) entries.add(one.fn);
  for (const statement of tree.body) {
    const node =
      statement.type === "ExpressionStatement"
        ? statement.expression
        : statement.type === "ExportDefaultDeclaration"
          ? statement.declaration
          : statement;
    const value = unwrap(node);
    const fn = value.type === "AssignmentExpression" ? unwrap(value.right) : value;
    if (isFunction(fn) && !(fn.type === "FunctionDeclaration" && fn.id)) entries.add(fn);
  }
  return entries;
}
