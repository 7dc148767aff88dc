/** The outcome of sending a request to an API or to its token endpoint. */
export type Sent =
  | { ok: true; response: Response }
  /** Not sent: the address is not acceptable. `message` is a clause without a full stop. */
  | { ok: false; reason: "refused"; message: string }
  /** No answer came. The upstream may have got the request. */
  | { ok: false; reason: "lost" | "timeout"; message: string };
