/** The server that the tours walk through: the bundled APIs, and the demo API twice more under other rules. */
import type { ConfiguredApi } from "../../src/cli/apis.ts";
import { startExample, type Example } from "./example.ts";

/** People call this one with a credential of their own. */
export const ownName = "edge_mine";
/** This one asks a person about each write, and refuses to remove zones. */
export const carefulName = "edge_careful";

/** The Worker of the tours: the real one, with a path that fills the ledger. */
const entry = "test/console/fixture/worker.ts";
/** For a server that is gone after the tour. */
const ISOGATE_SECRET = "a-secret-for-the-pictures-only-0123456789";

function moreApis(configured: ConfiguredApi[]): ConfiguredApi[] {
  const demo = configured.find(({ name }) => name === "demo")!;
  const fields = { bearerAuth: "API token", accountKey: "Account key" };
  const credential = { from: "user" as const, fields, help: "https://example.com/tokens", check: "/account" };
  const policy = [
    { effect: "deny" as const, operation: "deleteZone" },
    { effect: "ask" as const, access: ["write" as const, "delete" as const] },
  ];
  return [
    { ...demo, name: ownName, file: { ...demo.file, title: "Edge platform (your own)", credential } },
    { ...demo, name: carefulName, file: { ...demo.file, title: "Edge platform (careful)", policy } },
  ];
}

export function startTourServer(stateFolder: string): Promise<Example> {
  return startExample(stateFolder, { entry, more: moreApis, secrets: { ISOGATE_SECRET } });
}
