/**
 * Starts the program that is named, and ends it when its own input ends, which happens when the process that started
 * both does, in whatever way: nothing goes on serving that nobody can see or stop. For systems without a POSIX shell.
 */
import { spawn } from "node:child_process";

const [program, ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ["ignore", "inherit", "inherit"] });
child.once("exit", (code) => process.exit(code ?? 1));
process.on("exit", () => child.kill("SIGKILL"));
process.stdin
  .on("end", () => process.exit(1))
  .on("error", () => process.exit(1))
  .resume();
