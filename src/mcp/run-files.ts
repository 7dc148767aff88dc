/**
 * Files of a run: what its code can read and make, and what becomes of bytes in its result. Pictures go to the model,
 * everything else to the person, as a link that their login opens.
 */
import { exports } from "cloudflare:workers";
import { maxFilesOfRun, maxPictureBytes, maxPictures } from "../sandbox/limits.ts";
import type { SandboxRun } from "../sandbox/run.ts";
import { fileLink } from "../store/ledger/user-files.ts";
import { endingOf, fileType, type FileInfo } from "../terms/file.ts";
import { logEvent } from "../terms/log.ts";
import type { SandboxOutcome } from "../terms/outcome.ts";
import { anyName, type Program } from "../terms/program.ts";
import { misconfigured, type Result } from "../terms/result.ts";
import { pictureType, shownAs } from "./picture.ts";
import type { ToolContext } from "./tool-context.ts";

export interface Picture {
  /** Its number in the result. */
  attachment: number;
  type: string;
  content: Uint8Array;
}

/** A file with the address that the person opens. */
export interface LinkedFile extends Pick<FileInfo, "name" | "type" | "bytes"> {
  link: string;
  /** Its number in the result, if it stood there. */
  attachment?: number;
}

export interface HandedOver {
  pictures: Picture[];
  files: LinkedFile[];
  notes: string[];
}

const names = (program: Program, ...wanted: string[]) =>
  [anyName, ...wanted].some((name) => program.freeNames.has(name));

/**
 * What code gets that may read or make files.
 * @returns nothing, at no cost, for other code; a failure if the uploads cannot be listed
 */
export async function filesFor(
  program: Program,
  runId: string,
  { env, caller: { userId }, origin, lookBack }: ToolContext,
): Promise<Result<Pick<SandboxRun, "uploads"> & { FILES?: unknown }>> {
  if (!names(program, "file", "files")) return { ok: true };
  const keepsNothing = lookBack !== undefined;
  const FILES = exports.UserFiles({ props: { userId, runId, origin, most: maxFilesOfRun, keepsNothing } });
  if (!names(program, "files")) return { ok: true, FILES };
  try {
    const all = await env.LEDGER.getByName(userId).files();
    const uploads = all
      .filter(({ run }) => run === undefined)
      .map(({ name, type, bytes }) => ({ name, type, bytes }));
    return { ok: true, FILES, uploads };
  } catch (error) {
    logEvent("isogate.files.failed", {}, error);
    return misconfigured(
      "The user's files cannot be read right now. Nothing was run or sent.",
      "Send the code again in a moment. If it keeps failing, tell the operator to read the server's log.",
    );
  }
}

/** Sorts what a run hands over: files that it made, and bytes in its result. Never fails a run. */
export async function handOver(
  runId: string,
  program: Program,
  outcome: SandboxOutcome,
  { env, caller: { userId }, origin }: ToolContext,
): Promise<HandedOver> {
  const attachments = outcome.ok ? (outcome.attachments ?? []) : [];
  const over: HandedOver = { pictures: [], files: [], notes: [] };
  if (attachments.length === 0 && !names(program, "file")) return over;
  const ledger = env.LEDGER.getByName(userId);
  const linked = ({ id, name, type, bytes }: FileInfo) => ({ name, type, bytes, link: fileLink(origin, id) });
  try {
    over.files = (await ledger.filesOf(runId)).map(linked);
    for (const [index, { type, content }] of attachments.entries()) {
      const attachment = index + 1;
      const picture = shownAs(content);
      if (picture && content.byteLength <= maxPictureBytes && over.pictures.length < maxPictures) {
        over.pictures.push({ attachment, type: picture, content });
        // The model has it; this is for the person, on the page of the run.
        await ledger.keepFile({ ...named(attachment, picture), content, run: runId, spare: true });
        continue;
      }
      const given = named(attachment, pictureType(content) ?? fileType(type, ""));
      const kept = await ledger.keepFile({ ...given, content, run: runId });
      if (kept.ok) over.files.push({ ...linked(kept.file), attachment });
      else over.notes.push(`Attachment ${attachment} was not kept. ${kept.failure}`);
    }
  } catch (error) {
    logEvent("isogate.files.failed", {}, error);
    over.notes.push("Files of this run could not be kept: the storage did not answer. Return them again.");
  }
  return over;
}

const named = (attachment: number, type: string) => ({
  name: `attachment-${attachment}${endingOf(type)}`,
  type,
});
