/**
 * What `isogate start` offers on a terminal for a document that was named on the command line: the options that it
 * lacks, asked for one by one. What was answered is printed as the command for the next time.
 */
import { createInterface } from "node:readline/promises";
import { credentialsWanted } from "../deployment/useless-secrets.ts";
import { addressProblem } from "../request/address.ts";
import { baseUrls } from "../request/servers.ts";
import { messageOf } from "../terms/log.ts";
import type { PreparedApi } from "./apis.ts";
import { serverUrl } from "./server-url.ts";
import { credentialOption } from "./secrets.ts";

/** Options that a person was asked for. */
export interface Answers {
  server?: string;
  /** `<scheme>=<VAR>` each. */
  credential?: string[];
}

/** @returns what was typed, without blanks around it */
export type Ask = (question: string) => Promise<string>;

/** Asks for what is missing. @returns nothing if nothing is, or the person wants none of it */
export async function offers({ api, opened }: PreparedApi, ask: Ask): Promise<Answers> {
  const bases = baseUrls(opened.spec["servers"]);
  const answers: Answers = {};
  if (bases.length === 0) {
    const server = await answer(
      ask,
      "The document does not say where the API is. Its base URL (Enter: none): ",
      serverUrl,
    );
    if (server !== "") answers.server = server;
  } else if (bases.every((base) => addressProblem(base, api.file))) {
    const reach = await ask(`May isogate call ${bases[0]}, as the document says? [y/N] `);
    if (/^y(?:es)?$/i.test(reach)) answers.server = bases[0]!;
  }
  const credential: string[] = [];
  for (const scheme of credentialsWanted(api.file, opened)) {
    const optionFor = (variable: string) => `${scheme}=${variable.replace(/^\$/, "")}`;
    const variable = await answer(
      ask,
      `The document asks for the credential ${scheme}. The environment variable that holds it (Enter: none): `,
      (text) => {
        if (!/^\$?[A-Z][A-Z0-9_]*$/.test(text)) throw new Error(nameWanted);
        credentialOption(optionFor(text));
      },
    );
    if (variable !== "") credential.push(optionFor(variable));
  }
  return credential.length > 0 ? { ...answers, credential } : answers;
}

const nameWanted =
  "That is no name of an environment variable: capital letters, digits and _. The secret itself stays in the variable.";

/** Asks until the answer is empty or one that `check` does not throw at, which is said before the question. */
async function answer(ask: Ask, question: string, check: (text: string) => unknown): Promise<string> {
  for (let problem = ""; ;) {
    const text = await ask(problem + question);
    try {
      if (text !== "") check(text);
      return text;
    } catch (error) {
      problem = `${messageOf(error)}\n`;
    }
  }
}

/** Asks on the terminal; undefined where no person sits at one. */
export function terminalAsk(): Ask | undefined {
  if (!process.stdin.isTTY || !process.stdout.isTTY || process.env.CI) return undefined;
  return async (question) => {
    const terminal = createInterface({ input: process.stdin, output: process.stdout });
    const aborted = new Promise<never>((_, reject) =>
      terminal.once("SIGINT", () => reject(new Error("Stopped."))),
    );
    try {
      return (await Promise.race([terminal.question(question), aborted])).trim();
    } finally {
      terminal.close();
    }
  };
}
