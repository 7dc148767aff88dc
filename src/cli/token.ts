/**
 * `isogate token`: makes, lists and revokes access tokens for headless clients. Talks to a running server on this
 * machine; for a deployment it names the page where a person does the same.
 */
import { commandLine, helpHint } from "./command-line.ts";
import { commandFor } from "./places.ts";

const command = commandFor("token");
const help = `${commandFor("token", "--access read [options]")}

Makes a scoped, ending access token and prints it once.

  --access <list>    read, write, delete; several with commas
  --api <name>       only this API; may be given several times (default: all)
  --name <text>      what it is for (default: "command line")
  --days <number>    until it ends, 1 to 365 (default: 30)
  --list             lists the tokens instead
  --revoke <id>      revokes one instead
  --server <origin>  the server (default: http://localhost:$PORT, PORT defaults to 8484)
  --help

Use it as: Authorization: Bearer <token>`;

interface Answer {
  problem?: string;
  token?: string;
  tokens: { id: string; name: string; scopes: string[]; expiresAt: number }[];
}

class Refusal extends Error {
  constructor(sentence: string) {
    super(`${sentence}\n${helpHint(command)}`);
  }
}

const config = {
  options: {
    access: { type: "string" },
    api: { type: "string", multiple: true },
    name: { type: "string", default: "command line" },
    days: { type: "string", default: "30" },
    list: { type: "boolean" },
    revoke: { type: "string" },
    server: { type: "string", default: `http://localhost:${process.env["PORT"] ?? "8484"}` },
  },
} as const;

export async function run(args: string[]): Promise<number> {
  const { values } = commandLine(command, help, config, args);
  if (!URL.canParse(values.server))
    throw new Refusal(`--server needs a full URL such as http://localhost:8484; it is ${values.server}.`);
  const server = values.server.replace(/\/+$/, "");
  if (values.list) {
    printList(await ask(server));
    return 0;
  }
  if (values.revoke !== undefined) {
    await ask(server, new URLSearchParams({ revoke: values.revoke }));
    console.log(`Revoked ${values.revoke}.`);
    return 0;
  }
  if (values.access === undefined)
    throw new Refusal("Say what the token may do: --access read (or read,write or read,write,delete).");
  const apis = values.api ?? (await apisOf(server));
  const form = new URLSearchParams({ name: values.name, days: values.days });
  for (const api of apis)
    for (const access of values.access.split(/[\s,]+/)) form.append("scope", `${api}:${access}`);
  const { token } = await ask(server, form);
  console.log(token);
  console.error(
    `It ends in ${values.days} days and is not shown again. To revoke it, find its id: ${commandFor("token", "--list")}`,
  );
  return 0;
}

async function apisOf(server: string): Promise<string[]> {
  const response = await reach(`${server}/.well-known/oauth-protected-resource/mcp`);
  const { scopes_supported: scopes = [] } = (await response.json()) as { scopes_supported?: string[] };
  return scopes.map((scope) => scope.split(":")[0]!);
}

async function ask(server: string, form?: URLSearchParams): Promise<Answer> {
  const url = `${server}/tokens`;
  const response = await reach(url, {
    headers: { Accept: "application/json", Origin: new URL(server).origin },
    redirect: "manual",
    ...(form ? { method: "POST", body: form } : {}),
  });
  if (!response.headers.get("Content-Type")?.includes("application/json"))
    throw new Refusal(
      `This server wants a person to sign in: open ${url} in a browser and make the token there.`,
    );
  const answer = (await response.json()) as Answer;
  if (answer.problem) throw new Refusal(answer.problem);
  return answer;
}

async function reach(url: string, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch {
    throw new Refusal(
      `Nobody answers at ${new URL(url).origin}: start the server (${commandFor("start")}), or name it with --server.`,
    );
  }
}

function printList({ tokens }: Answer): void {
  if (tokens.length === 0) console.log("There are no tokens.");
  for (const { id, name, scopes, expiresAt } of tokens)
    console.log(
      `${id}  until ${new Date(expiresAt * 1_000).toISOString().slice(0, 10)}  ${name}  ${scopes.join(" ")}`,
    );
}
