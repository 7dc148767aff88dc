import { WorkerEntrypoint } from "cloudflare:workers";

export default class Guest extends WorkerEntrypoint {
  async run(): Promise<string> {
    const program = (await import("./program.js" as string)) as { default: () => Promise<unknown> };
    return JSON.stringify(await program.default());
  }
}
