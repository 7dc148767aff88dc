/**
 * What a program can call, as far as its code tells before it runs. One value: it is worked out once (src/check/capabilities.ts),
 * kept with the run that waits, shown to the person who allows the program (src/request/shown/capability-text.ts), and held by
 * the gateway in addition to grant and policy (src/gateway/decide/policy/program.ts). Types only.
 */
import type { Access } from "./api-file.ts";

/** One operation, or all below a path where the code does not tell which. With any values: ids, queries and bodies. */
export interface Capability {
  /** Name of the API. */
  api: string;
  /** Base URLs that the requests go to, without a slash at their end. */
  servers: string[];
  /** As it is sent, in upper case; absent where the code does not tell it. */
  method?: string;
  /**
   * The path as the document writes it, because an id can mean another operation in its next version. With `below`, the
   * beginning of a path as it is sent.
   */
  path: string;
  /** Any path that begins with `path`. */
  below?: true;
  /** What these operations did when the code was read: one that does something else by now is not meant. */
  access: Access[];
  /** Its id, for people. */
  operation?: string;
  /** Label of the account that the code chooses; absent where it chooses none. */
  account?: string;
  /** The code does not tell which account it chooses. */
  anyAccount?: true;
}

/** Sorted, each only once. What is not in it the program must not call. */
export type CapabilitySet = readonly Capability[];
