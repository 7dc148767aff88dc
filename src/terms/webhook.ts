/**
 * Where a deployment is told that something waits for a person, and how what is sent there is signed, as Standard Webhooks
 * has it (https://www.standardwebhooks.com, version 1: `v1`, HMAC-SHA256). Its library would bring an HMAC of its own, in
 * JavaScript, for the two lines that the runtime's needs.
 */
import { createHmac } from "node:crypto";
import { z } from "zod";
import { isLoopbackHost } from "./loopback.ts";

/** An address that this server sends to because its operator named it: plain http goes to this machine only. */
export const OwnAddress = z
  .url({ protocol: /^https?$/, error: "must be a URL, such as https://example.com", abort: true })
  .refine((text) => text.startsWith("https:") || isLoopbackHost(new URL(text).hostname), {
    error: "must be https",
  });

export const WebhookUrl = OwnAddress.refine(
  (text) => new URL(text).username === "" && new URL(text).password === "",
  { error: "must not hold a user name or a password: what is sent is signed instead" },
);

const prefix = "whsec_";
const keyOf = (text: string) =>
  Buffer.from(text.startsWith(prefix) ? text.slice(prefix.length) : text, "base64");

/** 24 to 64 bytes in base64, after `whsec_` or without it. */
export const WebhookSecret = z.string().refine(
  (text) => {
    const bytes = keyOf(text);
    return bytes.length >= 24 && bytes.length <= 64 && /^(?:whsec_)?[\w+/-]+={0,2}$/.test(text);
  },
  { error: "must be 24 to 64 bytes in base64, such as whsec_ and what openssl rand -base64 32 prints" },
);

export interface Webhook {
  url: string;
  key: Uint8Array;
  /** Where the links in it lead. */
  origin: string;
}

const Settings = z.object({
  WAITING_WEBHOOK_URL: WebhookUrl,
  WAITING_WEBHOOK_SECRET: WebhookSecret,
  PUBLIC_URL: z.url(),
});

/** @returns undefined if the deployment has none. What is wrong with its settings is said where all of them are read */
export function webhookOf(env: object): Webhook | undefined {
  const { data } = Settings.safeParse(env);
  if (!data) return undefined;
  const { WAITING_WEBHOOK_URL: url, WAITING_WEBHOOK_SECRET: secret, PUBLIC_URL: origin } = data;
  return { url, key: keyOf(secret), origin: new URL(origin).origin };
}

/**
 * The headers of a message.
 * @param id the same each time that the message is sent
 * @param body as it is sent, to the byte
 */
export function signedHeaders(
  key: Uint8Array,
  id: string,
  body: string,
  nowMs: number,
): Record<string, string> {
  const timestamp = `${Math.floor(nowMs / 1_000)}`;
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}
