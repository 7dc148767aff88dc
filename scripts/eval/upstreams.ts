/** The APIs that the tasks are about, each running: the demo, PowerDNS, Alertmanager, and a GitHub made from its document. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startDemoApi } from "../../demo/server.ts";
import { prepareApi, readApiFile, specsFolder, type PreparedApi } from "../../src/cli/apis.ts";
import type { ApiFile } from "../../src/terms/api-file.ts";
import { alertmanagerLogin, startAlertmanager } from "../../test/upstreams/alertmanager.ts";
import { powerdnsKey, startPowerdns } from "../../test/upstreams/powerdns.ts";
import { githubToken, startGithub } from "./mock/github.ts";
import type { RestMock } from "./mock/rest-mock.ts";

const demoToken = "planted-demo-token";

/** The APIs as a check looks at them, past isogate. */
export interface Upstreams {
  /** @returns the data of an answer; a check reads with it, and `prepare` writes */
  demo(method: string, path: string, body?: unknown): Promise<unknown>;
  powerdns(method: string, path: string, body?: unknown): Promise<unknown>;
  alertmanager(method: string, path: string, body?: unknown): Promise<unknown>;
  github: RestMock;
}

export interface RunningUpstreams {
  upstreams: Upstreams;
  apis: PreparedApi[];
  secrets: Record<string, string>;
  stop(): Promise<void>;
}

/** Names of the APIs, as they are served. */
export type UpstreamName = keyof Upstreams;

interface Started {
  api: PreparedApi;
  secrets: Record<string, string>;
  upstream: Upstreams[UpstreamName];
  stop(): Promise<void>;
}

const local = { allowHttp: true, allowPrivate: ["127.0.0.1"] } satisfies Partial<ApiFile>;

/** Each starts one API. `folder`: for what a server keeps. */
const starters: Record<UpstreamName, (folder: string) => Promise<Started>> = {
  async demo() {
    const demo = await startDemoApi({ port: 0, token: demoToken });
    const configured = await readApiFile(join(specsFolder, "demo.jsonc"));
    return {
      api: await prepareApi({ ...configured, file: { ...configured.file, server: demo.url } }),
      secrets: { DEMO_TOKEN: demoToken },
      upstream: talk(demo.url, { authorization: `Bearer ${demoToken}` }),
      stop: demo.close,
    };
  },
  async powerdns(folder) {
    const { url, document, stop } = await startPowerdns(folder);
    const api = await prepareText("powerdns", document, folder, {
      server: url,
      credential: { from: "shared", secrets: { APIKeyHeader: "POWERDNS_KEY" } },
      policy: [
        {
          effect: "deny",
          path: "/servers/*/zones/kept.example.",
          method: "DELETE",
          reason: "This zone is kept for the auditors.",
        },
      ],
    });
    const upstream = talk(url, { "x-api-key": powerdnsKey });
    return { api, secrets: { POWERDNS_KEY: powerdnsKey }, upstream, stop };
  },
  async alertmanager(folder) {
    const { url, document, stop } = await startAlertmanager(folder);
    const api = await prepareText("alertmanager", document, folder, {
      server: url,
      auth: { schemes: { login: { type: "http", scheme: "basic" } }, security: [{ login: [] }] },
      credential: { from: "shared", secrets: { login: "ALERTMANAGER_LOGIN" } },
    });
    const basic = Buffer.from(alertmanagerLogin).toString("base64");
    const upstream = talk(url, { authorization: `Basic ${basic}` });
    return { api, secrets: { ALERTMANAGER_LOGIN: alertmanagerLogin }, upstream, stop };
  },
  async github() {
    const published = await readApiFile(join(specsFolder, "github.jsonc"));
    const github = await startGithub((await prepareApi(published)).opened);
    return {
      api: await prepareApi({ ...published, file: { ...published.file, ...local, server: github.url } }),
      secrets: { GITHUB_TOKEN: githubToken },
      upstream: github,
      stop: github.close,
    };
  },
};

export const upstreamNames = Object.keys(starters) as UpstreamName[];

/**
 * @param folder for what the servers keep
 * @throws Error that names the Debian package of a server that is not installed
 */
export async function startUpstreams(
  folder: string,
  names: readonly UpstreamName[],
): Promise<RunningUpstreams> {
  const started: Partial<Record<UpstreamName, Started>> = {};
  const stop = async () => void (await Promise.all(Object.values(started).map((one) => one.stop())));
  try {
    for (const name of names) started[name] = await starters[name](folder);
  } catch (error) {
    await stop();
    throw error;
  }
  const all = Object.entries(started);
  return {
    apis: all.map(([, { api }]) => api),
    secrets: Object.assign({}, ...all.map(([, { secrets }]) => secrets)) as Record<string, string>,
    // A task uses those of its own API, or all are there.
    upstreams: Object.fromEntries(
      all.map(([name, { upstream }]) => [name, upstream]),
    ) as unknown as Upstreams,
    stop,
  };
}

async function prepareText(
  name: UpstreamName,
  document: string,
  folder: string,
  file: Omit<ApiFile, "source">,
): Promise<PreparedApi> {
  await writeFile(join(folder, `${name}.json`), document);
  return prepareApi({ name, folder, file: { source: `${name}.json`, ...local, ...file } });
}

function talk(base: string, headers: Record<string, string>) {
  return async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(base + path, {
      method,
      headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok && response.status !== 404)
      throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 200)}`);
    return text === "" || response.status === 404 ? undefined : JSON.parse(text);
  };
}
