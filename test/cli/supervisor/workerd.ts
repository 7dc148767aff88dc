/**
 * Stands for wrangler and the runtime below it, in two processes: the first starts the second again when it ends. The
 * second serves, prints how often it was asked, and a request for /stuck keeps it busy for ever.
 */
import { spawn } from "node:child_process";
import { createServer } from "node:http";

const [role, address = ""] = process.argv.slice(2);
const port = Number(address.split(/[:=]/).at(-1));

if (role === "serve") {
  createServer((request, response) => {
    if (request.url !== "/healthz") process.stdout.write(`asked for ${request.url}\n`);
    // The line has left before the thread is busy.
    if (request.url?.endsWith("stuck"))
      setTimeout(() => {
        for (;;);
      }, 50);
    else response.end("fine");
  }).listen(port, "127.0.0.1");
} else {
  let child: ReturnType<typeof spawn> | undefined;
  const start = () => {
    child = spawn(process.execPath, [import.meta.filename, "serve", `=${port}`], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    child.once("exit", start);
  };
  process.once("SIGTERM", () => {
    child?.kill("SIGKILL");
    process.exit();
  });
  start();
}
