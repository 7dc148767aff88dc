/** Doc comments of the members of schemas, read from the source: one text serves the reader of the code and of the docs. */
import { readFile } from "node:fs/promises";
import ts from "ts-checker";

/** Member → its comment, and the members of an object that is written in its place. */
export interface DocumentedMembers {
  [member: string]: { doc: string; members: DocumentedMembers };
}

/** @returns by the name of the constant that the object is in: `ApiFile`, `PolicyRule` */
export async function docComments(path: string): Promise<Record<string, DocumentedMembers>> {
  const source = ts.createSourceFile(path, await readFile(path, "utf8"), ts.ScriptTarget.ES2024, true);
  const found: Record<string, DocumentedMembers> = {};
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations)
      if (initializer && ts.isIdentifier(name)) found[name.text] = membersOf(initializer);
  }
  return found;
}

/** Of the first object literal in the expression, however it is wrapped. */
function membersOf(node: ts.Node): DocumentedMembers {
  const literal = firstObject(node);
  const members: DocumentedMembers = {};
  for (const property of literal?.properties ?? []) {
    if (!ts.isPropertyAssignment(property)) continue;
    const comments = ts.getJSDocCommentsAndTags(property).filter(ts.isJSDoc);
    const doc = comments.map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? "").join(" ");
    members[property.name.getText().replaceAll('"', "")] = {
      doc: doc.replaceAll(/\s+/g, " ").trim(),
      members: membersOf(property.initializer),
    };
  }
  return members;
}

/** Objects with the options of a check (`{ error: … }`, `{ protocol: … }`) are no members. */
function firstObject(node: ts.Node): ts.ObjectLiteralExpression | undefined {
  if (ts.isObjectLiteralExpression(node)) return node;
  if (ts.isCallExpression(node)) {
    const called = node.expression.getText();
    const [first] = node.arguments;
    if (/^z\s*\.(strictObject|looseObject|object|array)$/.test(called) && first) return firstObject(first);
    return ts.isPropertyAccessExpression(node.expression)
      ? firstObject(node.expression.expression)
      : undefined;
  }
  return undefined;
}
