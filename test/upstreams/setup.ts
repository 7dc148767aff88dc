/** The servers that the tests in this folder need, and the documents that describe them. */
import { OAuth2Server } from "oauth2-mock-server";
import type { TestProject } from "vitest/node";
import { startAlertmanager } from "./alertmanager.ts";
import { startPowerdns } from "./powerdns.ts";
import { temporaryFolder } from "./processes.ts";
import { freePort } from "../../src/cli/server/local-server.ts";

/** As `RunningServer`, without what cannot be handed to a test. */
export interface ProvidedServer {
  url: string;
  document: string;
}

declare module "vitest" {
  export interface ProvidedContext {
    powerdns: ProvidedServer;
    alertmanager: ProvidedServer;
    /** Issuer of tokens. */
    issuer: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await temporaryFolder();
  const stops = [() => folder.remove()];
  const stopAll = async () => {
    for (const stop of stops.toReversed()) await stop();
  };
  try {
    const powerdns = await startPowerdns(folder.path);
    stops.push(() => powerdns.stop());
    project.provide("powerdns", { url: powerdns.url, document: powerdns.document });
    const alertmanager = await startAlertmanager(folder.path);
    stops.push(() => alertmanager.stop());
    project.provide("alertmanager", { url: alertmanager.url, document: alertmanager.document });
    const issuer = new OAuth2Server();
    await issuer.issuer.keys.generate("RS256");
    await issuer.start(await freePort(), "127.0.0.1");
    stops.push(() => issuer.stop());
    project.provide("issuer", `http://127.0.0.1:${issuer.address().port}`);
  } catch (error) {
    await stopAll();
    throw error;
  }
  return stopAll;
}
