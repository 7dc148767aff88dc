import { spawn } from "node:child_process";

/** Runs a script of ours where there is loopback and nothing else. */
export function withoutNetwork(args: string[]): Promise<number> {
  const asRoot = process.getuid?.() === 0;
  const child = spawn(
    "unshare",
    [
      ...(asRoot ? ["-n"] : ["-r", "-n"]),
      "sh",
      "-c",
      'ip link set lo up && exec "$@"',
      "sh",
      process.execPath,
      ...args,
    ],
    { stdio: "inherit" },
  );
  return new Promise((resolve, reject) => {
    child.once("exit", (status) => resolve(status ?? 1));
    child.once("error", (error) => reject(new Error(`unshare cannot be run: ${error.message}`)));
  });
}
