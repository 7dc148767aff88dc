/** What host and harness say to each other. Both ends import this file; the words between them are one text. */

import type { ClientConfig } from "../../terms/client-config.ts";

/** The parts, by the module that each begins with. */
export const guestParts = {
  harness: "src/sandbox/guest/main.ts",
  /** The document: `spec`, `operations`, and what the client looks up. */
  catalogs: "src/sandbox/guest/catalogs.ts",
  /** `describe`, and the signature in what the client says of wrong arguments. */
  describe: "src/spec/read/search-document.ts",
  /** `find`, and what `describe` says of an operation that does not exist. */
  find: "src/spec/read/find.ts",
  /** `api`, `apis` and `fetch`. */
  client: "src/sandbox/guest/client/index.ts",
  /** `api.pages`. */
  pages: "src/sandbox/guest/client/pages.ts",
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
  /** See `OpenOptions`. */
  pathsByName: boolean;
  /** See `Program.parameters`. */
  parameters: (string | undefined)[];
  /** See `RunLimits`. */
  runMs: number;
  cpuMs: number;
  /** Written to the runtime's own log before the program starts. */
  entering?: string | undefined;
}

/**
 * The first line of the answer. After it, if the run came to an end, stands the JSON text of the result. All of it
 * is written inside the isolate, by code that the program may have tampered with: it is checked before it is used.
 */
export interface GuestReport {
  /** `busy` ran on without waiting for anything, `timed-out` waited or ran for too long in all. */
  outcome: "returned" | "thrown" | "timed-out" | "busy";
  logs: { level: string; text: string }[];
  notes: string[];
  thrown?: GuestError;
  /** Of a run that threw or returned nothing: what its last answers had, newest first. */
  answers?: SeenAnswer[] | undefined;
}

export const answerKinds = ["object", "list", "an empty list", "text", "binary", "null"] as const;

/** An answer as far as it is told: names, never values. */
export interface SeenAnswer {
  operation: string;
  /** `data` first, then lists and objects in it. */
  places: SeenPlace[];
}

export interface SeenPlace {
  /** `data.items[0]` */
  at: string;
  is: (typeof answerKinds)[number];
  /** Members of an object. */
  names: string[];
}

export interface GuestError {
  name: string;
  message: string;
  /** Position in the program's module. */
  line?: number;
  column?: number;
  /** The `failure` member that the API client put on the error. */
  failure?: unknown;
}

/** Names of the modules in an isolate; with the `./` the harness finds them from its own place. */
export const moduleNames = {
  program: "program.js",
  operations: (api: string) => `${api}.operations.txt`,
  /** With the body only. */
  outline: (api: string) => `${api}.outline.txt`,
  /** Only with the part `find`. */
  search: (api: string) => `${api}.search.txt`,
  body: (api: string) => `${api}.body.bin`,
};
