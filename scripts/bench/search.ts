/** Search over a big document: isogate against an empty isolate and against what others do, in one workerd. */
import { prepareApi, type ConfiguredApi } from "../../src/cli/apis.ts";
import { dereferenced } from "./dereference.ts";
import { higher, lower, medianTimes, type Chapter, type Figures, type Say } from "./figure.ts";
import { residentMegabytes } from "./memory.ts";
import { everyParameter, questionsFor, type Questions } from "./questions.ts";
import { withServer, type BenchServer } from "./server.ts";
import { forEachApi, rawDocument, type Subjects } from "./subjects.ts";

/** What has to hold of a document of some 1,500 operations, and what of Microsoft Graph's, which has 22,361. */
interface Bounds {
  overEmpty: [must: number, aim: number];
  eightSeconds: number | null;
  eightMegabytes: number | null;
}
const usual: Bounds = { overEmpty: [3, 2], eightSeconds: 0.15, eightMegabytes: 120 };
/** What `eightSeconds` was set for: a machine on which an empty isolate answers after this. */
const emptyThenMs = 5.5;
const bounds: Record<string, Bounds> = {
  github: { ...usual, overEmpty: [2, 1.7] },
  cloudflare: { ...usual, overEmpty: [2.2, 1.8] },
  msgraph: { overEmpty: [3.7, 3], eightSeconds: null, eightMegabytes: null },
};

export const search = ({ big }: Subjects): Chapter => forEachApi(big, searchesOf);

async function searchesOf(api: ConfiguredApi, say: Say): Promise<Figures> {
  const { name } = api;
  const document = await rawDocument(api);
  const questions = questionsFor(name, document);
  return withServer({ apis: [await prepareApi(api)] }, async (server) => {
    // Before anything has run: memory is compared with this. None of it is known but on Linux.
    const idle = (await residentMegabytes(server.runtime())) ?? Number.NaN;
    const { post } = server;
    const ours = await medianTimes(
      {
        empty: () => post("/empty"),
        typical: () => post("/isogate", questions.isogate),
        every: () => post("/isogate", everyParameter),
      },
      30,
    );
    say(`${name}: empty ${ms(ours.empty)}, typical ${ms(ours.typical)}, every parameter ${ms(ours.every)}`);
    const [must, aim] = boundsOf(name).overEmpty;
    return {
      [`${name}.search.overEmpty`]: lower(ours.typical / ours.empty, "x empty isolate", must, aim),
      [`${name}.search.time`]: lower(ours.typical, "ms, a typical search"),
      ...(await manySearches(name, server, { ...questions, emptyMs: ours.empty, idle }, say)),
      ...(await rivals(name, server, document, questions, ours, say)),
    };
  });
}

/** Eight at once, and 200 one after the other: what that takes of memory. */
async function manySearches(
  name: string,
  { post, runtime }: BenchServer,
  { isogate, emptyMs, idle }: Questions & { emptyMs: number; idle: number },
  say: Say,
): Promise<Figures> {
  const began = performance.now();
  await Promise.all(Array.from({ length: 8 }, () => post("/isogate", isogate)));
  const seconds = (performance.now() - began) / 1_000;
  const before = (await residentMegabytes(runtime())) ?? Number.NaN;
  for (let times = 0; times < 200; times++) await post("/isogate", isogate);
  const growth = ((await residentMegabytes(runtime())) ?? Number.NaN) - before;
  const overIdle = before - idle;
  say(
    `${name}: eight at once ${seconds.toFixed(3)} s, ${overIdle.toFixed(0)} MB over idle; 200 more: ${growth.toFixed(0)} MB`,
  );
  const { eightSeconds, eightMegabytes } = boundsOf(name);
  return {
    [`${name}.search.eightAtOnce`]: lower(seconds, "s, eight searches at once", eightSeconds),
    [`${name}.search.eightOverEmpty`]: lower(
      (seconds * 1_000) / emptyMs,
      "x empty isolate, eight searches at once",
      eightSeconds && Math.round((eightSeconds * 1_000) / emptyThenMs),
    ),
    ...(!Number.isNaN(growth) && {
      [`${name}.search.eightMemory`]: lower(overIdle, "MB over idle, after eight at once", eightMegabytes),
      [`${name}.search.growth200`]: lower(growth, "MB, over 200 searches", 30, 0),
    }),
  };
}

/** The same questions with the dereferenced document pasted into the code, and with the npm package of a rival. */
async function rivals(
  name: string,
  { post }: BenchServer,
  document: Record<string, unknown>,
  questions: Questions,
  ours: { typical: number; every: number },
  say: Say,
): Promise<Figures> {
  const literal = dereferenced(document);
  if (!literal) {
    say(`${name}: no rival is measured: its document is too large dereferenced`);
    return {};
  }
  await post("/document", JSON.stringify(document));
  await post("/literal-source", JSON.stringify(literal));
  const others = await medianTimes(
    {
      literal: () => post("/literal", questions.literal),
      literalEvery: () => post("/literal", everyParameter),
      codemode: () => post("/codemode", questions.codemode),
    },
    3,
  );
  say(`${name}: literal ${ms(others.literal)}, codemode ${ms(others.codemode)}`);
  return {
    [`${name}.search.overLiteral`]: higher(others.literal / ours.typical, "x faster", 12, 20),
    [`${name}.search.overCodemode`]: higher(others.codemode / ours.typical, "x faster", 40, 80),
    [`${name}.everyParameter.overLiteral`]: higher(others.literalEvery / ours.every, "x faster", 4, 8),
  };
}

function boundsOf(name: string): Bounds {
  return bounds[name] ?? usual;
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}
