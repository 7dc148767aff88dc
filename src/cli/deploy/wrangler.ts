/**
 * Every use of wrangler by the deployment, as a child process. Secrets go through stdin, never on a command line. The dry
 * program prints what it would do and answers like an empty account.
 */
import { quoted } from "../quoted.ts";
import { spawn } from "node:child_process";

interface Answer {
  code: number;
  stdout: string;
  stderr: string;
}

export interface Call {
  /** Its purpose, for people. */
  why: string;
  args: string[];
  stdin?: string;
  /** Added to the environment of this call. */
  env?: Record<string, string>;
}

/** Runs wrangler, or prints that it would. */
export type Wrangler = (call: Call) => Promise<Answer>;

/** @param program a JavaScript file, or an executable */
export function realWrangler(program: string, folder: string): Wrangler {
  const [command, first] = /\.[cm]?js$/.test(program) ? [process.execPath, [program]] : [program, []];
  // It would choose an environment of the configuration, which is written for one deployment and has none.
  const environment = { ...process.env, CLOUDFLARE_ENV: undefined };
  return ({ args, stdin, env }) =>
    new Promise((resolve, reject) => {
      const child = spawn(command, [...first, ...args], {
        cwd: folder,
        stdio: ["pipe", "pipe", "pipe"],
        env: { ...environment, WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true", ...env },
      });
      const answer: Answer = { code: 0, stdout: "", stderr: "" };
      child.stdout.on("data", (text) => (answer.stdout += String(text)));
      child.stderr.on("data", (text) => (answer.stderr += String(text)));
      child.once("error", (error) => reject(new Error(`wrangler could not be started: ${error.message}`)));
      child.once("close", (code) => resolve({ ...answer, code: code ?? 1 }));
      child.stdin.on("error", () => {});
      child.stdin.end(stdin ?? "");
    });
}

/** @param say receives each step */
export function dryWrangler(say: (line: string) => void): Wrangler {
  return async ({ why, args }) => {
    say(`  ${why}\n    wrangler ${args.map(quoted).join(" ")}`);
    if (args[0] === "whoami") return { code: 0, stdout: "{}", stderr: "" };
    if (args.join(" ") === "kv namespace list") return { code: 0, stdout: "[]", stderr: "" };
    const missing = ["r2 bucket info", "secret list"].some((start) => args.join(" ").startsWith(start));
    return { code: missing ? 1 : 0, stdout: "", stderr: missing ? "not found (dry run)" : "" };
  };
}

/** Runs a step that has to succeed. @returns what it printed. @throws Error with wrangler's last lines */
export async function must(wrangler: Wrangler, call: Call): Promise<string> {
  const { code, stdout, stderr } = await wrangler(call);
  if (code !== 0)
    throw new Error(
      `wrangler ${call.args.join(" ")} ended with code ${code}:\n${lastLines(`${stdout}\n${stderr}`)}\nThe deployment stopped at this step; you can repeat the command.`,
    );
  return stdout;
}

function lastLines(text: string): string {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(-15)
    .join("\n");
}
