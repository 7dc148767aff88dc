/**
 * The program as the type checker gets it: the body of one function, every call of a client held to the type of the
 * operation that it means. It has no types of its own (they were stripped), so that there is nothing at the level of
 * types that could keep the checker busy.
 */
import type { AnyNode, Program as Tree } from "acorn";
import { Edits } from "../edits.ts";
import { unwrap } from "../walk.ts";

/** Lines that stand before line 1 of the code. */
export const lineOffset = 1;

/** @param types the type of a call's callee, by the call */
export function typedProgram(tree: Tree, source: string, types: ReadonlyMap<AnyNode, string>): string {
  const edits = new Edits(source);
  for (const statement of tree.body) asStatement(statement, edits);
  for (const [call, type] of types) {
    if (call.type !== "CallExpression") continue;
    edits.insert(call.callee.start, "(");
    edits.insert(call.callee.end, ` as ${type})`);
  }
  return `async function $program() {\n${edits.apply().text}\n}\n`;
}

/** What only a module or an expression may be, made a statement. */
function asStatement(statement: Tree["body"][number], edits: Edits): void {
  switch (statement.type) {
    case "ExportDefaultDeclaration": {
      const { declaration } = statement;
      edits.blank(statement.start, declaration.start);
      const named = "id" in declaration && declaration.id && declaration.type.endsWith("Declaration");
      if (!named) parenthesise(declaration, edits);
      return;
    }
    case "ExportNamedDeclaration":
      edits.blank(statement.start, statement.declaration?.start ?? statement.end);
      return;
    case "ExpressionStatement": {
      const { type } = unwrap(statement.expression);
      if (/^(?:Object|Function|Class)Expression$/.test(type)) parenthesise(statement.expression, edits);
    }
  }
}

function parenthesise(node: AnyNode, edits: Edits): void {
  edits.insert(node.start, "void (");
  edits.insert(node.end, ");");
}
