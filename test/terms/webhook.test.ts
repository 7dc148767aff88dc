/** What is sent to the webhook is signed as Standard Webhooks has it. */
import { expect, it } from "vitest";
import { signedHeaders, WebhookSecret, webhookOf, WebhookUrl } from "../../src/terms/webhook.ts";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const env = {
  WAITING_WEBHOOK_URL: "https://hooks.example.com/isogate",
  WAITING_WEBHOOK_SECRET: secret,
  PUBLIC_URL: "https://isogate.example",
};

it("signs as the libraries of Standard Webhooks do", () => {
  // Of the tests of those libraries.
  const body = '{"test": 2432232314}';
  expect(signedHeaders(webhookOf(env)!.key, "msg_p5jXN8AQM9LWM0D4loKWxJek", body, 1_614_265_330_000)).toEqual(
    {
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    },
  );
});

it("takes a secret with and without its prefix for the same", () => {
  const plain = webhookOf({ ...env, WAITING_WEBHOOK_SECRET: secret.slice("whsec_".length) });
  expect(plain).toEqual(webhookOf(env));
});

it.each([
  ["no URL", "hooks"],
  ["http to elsewhere", "http://hooks.example.com/"],
  ["another scheme", "ftp://hooks.example.com/"],
  ["a password in it", "https://user:secret@hooks.example.com/"],
])("is no address of a webhook: %s", (_, text) => {
  expect(WebhookUrl.safeParse(text).success).toBe(false);
});

it("may be https anywhere, and http on this machine", () => {
  for (const text of ["https://hooks.internal/x?y=1", "http://127.0.0.1:9/", "http://localhost:8080/hook"])
    expect(WebhookUrl.safeParse(text).success, text).toBe(true);
});

it.each([
  ["nothing", ""],
  ["23 bytes", `whsec_${Buffer.alloc(23, 1).toString("base64")}`],
  ["65 bytes", `whsec_${Buffer.alloc(65, 1).toString("base64")}`],
  ["no base64", "whsec_this is a sentence of more than 24 bytes, not base64"],
  ["another kind of key", `whsk_${Buffer.alloc(32, 1).toString("base64")}!`],
])("is no secret of a webhook: %s", (_, text) => {
  expect(WebhookSecret.safeParse(text).success).toBe(false);
});

it("is there only if all of it is set", () => {
  for (const name of Object.keys(env)) expect(webhookOf({ ...env, [name]: undefined })).toBeUndefined();
});
