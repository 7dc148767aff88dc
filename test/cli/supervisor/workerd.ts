/** Stands for the runtime: serves, and prints how often it was asked; a request for /stuck keeps it busy for ever. */
import { createServer } from "node:http";

createServer((request, response) => {
  if (request.url !== "/healthz") process.stdout.write(`asked for ${request.url}\n`);
  // The line has left before the thread is busy.
  if (request.url?.endsWith("stuck"))
    setTimeout(() => {
      for (;;);
    }, 50);
  else response.end("fine");
}).listen(Number(process.argv[2]), "127.0.0.1");
