/**
 * `isogate token`: creates, lists and revokes access tokens for clients without a browser. Talks to a running server on
 * this machine; for a deployment it names the page where a person does the same.
 */
import { commandLine } from "./command-line.ts";
import { z } from "zod";
import { askPage, askDocument, serverFrom, UsageError } from "./ask-server.ts";
import { IssuedToken, TokensPage } from "./tokens-page.ts";
import { optionsOf } from "./options.ts";
import { commandFor } from "./places.ts";
import { Access } from "../terms/api-file.ts";
import { maxDays } from "../terms/token-days.ts";
import { printable } from "./compile-report.ts";

const command = commandFor("token");
const help = `${commandFor("token", "--access read [options]")}

Creates a scoped access token and prints it once.

  --access <list>    read, write, delete; separate several with commas
  --api <name>       only this API; repeat it for several (default: all)
  --name <text>      its purpose (default: "command line")
  --days <number>    days until it expires, 1 to 365 (default: 30)
  --list             lists the tokens instead
  --revoke <id>      revokes a token instead
  --server <origin>  the server (default: http://localhost:$PORT, PORT defaults to 8484)
  --help

Use it as: Authorization: Bearer <token>`;

/** What a client reads of a server that it has to log in to (RFC 9728). */
const Resource = z.object({ resource: z.string(), scopes_supported: z.array(z.string()).default([]) });

const config = { options: optionsOf.token } as const;

export async function run(args: string[]): Promise<number> {
  const { values } = commandLine(command, help, config, args);
  const server = serverFrom(values.server, command);
  if (values.list) {
    const { tokens } = await ask(server, TokensPage);
    if (tokens.length === 0) console.log("There are no tokens.");
    for (const { id, name, scopes, expiresAt } of tokens) {
      const day = new Date(expiresAt * 1_000).toISOString().slice(0, 10);
      console.log(printable(`${id}  until ${day}  ${name}  ${scopes.join(" ")}`));
    }
    return 0;
  }
  if (values.revoke !== undefined) {
    await ask(server, TokensPage, new URLSearchParams({ revoke: values.revoke }));
    console.log(`Revoked ${values.revoke}.`);
    return 0;
  }
  if (values.access === undefined)
    throw new UsageError(
      "Say what the token may do: --access read (or read,write or read,write,delete).",
      command,
    );
  const access = values.access.split(/[\s,]+/).filter(Boolean);
  const wrong = access.find((each) => !Access.safeParse(each).success);
  if (wrong !== undefined || access.length === 0)
    throw new UsageError(
      `--access takes read, write and delete, separated by commas; it is "${values.access}".`,
      command,
    );
  const days = Number(values.days);
  if (!Number.isInteger(days) || days < 1 || days > maxDays)
    throw new UsageError(
      `--days takes a whole number from 1 to ${maxDays}; it is "${values.days}".`,
      command,
    );
  const known = await apisOf(server);
  const unknown = values.api?.find((api) => !known.includes(api));
  if (unknown !== undefined)
    throw new UsageError(
      `This server has no API "${unknown}"; it has ${known.join(", ") || "none"}.`,
      command,
    );
  const apis = values.api ?? known;
  const form = new URLSearchParams({ name: values.name, days: values.days });
  for (const api of apis) for (const each of access) form.append("scope", `${api}:${each}`);
  const { token, record } = await ask(server, IssuedToken, form);
  console.log(token);
  console.error(
    `Expires in ${values.days} days. It will not be shown again. To revoke it: ${commandFor("token", `--revoke ${record.id}`)}`,
  );
  return 0;
}

async function apisOf(server: string): Promise<string[]> {
  const { scopes_supported: scopes } = await askDocument(
    `${server}/.well-known/oauth-protected-resource/mcp`,
    command,
    Resource,
  );
  return scopes.map((scope) => scope.split(":")[0]!);
}

function ask<T>(server: string, shape: z.ZodType<T>, form?: URLSearchParams): Promise<T> {
  const there = `open ${server}/tokens in a browser and create the token there`;
  return askPage(`${server}/tokens`, { command, form, there, shape });
}
