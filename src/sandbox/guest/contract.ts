/** What host and harness say to each other. Both ends import this file; the words between them are one text. */

import type { ClientConfig } from "../../terms/client-config.ts";
import type { FoundProgram } from "../../terms/kept-programs.ts";
import type { Upload } from "./files.ts";

/** The parts, by the module that each begins with. */
export const guestParts = {
  harness: "src/sandbox/guest/main.ts",
  /** The document: `spec`, `operations`, and what the client looks up. */
  catalogs: "src/sandbox/guest/catalogs.ts",
  /** The signature in what the client says of wrong arguments. */
  signature: "src/spec/read/signature.ts",
  /** `describe`. */
  describe: "src/sandbox/guest/descriptions.ts",
  /** `find`, and what `describe` says of an operation that does not exist. */
  find: "src/spec/read/find.ts",
  /** `api`, `apis` and `fetch`. */
  client: "src/sandbox/guest/client/index.ts",
  /** What makes requests of calls, where the host does not. */
  writing: "src/sandbox/guest/client/writing.ts",
  each: "src/sandbox/guest/each.ts",
  state: "src/sandbox/guest/state.ts",
  /** `recall` and `run`. */
  recall: "src/sandbox/guest/recall.ts",
  /** `sleep` and `until`, and the clock and the chance of a lasting run. */
  lasting: "src/sandbox/guest/lasting.ts",
  /** `api.pages`. */
  pages: "src/sandbox/guest/client/pages.ts",
  /** `file` and `files`. */
  files: "src/sandbox/guest/files.ts",
} as const;

export type GuestPart = keyof typeof guestParts;

/** What the host asks of the harness. */
export interface GuestRun {
  tool: "search" | "execute";
  /** What was shipped of isogate's own code besides the harness. */
  parts: GuestPart[];
  /** APIs in scope, whether the body of each was shipped, and what its client has to know of the API file. */
  apis: {
    name: string;
    hasBody: boolean;
    client?: ClientConfig | undefined;
    /** Types of answers that the document says nothing of, by operation; only for code that can read them. */
    seen?: Record<string, string> | undefined;
  }[];
  /** What the user uploaded; only for code that can read it. */
  uploads?: Upload[] | undefined;
  /** See `OpenOptions`. */
  pathsByName: boolean;
  /** See `Program.parameters`. */
  parameters: (string | undefined | null)[];
  /** See `RunLimits`. */
  runMs: number;
  cpuMs: number;
  /** Whether a call may hold members that the document does not list, where that is not known yet: a way to the host. */
  insisted?: (() => Promise<boolean>) | undefined;
  /** Whether the pagings of the operator's project were shipped. */
  hasPagings: boolean;
  /** A way to the host, which wants to know when the program gets control. */
  begins?: (() => void | Promise<void>) | undefined;
  /** For a slice of a lasting run. */
  lasting?: GuestLasting | undefined;
  /** Of a kept program: JSON text of what it is called with. */
  input?: string | undefined;
  /** Kept programs that `find` lists. */
  programs?: FoundProgram[] | undefined;
}

export interface GuestLasting {
  /** When the run began: what its clock says at first. In milliseconds since the epoch. */
  startedAtMs: number;
  /** When it ends at the latest. */
  endsAtMs: number;
  /** Of its random numbers: 64 hex digits. */
  seed: string;
  /** After this time nothing new is begun in this slice. */
  sliceMs: number;
  /** It is a run of a kept program, which has a `state` of its own. */
  isKept?: boolean;
  /** For a look back: a sleep is over at once, and only the clock moves. */
  sleepsPass?: boolean;
}

/** Names of the modules in an isolate; with the `./` the harness finds them from its own place. */
export const moduleNames = {
  program: "program.js",
  /** The pagings of the operator's project, if it has any; only with the part `pages`. */
  pagings: "pagings.js",
  operations: (api: string) => `${api}.operations.txt`,
  /** With the body only. */
  outline: (api: string) => `${api}.outline.txt`,
  /** Only with the part `find`. */
  search: (api: string) => `${api}.search.txt`,
  body: (api: string) => `${api}.body.bin`,
};
