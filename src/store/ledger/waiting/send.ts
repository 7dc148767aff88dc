/** Sends one message of the webhook. Never throws, follows no redirect, and reads nothing of the answer but its status. */
import { errorName } from "../../../terms/log.ts";
import { signedHeaders, type Webhook } from "../../../terms/webhook.ts";
import { tryMs, type MessageRow } from "./messages.ts";

/** `gone`: the receiver wants no more of it (410). */
export type Sent = { ok: true } | { ok: false; gone: boolean; why: string };

export async function sendMessage({ url, key }: Webhook, { id, body }: MessageRow): Promise<Sent> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "user-agent": "isogate",
        ...signedHeaders(key, id, body, Date.now()),
      },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(tryMs),
    });
    await response.body?.cancel();
    const { status, ok } = response;
    return ok ? { ok } : { ok, gone: status === 410, why: String(status) };
  } catch (error) {
    return { ok: false, gone: false, why: errorName(error) };
  }
}
