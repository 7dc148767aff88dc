/**
 * What the harness reports: the first line of its answer. After it, if the run came to an end, come the attachments in
 * base64, a line for each, and the JSON text of the result. All of it is written inside the isolate, by code that the program may have tampered with: the host checks it
 * before it is used. The harness takes the types from here and never the schema, which is not shipped.
 */
import { z } from "zod";
import { logLevels } from "../../terms/outcome.ts";
import { maxAttached, maxCutLists, maxLogEntries } from "../limits.ts";

const text = z.string().max(64 * 1024);

const SeenPlace = z.object({
  /** `data.items[0]` */
  at: text,
  is: z.enum(["object", "list", "an empty list", "text", "binary", "null"]),
  /** Members of an object. */
  names: z.array(z.string().max(60)).max(200),
});
export type SeenPlace = z.infer<typeof SeenPlace>;

/** An answer as far as it is told: names, never values. `places`: `data` first, then lists and objects in it. */
const SeenAnswer = z.object({ operation: text, places: z.array(SeenPlace).min(1).max(4) });
export type SeenAnswer = z.infer<typeof SeenAnswer>;

/** A path that code looked up in the document of an API, in vain. */
const MissedPath = z.object({ api: text, path: z.string().max(300) });
export type MissedPath = z.infer<typeof MissedPath>;

const GuestError = z.object({
  name: text,
  message: text,
  /** Position in the program's module. */
  line: z.int().positive().optional(),
  column: z.int().nonnegative().optional(),
  /** The `failure` member that the API client put on the error. */
  failure: z.unknown().optional(),
});
export type GuestError = z.infer<typeof GuestError>;

export const GuestReport = z.object({
  /**
   * `busy` ran on without waiting for anything, `timed-out` waited or ran for too long in all. `sleeping`: a slice of a lasting
   * run has nothing to do; `cut`: it has, and goes on in the next one.
   */
  outcome: z.enum(["returned", "thrown", "timed-out", "busy", "sleeping", "cut"]),
  logs: z.array(z.object({ level: z.enum(logLevels), text })).max(maxLogEntries + 1 + maxCutLists),
  notes: z.array(text).max(100),
  /** Media types of the bytes in the result, as the code or the API names them. */
  attachments: z.array(text).max(maxAttached).default([]),
  thrown: GuestError.optional(),
  /** Of a run that threw or returned nothing: what its last answers had, newest first. What does not fit is left out. */
  answers: z.array(SeenAnswer).max(5).catch([]).default([]),
  missed: z.array(MissedPath).max(3).catch([]).default([]),
});
/** As the harness writes it. */
export type GuestReport = Omit<z.infer<typeof GuestReport>, "answers" | "missed" | "attachments"> & {
  answers?: SeenAnswer[] | undefined;
  missed?: MissedPath[] | undefined;
  attachments: string[];
};
