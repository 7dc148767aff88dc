/**
 * A round trip of every operation of several documents through Prism, with arguments made from the document: it
 * refuses what the document does not allow, so that what passes here was written as the document says.
 */
import { env } from "cloudflare:workers";
import { expect, inject, it } from "vitest";
import type { ApiFile } from "../../src/terms/api-file.ts";
import { openCatalog } from "../../src/spec/read/open-catalog.ts";
import { readCatalog } from "../../src/store/catalogs.ts";
import { deploy, executeOn } from "../gateway/running.ts";
import { prismDocuments } from "./prism-documents.ts";
import { argumentsFor } from "./samples.ts";

/** At least this part of a document's operations has to pass; the others are listed with their reason. */
const mustPass = 0.95;
const atOnce = 100;

/** What became of one call, as the code in the isolate reports it: undefined if it passed. */
const code = (calls: unknown) => `
  const calls = ${JSON.stringify(calls)};
  const outcomes = {};
  for (const [id, args] of calls) {
    try { await api.call(id, args); } catch (error) {
      // What Prism says about its own example of an answer is not about our request.
      const body = error.data;
      const about = Array.isArray(body?.validation) ? body.validation.filter(({ location }) => location?.[0] !== "response") : [body?.title];
      const isPrism = String(body?.type).includes("prism/errors");
      if (error.status > 0 && !isPrism) continue;
      if (isPrism && about.length === 0) continue;
      outcomes[id] = isPrism ? body.type.split("#")[1] + " " + JSON.stringify(about).slice(0, 300) : error.name + ": " + error.message.slice(0, 300);
    }
  }
  return outcomes;`;

it.each(prismDocuments)(
  "$name: every operation passes Prism, but for those listed",
  async ({ name, except }) => {
    const { url, document } = inject("prism")[name] as { url: string; document: string };
    const parsed = JSON.parse(document) as Record<string, unknown>;
    const declared = (parsed["components"] as Record<string, Record<string, object>> | undefined)?.[
      "securitySchemes"
    ];
    const schemes = declared ?? (parsed["securityDefinitions"] as Record<string, object> | undefined) ?? {};
    const secrets = Object.fromEntries(Object.keys(schemes).map((scheme) => [scheme, "PRISM_SECRET"]));
    const file: Partial<ApiFile> = {
      server: url,
      credential: { from: "shared", secrets },
      budgets: { requests: 1_000, runMs: 300_000 },
    };
    const api = await deploy({ document: parsed, file });
    const { index, body } = await readCatalog(env.CATALOGS, api.hash);
    const catalog = openCatalog(index, body);
    const calls = catalog.operations.map(
      (operation) => [operation.id, argumentsFor(catalog.operationObject(operation))] as const,
    );
    const refused: Record<string, string> = {};
    for (let from = 0; from < calls.length; from += atOnce) {
      const ran = await executeOn(code(calls.slice(from, from + atOnce)), [api]);
      expect(ran.failure).toBeUndefined();
      Object.assign(refused, ran.value);
    }
    const unexpected = Object.entries(refused).filter(([id]) => !(id in except));
    console.log(`${name}: ${calls.length - Object.keys(refused).length} of ${calls.length} operations pass`);
    expect(unexpected).toEqual([]);
    expect(1 - Object.keys(refused).length / calls.length).toBeGreaterThanOrEqual(mustPass);
  },
  300_000,
);
