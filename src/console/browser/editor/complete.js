/** What may stand at the cursor: globals of a run, APIs, ways to call, paths and ids of operations, their arguments. */
const always = [
  ["console", "goes to the log"],
  ["return", "what the model gets"],
];

/** Members of the last argument of what is no call of the API. */
const options = new Map([
  ["find", ["limit", "tag", "access"]],
  ["describe", ["members", "full"]],
  ["each", ["atOnce"]],
]);

const ways = ["get", "post", "put", "patch", "delete", "head", "options", "call", "pages", "as"].map(
  (label) => ({ label, type: "method" }),
);

const places = ["path", "query", "headers", "cookies", "body", "contentType"].map((label) => ({
  label,
  type: "property",
}));

const known = new Map();

/** Asked for once, when it is needed. */
function words(query) {
  const url = `/playground/words${query}`;
  if (!known.has(url))
    known.set(
      url,
      fetch(url)
        .then((response) => response.json())
        .catch(() => (known.delete(url), {})),
    );
  return known.get(url);
}

/** The globals of the tool that is chosen. */
async function globalsOf(tool) {
  const { globals = [] } = await words("");
  const there = globals.filter(([, , only]) => only === undefined || only === tool);
  return [...there, ...always].map(([label, detail]) => ({ label, detail, type: "variable" }));
}

async function apiNamed(name) {
  if (name) return name;
  const { apis = [] } = await words("");
  return apis.length === 1 ? apis[0].api : undefined;
}

async function operationsOf(name) {
  const api = await apiNamed(name);
  if (!api) return [];
  const { operations = [] } = await words(`?api=${encodeURIComponent(api)}`);
  return operations.map(([id, method, path, summary]) => ({ api, id, method, path, summary }));
}

const calls = String.raw`(?:\bapis\.(\w+)|\bapi)\.`;
const inPath = new RegExp(
  String.raw`${calls}(get|post|put|patch|delete|head|options|pages)\(\s*["'\`]([^"'\`]*)$`,
);
const inId = new RegExp(String.raw`${calls}call\(\s*["'\`]([^"'\`]*)$`);
const afterApi = new RegExp(String.raw`${calls}(\w*)$`);
const inArguments = new RegExp(String.raw`${calls}(\w+)\(\s*["'\`]([^"'\`]+)["'\`]\s*,\s*\{([^]*)$`);

const inOptions = /\b(find|describe|each)\([^()]*(?:\([^()]*\)[^()]*)*,\s*\{\s*(?:[^{}]*,)?\s*(\w*)$/;

/** @returns a source of completions for CodeMirror @param form tells which tool is chosen */
export function completeIn(form) {
  return async (context) => {
    const before = context.state.sliceDoc(Math.max(0, context.pos - 600), context.pos);
    const found = await optionsAt(before, new FormData(form).get("tool"));
    if (!found) return null;
    const { from, list } = found;
    if (list.length === 0 || (!context.explicit && from === 0 && !found.open)) return null;
    return { from: context.pos - from, options: list, validFor: found.validFor ?? /^\w*$/ };
  };
}

async function optionsAt(before, tool) {
  const path = inPath.exec(before);
  if (path) {
    const [, name, way, typed] = path;
    const method = way === "pages" ? "get" : way;
    const fitting = (await operationsOf(name)).filter((one) => one.method === method);
    return textOptions(
      typed,
      fitting.map((one) => [one.path, one.summary]),
    );
  }
  const id = inId.exec(before);
  if (id) {
    const [, name, typed] = id;
    return textOptions(
      typed,
      (await operationsOf(name)).map((one) => [one.id, one.summary]),
    );
  }
  const ofApis = /\b(?:apis|specs)\.(\w*)$/.exec(before);
  if (ofApis) {
    const { apis = [] } = await words("");
    const list = apis.map(({ api, title }) => ({ label: api, detail: title, type: "variable" }));
    return { from: ofApis[1].length, open: true, list };
  }
  const ofApi = afterApi.exec(before);
  if (ofApi) return { from: ofApi[2].length, list: ways, open: true };
  const inCall = await argumentsAt(before);
  if (inCall) return inCall;
  const [, callee, member] = inOptions.exec(before) ?? [];
  if (callee) {
    const list = options.get(callee).map((label) => ({ label, type: "property" }));
    return { from: member.length, list, open: true };
  }
  const [typed = ""] = /[A-Za-z_]\w*$/.exec(before) ?? [];
  if (/[.\w"'`]$/.test(before.slice(0, before.length - typed.length))) return undefined;
  return { from: typed.length, list: await globalsOf(tool) };
}

/** Within quotes. */
function textOptions(typed, all) {
  const list = all.map(([label, detail]) => ({ label, detail, type: "text" }));
  return { from: typed.length, list, open: true, validFor: /^[^"'`]*$/ };
}

/** Within the second argument of a call: where things go, and within one of those, the names that the document has. */
async function argumentsAt(before) {
  const [found, name, way, target, inside] = inArguments.exec(before) ?? [];
  if (!found) return undefined;
  const depth = [...inside].reduce((open, sign) => open + (sign === "{") - (sign === "}"), 0);
  const [typed = ""] = /\w*$/.exec(inside) ?? [];
  const isName = /(?:^|[{,])\s*\w*$/.test(inside);
  if (depth < 0 || !isName) return undefined;
  if (depth === 0) return { from: typed.length, list: places, open: true };
  const place = /(\w+)\s*:\s*\{[^{}]*$/.exec(inside)?.[1];
  const operation = (await operationsOf(name)).find((one) =>
    way === "call"
      ? one.id === target
      : one.path === target && one.method === (way === "pages" ? "get" : way),
  );
  if (!operation) return undefined;
  const query = new URLSearchParams({ api: operation.api, operation: operation.id });
  const { arguments: all = [] } = await words(`?${query}`);
  const list = all
    .filter((one) => one.in === place)
    .map((one) => ({
      label: one.name,
      detail: one.required ? "required" : "",
      type: "property",
      boost: one.required ? 1 : 0,
    }));
  return { from: typed.length, list, open: true };
}
