/**
 * The part of a user's ledger that notices what waits for them, and tells the webhook of the deployment, if it has one. What
 * is sent is sent beside everything else: no run and no alarm waits for the receiver.
 */
import { logEvent } from "../../../terms/log.ts";
import type { Waiting } from "../../../terms/waiting.ts";
import { webhookOf, type Webhook } from "../../../terms/webhook.ts";
import { cleanUpEveryMs } from "../limits.ts";
import { ProgramsLedger } from "../programs/programs-ledger.ts";
import {
  endMessage,
  failMessage,
  makeMessage,
  nextMessage,
  takeMessages,
  type MessageRow,
} from "./messages.ts";
import { sendMessage } from "./send.ts";
import { countWaiting, listWaiting, noteWaiting } from "./waiting.ts";

const userKey = "user";

export abstract class WaitingLedger extends ProgramsLedger {
  /** What waits for the person, the newest first. */
  waitingThings(): Waiting[] {
    return this.write(() => listWaiting(this.sql, Date.now()));
  }

  /** How many requests and programs that are. */
  waiting(): number {
    return countWaiting(this.sql, Date.now());
  }

  protected override write<T>(work: () => T): T {
    return super.write(() => {
      const result = work();
      const began = noteWaiting(this.sql, Date.now());
      if (!began || !this.#webhook()) return result;
      const { id, storage } = this.ctx;
      if (id.name !== undefined) storage.kv.put(userKey, id.name);
      const next = this.nextDue();
      if (next !== null) void storage.setAlarm(Math.min(next, Date.now() + cleanUpEveryMs));
      return result;
    });
  }

  protected override beginDue(): void {
    super.beginDue();
    const webhook = this.#webhook();
    const userId = this.#userId();
    if (!webhook || userId === undefined) return;
    makeMessage(this.sql, { userId, origin: webhook.origin }, Date.now());
    for (const message of takeMessages(this.sql, Date.now()))
      this.ctx.waitUntil(this.#send(webhook, message, userId));
  }

  protected override nextDue(): number | null {
    const own = this.#webhook() ? nextMessage(this.sql, Date.now()) : null;
    const both = [super.nextDue(), own].filter((one) => one !== null);
    return both.length > 0 ? Math.min(...both) : null;
  }

  async #send(webhook: Webhook, message: MessageRow, userId: string): Promise<void> {
    const { id, attempts } = message;
    const sent = await sendMessage(webhook, message);
    const isTriedAgain = this.writeDue(() => {
      if (!sent.ok && !sent.gone) return failMessage(this.sql, message, Date.now());
      endMessage(this.sql, id);
      return false;
    });
    if (sent.ok) return;
    logEvent("isogate.webhook.failed", {
      "user.id": userId,
      "isogate.webhook.id": id,
      "isogate.webhook.attempt": attempts,
      "isogate.webhook.given_up": !isTriedAgain,
      "error.type": sent.why,
    });
  }

  /** Undefined if the deployment has none. */
  #webhook(): Webhook | undefined {
    return webhookOf(this.env);
  }

  /** A ledger is named by its user's id, which an alarm may not be told. */
  #userId(): string | undefined {
    return this.ctx.id.name ?? this.ctx.storage.kv.get<string>(userKey);
  }
}
