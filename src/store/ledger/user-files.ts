import { WorkerEntrypoint } from "cloudflare:workers";
import { logEvent } from "../../terms/log.ts";

export interface UserFilesProps {
  userId: string;
  /** The run that makes files. */
  runId: string;
  /** Origin of the console. */
  origin: string;
  /** How many files the run may make. */
  most: number;
  /** A look back makes none: its code is told that they are kept. */
  keepsNothing?: boolean;
}

/** Gives an isolate the files of one user: it adds those of its run and reads what was uploaded, and nothing else of the ledger. */
export class UserFiles extends WorkerEntrypoint<Env, UserFilesProps> {
  /** @throws Error with a sentence for the code */
  async keep(
    name: string,
    type: string,
    content: Uint8Array,
  ): Promise<{ name: string; bytes: number; link: string }> {
    const { runId, origin, most, keepsNothing } = this.ctx.props;
    if (keepsNothing)
      return { name: String(name), bytes: content.byteLength, link: fileLink(origin, "not-kept") };
    const given = { name: String(name), type: String(type), content: new Uint8Array(content), run: runId };
    const kept = await this.#ask(async (ledger) => ledger.keepFile(given, most));
    if (!kept.ok) throw new Error(kept.failure);
    const { file } = kept;
    return { name: file.name, bytes: file.bytes, link: fileLink(origin, file.id) };
  }

  async read(name: string): Promise<{ type: string; content: Uint8Array } | null> {
    return this.#ask(async (ledger) => ledger.uploadedFile(String(name)));
  }

  async #ask<T>(work: (ledger: ReturnType<Env["LEDGER"]["getByName"]>) => Promise<T>): Promise<T> {
    try {
      return await work(this.env.LEDGER.getByName(this.ctx.props.userId));
    } catch (error) {
      logEvent("isogate.files.failed", {}, error);
      // oxlint-disable-next-line preserve-caught-error -- it goes to the model's code; the store's words are for the log
      throw new Error("Files cannot be kept or read right now. Try again in a moment.");
    }
  }
}

/** Where the person opens a file. */
export function fileLink(origin: string, id: string): string {
  return `${origin}/files/${id}`;
}
