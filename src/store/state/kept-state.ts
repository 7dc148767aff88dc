/**
 * The `state` of one user and client under one grant: a Durable Object each, which forgets a day after the last change.
 * It holds what programs put there, so it may hold data of the API, and never a credential of isogate.
 */
import { DurableObject } from "cloudflare:workers";
import type { Caller } from "../../terms/caller.ts";
import { maxStateBytes, stateAgeMs } from "./limits.ts";

/** Version of the stored form. It is part of the name, so objects of other versions are never read. */
const version = "1";

/** Of one stored value, in UTF-16 units; SQLite's limit is 2 MB. */
const maxPartChars = 500_000;

/**
 * The name of a caller's state. The grant is part of it: a connection that was granted more may have read what this one
 * may not.
 */
export function stateName({ userId, clientId, access, tags }: Caller): string {
  return JSON.stringify([version, userId, clientId, access, tags ?? null]);
}

export class KeptState extends DurableObject<Env> {
  /** The members as one JSON text, or null if nothing is kept (any more). */
  read(): string | null {
    const at = this.ctx.storage.kv.get<number>("at");
    const parts = this.ctx.storage.kv.get<number>("parts");
    if (at === undefined || parts === undefined || at + stateAgeMs < Date.now()) return null;
    let text = "";
    for (let part = 0; part < parts; part++) text += this.ctx.storage.kv.get<string>(`part:${part}`) ?? "";
    return text;
  }

  /**
   * Changes members and leaves the others, which another run may have changed meanwhile.
   * @param changes JSON: a member of null is removed, any other is the JSON text of the new value
   * @returns the bytes that all members would need, if that is too much: then nothing is changed
   */
  async change(changes: string): Promise<number | undefined> {
    const members = new Map(Object.entries(JSON.parse(this.read() ?? "{}") as Record<string, unknown>));
    for (const [name, text] of Object.entries(JSON.parse(changes) as Record<string, string | null>))
      if (text === null) members.delete(name);
      else members.set(name, JSON.parse(text));
    const all = `{${[...members].map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`;
    const bytes = Buffer.byteLength(all);
    if (bytes > maxStateBytes) return bytes;
    const { storage } = this.ctx;
    storage.transactionSync(() => {
      const parts = Math.ceil(all.length / maxPartChars);
      for (let part = 0; part < parts; part++)
        storage.kv.put(`part:${part}`, all.slice(part * maxPartChars, (part + 1) * maxPartChars));
      for (let part = parts; part < (storage.kv.get<number>("parts") ?? 0); part++)
        storage.kv.delete(`part:${part}`);
      storage.kv.put("parts", parts);
      storage.kv.put("at", Date.now());
    });
    await storage.setAlarm(Date.now() + stateAgeMs);
    return undefined;
  }

  override alarm(): Promise<void> {
    return this.ctx.storage.deleteAll();
  }
}
