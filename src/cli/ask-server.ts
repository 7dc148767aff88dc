/**
 * Asks a page of a running server on this machine in JSON, as the person who may open it there. For a deployment, where
 * that person has to sign in, it names the page instead.
 */
import { stripVTControlCharacters } from "node:util";
import { z } from "zod";
import { messageOf } from "../terms/log.ts";
import { isLoopbackHost } from "../terms/loopback.ts";
import { fetchProblem } from "../terms/no-connection.ts";
import { trimEndOf } from "../terms/trim-end.ts";
import { helpHint } from "./command-line.ts";
import { commandFor } from "./places.ts";
import { serverUrl } from "./server-url.ts";

export class UsageError extends Error {
  /** @param command the one whose help tells more */
  constructor(sentence: string, command: string) {
    super(`${sentence}\n${helpHint(command)}`);
  }
}

/** @returns the server without a slash at its end. @throws UsageError that says how to write it */
export function serverFrom(text: string, command: string): string {
  try {
    return trimEndOf(serverUrl(text).href, /\//);
  } catch (error) {
    throw new UsageError(messageOf(error), command);
  }
}

/** A server of ours that is so slow has other problems. */
const patienceMs = 20_000;

/**
 * Opens a page, or sends its form.
 * @param there what the person does in a browser instead, where they have to sign in
 * @param missing what a 404 that is a page means
 * @param shape of the page in JSON; what else is answered is not ours
 * @throws UsageError with the problem that the server reports
 */
export async function askPage<T>(
  url: string,
  options: {
    command: string;
    form?: URLSearchParams | undefined;
    there: string;
    missing?: string;
    shape: z.ZodType<T>;
  },
): Promise<T> {
  const { command, form, there, missing, shape } = options;
  // Forms of the console hold what this cookie holds (src/console/form.ts); a browser of another site cannot know it.
  const token = crypto.randomUUID();
  const body = form && new URLSearchParams([...form, ["token", token]]);
  const headers = {
    Accept: "application/json",
    Origin: new URL(url).origin,
    Cookie: [`isogate-form=${token}`, ...(await cookiesOfDoor(url, command))].join("; "),
  };
  const init = { headers, redirect: "manual", ...(body && { method: "POST", body }) } as const;
  const response = await reach(url, command, init);
  const answer = await jsonOf(response);
  const { data: known } = Problem.safeParse(answer);
  if (known) throw new UsageError(known.problem, command);
  const page = response.ok ? shape.safeParse(answer) : undefined;
  if (page?.success) return page.data;
  if (response.status === 404 && missing !== undefined) throw new UsageError(missing, command);
  if (wantsSignIn(response))
    throw new UsageError(`This server wants a person to sign in: ${there}.`, command);
  throw await otherAnswer(response, url, command);
}

const Problem = z.object({ problem: z.string().min(1) });

/** @returns undefined for an answer that is no JSON */
async function jsonOf(response: Response): Promise<unknown> {
  if (!response.headers.get("Content-Type")?.includes("application/json")) return undefined;
  return response
    .clone()
    .json()
    .catch(() => undefined);
}

function wantsSignIn({ status }: Response): boolean {
  return (status >= 300 && status < 400) || status === 401 || status === 403;
}

/**
 * Reads a public document of the server.
 * @throws UsageError if the server fails, or is not isogate
 */
export async function askDocument<T>(url: string, command: string, shape: z.ZodType<T>): Promise<T> {
  const response = await reach(url, command);
  const document = response.ok ? shape.safeParse(await jsonOf(response)) : undefined;
  if (document?.success) return document.data;
  throw await otherAnswer(response, url, command);
}

const Misdirected = z.object({
  error: z.object({ message: z.string().startsWith("Unknown host name ").max(600) }),
});

/** @returns what a server of ours says to a request for a name that is not its own; undefined if it is something else */
export async function unknownHostIn(response: Response): Promise<string | undefined> {
  if (response.status !== 421) return undefined;
  return Misdirected.safeParse(await jsonOf(response)).data?.error.message;
}

/** What to say of an answer that is not the one asked for: the server fails, or another program listens there. */
async function otherAnswer(response: Response, url: string, command: string): Promise<UsageError> {
  const { origin } = new URL(url);
  const { status } = response;
  const unknownHost = await unknownHostIn(response);
  if (unknownHost !== undefined)
    return new UsageError(
      `The server at ${origin} is isogate, and serves under another name: ${unknownHost} Name that with --server.`,
      command,
    );
  if (status < 500)
    return new UsageError(
      `What answers at ${origin} is not isogate (status ${status}): name your server with --server.`,
      command,
    );
  const text = response.bodyUsed ? "" : await response.text();
  const [line = ""] = text.trim().split("\n", 1);
  const reason = /^[^<{]{1,200}$/.test(line) ? `: ${stripVTControlCharacters(line)}` : ".";
  return new UsageError(
    `The server at ${origin} answered ${status}${reason}\nLook at what it printed where it runs. If it goes on, restart it.`,
    command,
  );
}

/** What a local server's door (src/cli/supervisor/door.ts) gives to programs on this machine, as to browsers. */
async function cookiesOfDoor(url: string, command: string): Promise<string[]> {
  const { headers } = await reach(new URL("/", url).href, command, { redirect: "manual" });
  const door = URL.parse(headers.get("Location") ?? "");
  if (door === null || !isLoopbackHost(door.hostname) || door.hostname !== new URL(url).hostname) return [];
  const given = (await reach(door.href, command, { redirect: "manual" })).headers.getSetCookie();
  return given.map((cookie) => cookie.split(";")[0] ?? "");
}

/** @throws UsageError if nothing answers */
export async function reach(url: string, command: string, init?: RequestInit): Promise<Response> {
  const { origin, protocol } = new URL(url);
  try {
    return await fetch(url, { signal: AbortSignal.timeout(patienceMs), ...init });
  } catch (error) {
    const why =
      (error as Error).name === "TimeoutError"
        ? `no answer within ${patienceMs / 1_000} s`
        : fetchProblem(error, protocol === "https:");
    throw new UsageError(
      `No server answers at ${origin}: ${why}. Start the server (${commandFor("start")}), or name it with --server.`,
      command,
    );
  }
}
