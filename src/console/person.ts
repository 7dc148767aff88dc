/** Who is at the console. Made by the wiring from the login; the pages see nothing else of it. */

export interface Person {
  /** Names the ledger. */
  userId: string;
  /** Shown to the person. */
  label: string;
  /** What was given to clients in this person's name, if the login can list it. */
  connections?: Connections;
}

/** One client's standing access. */
export interface Connection {
  id: string;
  client: string;
  clientId: string;
  scopes: string[];
  /** Milliseconds since the epoch. */
  createdAtMs: number;
  expiresAtMs?: number;
}

export interface Connections {
  list(): Promise<Connection[]>;
  /** Ends it and every token of it. */
  revoke(id: string): Promise<void>;
}
