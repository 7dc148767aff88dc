/**
 * The type checker out of TypeScript 6.0.3, as a module. Its file exports none of its parts and takes a quarter of a
 * second to start; here it loses all that checking a program needs nothing of, and gets a budget of steps. Every
 * place that is changed has to be found, or the version is not the one that this was written for.
 */
import { readFile } from "node:fs/promises";

/** Source files of the compiler, as its one file is divided. */
const leftOut =
  /^src\/compiler\/(?:semver|performanceCore|performance|sys|commandLineParser|moduleNameResolver|symbolWalker|moduleSpecifiers|visitorPublic|sourcemap|transformers\/.*|transformer|emitter|watchUtilities|program|programDiagnostics|builderState|builder|builderPublic|resolutionCache|watch|watchPublic|tsbuild|tsbuildPublic|executeCommandLine|expressionToTypeNode)\.ts$|^src\/tsc\//;

/** Functions of what is left out that are needed all the same. */
const rescued = ["isCompoundAssignment", "isInitializedProperty"];
/** Functions that nobody misses: clocks, and what writes types out. */
const silenced = ["mark", "measure", "createSyntacticTypeNodeBuilder", "createGetSymbolWalker"];

/** What is done at every step that can be repeated without end. */
const count = "if (--budget.left < 0) throw new CheckBudgetExceeded();";
/** Clocks stand still while code runs on Workers: what is spent is counted instead. */
const counted = ["checkExpression", "instantiateTypeWithAlias", "isRelatedTo", "getWidenedTypeWithContext"];

/**
 * Functions inside the checker that have another body here. Writing types out for messages that nobody reads is what
 * takes longest, and doubles with every level of an object; declarations are never emitted.
 */
const replaced: Record<string, string> = {
  typeToString: "(type) { return shortTypeText(type); }",
  symbolToString: "(symbol) { return unescapeLeadingUnderscores(symbol.escapedName); }",
  signatureToString: '() { return "a function"; }',
  typePredicateToString: '() { return "a condition"; }',
  createNodeBuilder: "() { return new Proxy({}, { get: () => () => undefined }); }",
  createResolver: "() { return {}; }",
};

/** Syntax was checked before, nothing here is JSX, and nobody is told of what is not used. */
const unused =
  /^(?:check\w*Jsx\w*|getJsx\w*|createJsx\w*|elaborateJsx\w*|createSignatureForJSX\w*|checkGrammar\w+|checkUnused\w*)$/;

export const exportedParts = [
  "createTypeChecker",
  "bindSourceFile",
  "createSourceFile",
  "forEachChild",
  "getLineAndCharacterOfPosition",
  "getSourceFileOfNode",
  "getSourceTextOfNodeFromSourceFile",
  "getTokenPosOfNode",
  "isAwaitExpression",
  "isBinaryExpression",
  "isBindingElement",
  "isCallExpression",
  "isElementAccessExpression",
  "isModuleDeclaration",
  "isParenthesizedExpression",
  "isPropertyAccessExpression",
  "isVariableDeclaration",
];

