/** What every driver of a client program gets, and what it reports. */
import { spawn } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ModelStandIn } from "./models.ts";

/** What is tried, in the order of the table's columns, and what it means. */
export const features = {
  open: "connects to a server without login (`--open`) and starts none",
  login: "logs in: the program opens the page, a person clicks Allow",
  tools: "sees both tools",
  search: "searches",
  execute: "calls the API, and its model gets the result once",
  failure: "its model gets the reason of a failed call",
} as const;
export type Feature = keyof typeof features;

export interface Cell {
  ok: boolean;
  /** What was seen, if that needs words. */
  note?: string;
}

export interface World {
  /** Where the program is installed. */
  folder: string;
  /** A home directory of its own. */
  home: string;
  /** MCP endpoints: one that needs no login, and one that does. Their only API is the demo, as `api`. */
  open: URL;
  login: URL;
  model: ModelStandIn;
  /** Its environment: the home, a browser that clicks Allow, no telemetry. */
  env: Record<string, string>;
}

/** @param tell is called with each feature as it is known; one that is never told does not apply */
export type Drive = (world: World, tell: (feature: Feature, cell: Cell) => void) => Promise<void>;

/** What one tool call of a program is. */
export interface Execute {
  code: string;
  background?: true;
}

/**
 * Logs a program in, with these scopes ticked. Each call is one of a program that was started again, because the server may
 * have been meanwhile.
 * @returns a function that lets it call `execute`, and resolves with the text that its model is given
 */
export type Talk = (
  world: Pick<World, "folder" | "home" | "login" | "env">,
  scopes: readonly string[],
) => Promise<(call: Execute) => Promise<string>>;

/** The code that every client sends, and what comes back. */
export const codes = {
  search: 'return find("list zones", { limit: 3 }).map((operation) => operation.path)',
  execute:
    'const { data } = await api.get("/zones"); return "marker-" + (data.items.length > 0 ? "of-a-result" : "none")',
  failure: 'return await api.get("/zonez")',
} as const;

const seen = {
  search: (text: string) => text.includes("/zones"),
  execute: (text: string) => text.includes("marker-of-a-result"),
  failure: (text: string) => text.includes("unknown-operation") && text.includes("/zones"),
} as const;

/** What a model got, as a cell: whether it is what it should be, and how often. */
export function cellOf(call: keyof typeof codes, text: string): Cell {
  if (!seen[call](text)) return { ok: false, note: `the model got ${JSON.stringify(text.slice(0, 300))}` };
  const times = text.split("marker-of-a-result").length - 1;
  return call === "execute" && times > 1 ? { ok: true, note: `${times} times` } : { ok: true };
}

export const newFolder = (name: string) => mkdtemp(join(tmpdir(), `isogate-${name}-`));

export interface Ended {
  code: number | null;
  output: string;
}

/** Runs a program of the client to its end, or kills it after `withinMs`. */
export function run(
  world: Pick<World, "folder" | "home" | "env">,
  program: string,
  args: string[],
  {
    env = {},
    withinMs = 90_000,
    cwd = world.home,
    input = "",
  }: { env?: Record<string, string>; withinMs?: number; cwd?: string; input?: string } = {},
): Promise<Ended> {
  const path = program.includes("/") ? program : join(world.folder, "node_modules/.bin", program);
  const child = spawn(path, args, {
    cwd,
    env: { ...world.env, ...env } as unknown as NodeJS.ProcessEnv,
    detached: true,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += String(text)));
  child.stdin.end(input);
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      output += `\n(killed after ${withinMs} ms)`;
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    }, withinMs);
    child.once("error", (error) => {
      clearTimeout(timer);
      resolve({ code: null, output: `${output}\n${error.message}` });
    });
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ code, output });
    });
  });
}

/** Fails with what the program said. */
export function assertRan({ code, output }: Ended, what: string): string {
  if (code !== 0) throw new Error(`${what}: exit code ${code}: ${output.slice(-800)}`);
  return output;
}
