/** Doc comments of the members of schemas, read from the source: one text serves the reader of the code and of the docs. */
import { readFile } from "node:fs/promises";
import { parse, type Comment, type Expression, type ObjectExpression } from "acorn";
import { transform } from "sucrase";

/** Member → its comment, and the members of an object that is written in its place. */
export interface DocumentedMembers {
  [member: string]: { doc: string; members: DocumentedMembers };
}

/** @returns by the name of the constant that the object is in: `ApiFile`, `PolicyRule` */
export async function docComments(path: string): Promise<Record<string, DocumentedMembers>> {
  // Takes the types out and leaves the comments where they stood; Node's own way of it warns that it may change.
  const { code: source } = transform(await readFile(path, "utf8"), {
    transforms: ["typescript"],
    disableESTransforms: true,
  });
  const comments: Comment[] = [];
  const { body } = parse(source, { ecmaVersion: "latest", sourceType: "module", onComment: comments });
  const found: Record<string, DocumentedMembers> = {};
  for (const statement of body) {
    const declaration = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    if (declaration?.type !== "VariableDeclaration") continue;
    for (const { id, init } of declaration.declarations)
      if (init && id.type === "Identifier") found[id.name] = membersOf(init, { source, comments });
  }
  return found;
}

interface Text {
  source: string;
  comments: Comment[];
}

/** Of the first object literal in the expression, however it is wrapped. */
function membersOf(node: Expression, text: Text): DocumentedMembers {
  const members: DocumentedMembers = {};
  for (const property of firstObject(node, text.source)?.properties ?? []) {
    if (property.type !== "Property") continue;
    const name = text.source.slice(property.key.start, property.key.end).replaceAll('"', "");
    members[name] = { doc: docBefore(property.start, text), members: membersOf(property.value, text) };
  }
  return members;
}

/** The doc comment directly before an offset, apart from blanks. */
function docBefore(offset: number, { source, comments }: Text): string {
  const comment = comments.findLast(({ end }) => end <= offset);
  if (!comment?.value.startsWith("*") || source.slice(comment.end, offset).trim() !== "") return "";
  return comment.value
    .replaceAll(/^\s*\*/gm, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** Objects with the options of a check (`{ error: … }`, `{ protocol: … }`) are not members. */
function firstObject(node: Expression, source: string): ObjectExpression | undefined {
  if (node.type === "ObjectExpression") return node;
  if (node.type !== "CallExpression") return undefined;
  const { callee } = node;
  const [first] = node.arguments;
  const called = source.slice(callee.start, callee.end);
  if (
    /^z\s*\.(strictObject|looseObject|object|array)$/.test(called) &&
    first &&
    first.type !== "SpreadElement"
  )
    return firstObject(first, source);
  return callee.type === "MemberExpression" && callee.object.type !== "Super"
    ? firstObject(callee.object, source)
    : undefined;
}
