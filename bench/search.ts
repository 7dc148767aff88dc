/** Search over a big document: isogate against an empty isolate and against what others do, in one workerd. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareApi, type ConfiguredApi } from "../scripts/lib/apis.ts";
import { freePort, startLocalServer } from "../scripts/lib/local-server.ts";
import { loadDocument } from "../src/spec/load.ts";
import { dereferenced } from "./dereference.ts";
import { higher, lower, medianTimes, type Figures } from "./figure.ts";
import { residentMegabytes } from "./memory.ts";

/** What a model asks typically: operations by words in the path, with what their bodies want. */
const typical = {
  isogate: `return operations.filter((o) => /issues|dns_records/.test(o.path) && o.method === "post")
    .map((o) => ({ path: o.path, summary: o.summary, body: spec.paths[o.path].post.requestBody }))`,
  literal: `return Object.entries(spec.paths).flatMap(([path, item]) => /issues|dns_records/.test(path) && item.post
    ? [{ path, summary: item.post.summary, body: item.post.requestBody }] : [])`,
  codemode: `async () => { const spec = await codemode.spec(); return Object.entries(spec.paths).flatMap(([path, item]) =>
    /issues|dns_records/.test(path) && item.post ? [{ path, summary: item.post.summary, body: item.post.requestBody }] : []) }`,
};

/** Every parameter of every operation is touched. */
const everyParameter = `let count = 0;
for (const item of Object.values(spec.paths)) for (const method of ["get", "put", "post", "delete", "patch"])
  for (const parameter of item[method]?.parameters ?? []) if (parameter.name && parameter.schema) count++;
return count`;

/** Measures searches over one configured document; keys begin with its name. */
export async function measureSearch(api: ConfiguredApi, say: (line: string) => void): Promise<Figures> {
  const stateFolder = await mkdtemp(join(tmpdir(), "isogate-bench-"));
  const prepared = await prepareApi(api);
  const server = await startLocalServer({
    host: "127.0.0.1",
    port: await freePort(),
    apis: [prepared],
    secrets: {},
    stateFolder,
    config: "bench/wrangler.jsonc",
  });
  const post = async (path: string, body: string) => {
    const response = await fetch(server.origin + path, { method: "POST", body });
    const text = await response.text();
    if (!response.ok || text.includes('"isError":true')) throw new Error(`${path}: ${text.slice(0, 300)}`);
    return text;
  };
  try {
    const idle = await residentMegabytes(server.processGroup);
    const ours = await medianTimes(
      {
        empty: () => post("/empty", ""),
        typical: () => post("/isogate", typical.isogate),
        every: () => post("/isogate", everyParameter),
      },
      30,
    );
    say(
      `${api.name}: empty ${ms(ours.empty)}, typical ${ms(ours.typical)}, every parameter ${ms(ours.every)}`,
    );
    const beforeEight = performance.now();
    await Promise.all(Array.from({ length: 8 }, () => post("/isogate", typical.isogate)));
    const eightSeconds = (performance.now() - beforeEight) / 1000;
    const overIdle = (await residentMegabytes(server.processGroup)) - idle;
    const before200 = await residentMegabytes(server.processGroup);
    for (let times = 0; times < 200; times++) await post("/isogate", typical.isogate);
    const growth = (await residentMegabytes(server.processGroup)) - before200;
    say(
      `${api.name}: eight at once ${eightSeconds.toFixed(3)} s, ${overIdle.toFixed(0)} MB over idle; 200 more: ${growth.toFixed(0)} MB`,
    );

    const loaded = await loadDocument(api.file.source, { folder: api.folder });
    const document = loaded.files.get(loaded.url) as Record<string, unknown>;
    await post("/document", JSON.stringify(document));
    await post("/literal-source", JSON.stringify(dereferenced(document)));
    const others = await medianTimes(
      {
        literal: () => post("/literal", typical.literal),
        literalEvery: () => post("/literal", everyParameter),
        codemode: () => post("/codemode", typical.codemode),
      },
      3,
    );
    say(`${api.name}: literal ${ms(others.literal)}, codemode ${ms(others.codemode)}`);
    return {
      [`${api.name}.search.overEmpty`]: lower(ours.typical / ours.empty, "x empty isolate", 3, 2),
      [`${api.name}.search.overLiteral`]: higher(others.literal / ours.typical, "x faster", 12, 20),
      [`${api.name}.search.overCodemode`]: higher(others.codemode / ours.typical, "x faster", 40, 80),
      [`${api.name}.everyParameter.overLiteral`]: higher(others.literalEvery / ours.every, "x faster", 4, 8),
      [`${api.name}.search.eightAtOnce`]: lower(eightSeconds, "s", 0.15),
      [`${api.name}.search.eightMemory`]: lower(overIdle, "MB over idle", 120),
      [`${api.name}.search.growth200`]: lower(growth, "MB", 30, 0),
    };
  } finally {
    await server.stop();
    await rm(stateFolder, { recursive: true, force: true });
  }
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}
