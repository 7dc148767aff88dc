/**
 * The demo API over HTTP: `startDemoApi` for the other commands and for tests, or alone by
 * `node demo/server.ts --port 8485`. Everything is in memory; a restart begins again.
 */
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { getRequestListener } from "@hono/node-server";
import { createApp, basePath } from "./http/app.ts";
import { readDocument } from "./http/document.ts";
import { defaultRate, type Rate } from "./http/rate-limit.ts";
import { handlers } from "./operations/index.ts";
import { defaultSeed, seededWorld } from "./seed/world.ts";

export interface DemoApiSettings {
  /** Default `127.0.0.1`. */
  host?: string;
  /** Default 8485; 0 takes a free one. */
  port?: number;
  /** The one bearer token that is let in. */
  token: string;
  /** Another number gives other addresses and times. */
  seed?: number;
  /** Only for tests that ask for more than the documented rate. */
  rate?: Rate;
}

export interface DemoApi {
  /** With the base path: `http://127.0.0.1:8485/v1`. */
  url: string;
  /** Ends open connections too. */
  close: () => Promise<void>;
}

/** Rejects with one sentence when it cannot listen, such as for a port in use. */
export async function startDemoApi(settings: DemoApiSettings): Promise<DemoApi> {
  const { host = "127.0.0.1", port = 8485, token, seed = defaultSeed, rate = defaultRate } = settings;
  let origin = "";
  const app = createApp({
    document: await readDocument(),
    handlers,
    world: seededWorld(seed),
    token,
    rate,
    origin: () => origin,
  });
  const server = createServer(getRequestListener(app.fetch));
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(new Error(unableToListen(error, host, port))),
    );
    server.listen(port, host, resolve);
  });
  const name = host.includes(":") ? `[${host}]` : host;
  origin = `http://${name}:${(server.address() as AddressInfo).port}`;
  return {
    url: `${origin}${basePath}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function unableToListen(error: NodeJS.ErrnoException, host: string, port: number): string {
  const where = `The demo API cannot listen on ${host}, port ${port}`;
  switch (error.code) {
    case "EADDRINUSE":
      return `${where}: the port is in use. Choose another (0 takes a free one), or stop the program that has it.`;
    case "EACCES":
      return `${where}: that port needs special rights. Choose one above 1023.`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `${where}: this machine has no such address. Use 127.0.0.1.`;
    default:
      return `${where}: ${error.message}.`;
  }
}

const help = `Serves the demo API of openapi.yaml: an edge platform under attack.

  node demo/server.ts [--port 8485] [--host 127.0.0.1] [--seed 1]

DEMO_TOKEN is the bearer token that is let in; without it one is made up and printed.
PORT and HOST are taken where --port and --host are not given.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: process.env.PORT ?? "8485" },
      host: { type: "string", default: process.env.HOST ?? "127.0.0.1" },
      seed: { type: "string", default: String(defaultSeed) },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return;
  }
  const port = wholeNumber("--port", values.port, 65_535);
  const seed = wholeNumber("--seed", values.seed, 2 ** 32 - 2);
  const token = process.env.DEMO_TOKEN ?? randomBytes(18).toString("base64url");
  const api = await startDemoApi({ host: values.host, port, token, seed });
  console.log(`Demo API      ${api.url}`);
  console.log(`Its document  ${api.url.slice(0, -basePath.length)}/openapi.yaml`);
  console.log(process.env.DEMO_TOKEN ? "Token         DEMO_TOKEN" : `Token         ${token}`);
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void api.close().then(() => process.exit(0)));
}

function wholeNumber(option: string, text: string, highest: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= highest) return number;
  throw new Error(`${option} must be a whole number from 0 to ${highest}, got ${JSON.stringify(text)}.`);
}

if (import.meta.main)
  main().catch((error: unknown) => {
    // parseArgs explains itself in several lines.
    const sentence = error instanceof Error ? error.message : String(error);
    console.error(sentence.replaceAll(/\s*\n\s*/g, " "));
    process.exitCode = 1;
  });
