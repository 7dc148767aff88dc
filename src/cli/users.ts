/**
 * `isogate users`: who uses the server, through which connections, and how to put them out. Talks to a running server on
 * this machine; for a deployment it names the page where an operator does the same.
 */
import { z } from "zod";
import type { ListedUser } from "../console/users.ts";
import { askPage, serverFrom, UsageError } from "./ask-server.ts";
import { commandLine } from "./command-line.ts";
import { printable } from "./compile-report.ts";
import { optionsOf } from "./options.ts";
import { commandFor } from "./places.ts";

const command = commandFor("users");
const help = `${commandFor("users", "[options]")}

Lists the users, when they were last seen, and their connections with client, scopes and start.

  --end <id>         ends a connection, or all access of a user, who is named by id or name
  --server <origin>  the server (default: http://localhost:$PORT, PORT defaults to 8484)
  --help

Ended access is refused at once, and runs under way send nothing more. People who may still sign in can connect again: to
keep somebody out, first take them off OIDC_ALLOWED, or close their account at the identity provider.`;

const config = { options: optionsOf.users } as const;

export async function run(args: string[]): Promise<number> {
  const { values } = commandLine(command, help, config, args);
  const server = serverFrom(values.server, command);
  const users = await all(server);
  if (values.end !== undefined) {
    const { words, ...fields } = find(users, values.end);
    await ask(`${server}/users/end`, server, Ended, new URLSearchParams(fields));
    console.log(printable(`Ended ${words}.`));
    return 0;
  }
  if (users.length === 0) console.log("Nobody has used this server yet.");
  for (const line of users.flatMap(linesOf)) console.log(printable(line));
  return 0;
}

const isObject = (value: unknown) => typeof value === "object" && value !== null;
const Answer = z.object({ users: z.array(z.custom<ListedUser>(isObject)), more: z.boolean() });
/** After a form the page answers with what it did. */
const Ended = z.object({});

function ask<T>(url: string, server: string, shape: z.ZodType<T>, form?: URLSearchParams): Promise<T> {
  return askPage(url, {
    command,
    form,
    shape,
    there: `open ${server}/users in a browser, as one of its OPERATORS`,
    missing:
      "This server runs without login (--open): it has no users, and every program on this machine may use it.",
  });
}

async function all(server: string): Promise<ListedUser[]> {
  const users: ListedUser[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await ask(`${server}/users?page=${page}`, server, Answer);
    users.push(...answer.users);
    if (!answer.more) return users;
  }
}

function linesOf({ id, label, seenMs, connections }: ListedUser): string[] {
  return [
    `${id}  ${label}  last seen ${minute(seenMs)}`,
    ...connections.map(
      (one) => `  ${one.id}  ${one.client}  since ${minute(one.createdAtMs)}  ${one.scopes.join(" ")}`,
    ),
  ];
}

const minute = (ms: number) => `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;

/** What `--end` names. @throws UsageError if it names nothing, or several things */
export function find(
  users: readonly ListedUser[],
  wanted: string,
): { user: string; connection?: string; words: string } {
  const found = users.flatMap(({ id, label, connections }) => [
    ...(id === wanted || label.toLowerCase() === wanted.toLowerCase()
      ? [{ user: id, words: `all access of ${label} (${id})` }]
      : []),
    ...connections
      .filter((one) => one.id === wanted)
      .map((one) => ({ user: id, connection: one.id, words: `the access of ${one.client} for ${label}` })),
  ]);
  const [first, ...others] = found;
  if (!first)
    throw new UsageError(`There is no user and no connection ${wanted}. List them: ${command}`, command);
  if (others.length > 0)
    throw new UsageError(
      `${wanted} is the name of several users. Name one by id: ${found.map(({ user }) => user).join(", ")}`,
      command,
    );
  return first;
}
