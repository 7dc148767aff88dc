/**
 * Bundles the type checker's isolate (src/check/types/checker/main.ts) into dist/checker.txt, which the Worker hands
 * to the loader when code is first checked. TypeScript 6.0.3 is the last version with a checker in JavaScript; it
 * exports none of its parts, so that its file is made a module here and all but the checker is left out.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";

const root = join(import.meta.dirname, "..");
const compiler = join(root, "node_modules/ts-checker/lib");

/** Parts of the library that code in a run has; without those that nothing is said about. */
const libraries = [
  "es5",
  "es2015.core",
  "es2015.collection",
  "es2015.iterable",
  "es2015.generator",
  "es2015.promise",
  "es2015.symbol",
  "es2015.symbol.wellknown",
  "es2016.array.include",
  "es2017.object",
  "es2017.string",
  "es2018.asyncgenerator",
  "es2018.asynciterable",
  "es2018.promise",
  "es2019.array",
  "es2019.object",
  "es2019.string",
  "es2020.promise",
  "es2020.string",
  "es2020.symbol.wellknown",
  "es2021.promise",
  "es2021.string",
  "es2022.array",
  "es2022.error",
  "es2022.object",
  "es2022.string",
  "es2023.array",
  "es2024.object",
  "es2024.collection",
];

/** Large, and of no use to code that reads JSON. */
const leftOut =
  /^(?:declare var|interface) (?:(?:Big)?(?:Int|Float|Uint)\d+(?:Clamped)?Array(?:Constructor)?|DataView\w*|SharedArrayBuffer\w*|Atomics|Intl|WeakRef\w*|FinalizationRegistry\w*|Proxy\w*)\b[^]*?^\}\n|^declare namespace Intl \{[^]*?^\}\n/gm;

async function library(): Promise<string> {
  const files = await Promise.all(
    libraries.map((name) => readFile(join(compiler, `lib.${name}.d.ts`), "utf8")),
  );
  return files
    .join("\n")
    .replaceAll("\r\n", "\n")
    .replace(/\/\*[^]*?\*\//g, "")
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(leftOut, "")
    .replace(/\s*\n\s*/g, "\n")
    .trim();
}

/** The checker as a module. Each replacement has to hit, or the version is not the one that this was written for. */
async function checkerModule(): Promise<string> {
  let text = await readFile(join(compiler, "_tsc.js"), "utf8");
  const cut = (from: string, to: string, by: string) => {
    const start = text.indexOf(from);
    const end = text.indexOf(to, start);
    if (start < 0 || end < 0)
      throw new Error(`node_modules/ts-checker is not TypeScript 6.0.3: no "${from}".`);
    text = text.slice(0, start) + by + text.slice(end + to.length);
  };
  cut("\n// src/tsc/tsc.ts\n", "sourceMappingURL=_tsc.js.map", "");
  cut("var sys = (() => {", "\n})();\n", "var sys = undefined;\n");
  // Clocks stand still while code runs on Workers: what is spent is counted instead.
  const counted = "throw new CheckBudgetExceeded();";
  cut(
    "function checkExpression(",
    "{",
    `function checkExpression(node, checkMode, forceTuple) { if (--budget.left < 0) ${counted}`,
  );
  cut(
    "  function instantiateTypeWithAlias(",
    "{",
    `  function instantiateTypeWithAlias(type, mapper, aliasSymbol, aliasTypeArguments) { if (--budget.left < 0) ${counted}`,
  );
  cut(
    "    function isRelatedTo(",
    "{",
    `    function isRelatedTo(originalSource, originalTarget, recursionFlags = 3, reportErrors2 = false, headMessage2, intersectionState = 0) { if (--budget.left < 0) ${counted}`,
  );
  // Writing types out for messages that nobody reads is what takes longest, and doubles with every level of an object.
  cut(
    "  function typeToString(",
    "{",
    "  function typeToString(type) { return shortTypeText(type); function unused() {",
  );
  cut(
    "  function signatureToString(",
    "{",
    '  function signatureToString() { return "a function"; function unused() {',
  );
  for (const name of ["  function typeToString(", "  function signatureToString("]) {
    const end = text.indexOf("\n  }\n", text.indexOf(name));
    text = `${text.slice(0, end)}\n  }${text.slice(end)}`;
  }
  cut(
    "  function getWidenedTypeWithContext(",
    "{",
    `  function getWidenedTypeWithContext(type, context) { if (--budget.left < 0) ${counted}`,
  );
  const exported = [
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
  ].join(", ");
  return `${text}
export const budget = { left: Infinity };
function shortTypeText(type, depth = 0) {
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
}
export class CheckBudgetExceeded extends Error {}
export { ${exported} };
`;
}

const compilerParts: Plugin = {
  name: "compiler-parts",
  setup(bundle) {
    bundle.onResolve({ filter: /^isogate:/ }, ({ path }) => ({ path, namespace: "compiler" }));
    bundle.onLoad({ filter: /checker$/, namespace: "compiler" }, async () => ({
      contents: await checkerModule(),
      loader: "js",
    }));
    bundle.onLoad({ filter: /library$/, namespace: "compiler" }, async () => ({
      contents: await library(),
      loader: "text",
    }));
  },
};

const sources = [
  ...["main.ts", "check.ts", "explain.ts"].map((name) => join("src/check/types/checker", name)),
  "src/gateway/nearest.ts",
].map((name) => join(root, name));
const digest = createHash("sha256");
for (const file of [import.meta.filename, ...sources, join(compiler, "../package.json")])
  digest.update(await readFile(file));
const key = digest.digest("hex");
const target = join(root, "dist/checker.txt");
const head = `/* ${key} */\n`;
const built = await readFile(target, "utf8").catch(() => "");
// Six megabytes of input: only worth the seconds when something changed.
if (!built.startsWith(head)) {
  const result = await build({
    entryPoints: [join(root, "src/check/types/checker/main.ts")],
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
    target: "es2024",
    minify: true,
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"', require: "undefined", __filename: '""' },
    external: ["cloudflare:workers"],
    plugins: [compilerParts],
    logLevel: "error",
  });
  await mkdir(join(root, "dist"), { recursive: true });
  await writeFile(target, head + (result.outputFiles[0]?.text ?? ""));
}
process.exit(0);