/** @param folder `lib` of the package */
export async function checkerModule(folder: string): Promise<string> {
  const whole = (await readFile(`${folder}/_tsc.js`, "utf8")).replaceAll("\r\n", "\n");
  const { kept, left } = divided(whole);
  let text = withoutMessages(kept);
  for (const name of counted) text = changed(text, name, (body) => body.replace("{", `{ ${count}`));
  for (const [name, body] of Object.entries(replaced)) text = changed(text, name, () => body);
  const names = [...text.matchAll(/^ {2}function (\w+)\(/gm)].map(([, name]) => name as string);
  for (const name of names.filter((one) => unused.test(one))) text = changed(text, name, () => "() {}");
  return `${text}
${[...left].map(([name, section]) => standIn(name, section)).join("\n")}
export const budget = { left: Infinity };
${shortTypeText}
export class CheckBudgetExceeded extends Error {}
export { ${exportedParts.join(", ")} };
`;
}

/** What is called in place of a function that was left out. */
function standIn(name: string, section: string): string {
  if (silenced.includes(name)) return `function ${name}() {}`;
  if (!rescued.includes(name))
    return `function ${name}() { throw new Error("${name} was left out of the checker"); }`;
  const start = section.indexOf(`\nfunction ${name}(`);
  return section.slice(start, section.indexOf("\n}\n", start) + "\n}\n".length);
}

/** @returns the text of what stays, and the names that stood in the rest, each with the text around it */
function divided(whole: string): { kept: string; left: Map<string, string> } {
  const [head = "", ...sections] = whole.split(/^\/\/ (?=src\/)/m);
  if (sections.length < 60) throw wrongVersion("its source files");
  const left = new Map<string, string>();
  const kept = sections.map((section) => {
    if (!leftOut.test(section.slice(0, section.indexOf("\n")))) return `// ${section}`;
    for (const [, name] of section.matchAll(/^(?:async )?(?:function\*?|var|let|const|class) (\w+)/gm))
      left.set(name as string, section);
    return "";
  });
  return { kept: `${head}${kept.join("")}`, left };
}

/**
 * Messages as constants of their own, so that those nobody uses are dropped, and without their words but for the one
 * that src/check/types/checker/explain.ts reads.
 */
function withoutMessages(text: string): string {
  const start = text.indexOf("var Diagnostics = {\n");
  const end = text.indexOf("\n};\n", start);
  if (start < 0 || end < 0) throw wrongVersion("Diagnostics");
  const constants: string[] = [];
  const entry = /^ {2}([\w$]+): diag\((\d+), (\d)[^,]*, "[^"]*", ("(?:[^"\\]|\\.)*")/gm;
  const codes = new Map<string, string>();
  for (const [, name, code, category, words] of text.slice(start, end).matchAll(entry)) {
    const message = code === "2322" ? words : '""';
    codes.set(name as string, `diagnostic${code}`);
    constants.push(`var diagnostic${code} = /* @__PURE__ */ diag(${code}, ${category}, "", ${message});`);
  }
  const rest = `${text.slice(0, start)}${constants.join("\n")}${text.slice(end + "\n};".length)}`;
  return rest.replace(/(?<![\w$.])Diagnostics\.([\w$]+)/g, (whole, name: string) => codes.get(name) ?? whole);
}

/** The text with another body of one function of the checker. */
function changed(text: string, name: string, change: (rest: string) => string): string {
  const head = new RegExp(`^( *)function ${name}(?=\\()`, "m").exec(text);
  if (!head) throw wrongVersion(`function ${name}`);
  const end = text.indexOf(`\n${head[1]}}\n`, head.index) + `\n${head[1]}}`.length;
  const from = head.index + head[0].length;
  return text.slice(0, from) + change(text.slice(from, end)) + text.slice(end);
}

function wrongVersion(what: string): Error {
  return new Error(`node_modules/ts-checker is not TypeScript 6.0.3: ${what} is not there.`);
}

const shortTypeText = `function shortTypeText(type, depth = 0) {
  if (type.intrinsicName) return type.intrinsicName;
  if ("value" in type && typeof type.value !== "object") return JSON.stringify(type.value);
  if (type.aliasSymbol) return String(type.aliasSymbol.escapedName);
  if (depth < 3 && type.types && type.types.length <= 40) {
    const texts = [...new Set(type.types.map((one) => shortTypeText(one, depth + 1)))];
    const plain = texts.includes("true") && texts.includes("false");
    return (plain ? [...texts.filter((one) => one !== "true" && one !== "false"), "boolean"] : texts).join(" | ");
  }
  const name = type.symbol ? String(type.symbol.escapedName) : "";
  if (name === "Array" && depth < 3 && type.resolvedTypeArguments)
    return "(" + shortTypeText(type.resolvedTypeArguments[0], depth + 1) + ")[]";
  return name.startsWith("__") || name === "" ? "object" : name;
}`;
