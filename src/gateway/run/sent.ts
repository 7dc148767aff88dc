/** What comes of sending a request to an API or to its token endpoint. */
export type Sent =
  | { ok: true; response: Response }
  /** Nothing left: the address is not acceptable. `message` is a clause without a full stop. */
  | { ok: false; reason: "refused"; message: string }
  /** No answer came. Whether the upstream got the request is not known. */
  | { ok: false; reason: "lost" | "timeout"; message: string };
