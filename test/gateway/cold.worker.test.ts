import { exports } from "cloudflare:workers";
import { expect, inject, it } from "vitest";
import { gatewayProps } from "../../src/gateway/run/props.ts";
import { upstreamDocument } from "./document.ts";
import { deploy } from "./running.ts";

it("answers many requests at once though nothing has read the catalog yet", async () => {
  const api = await deploy({ document: { ...upstreamDocument, info: { title: "Cold", version: "1" } } });
  const caller = { userId: "u", clientId: "c", access: { test: ["read" as const] } };
  const gateway = exports.Gateway({
    props: gatewayProps(crypto.randomUUID(), { caller, apis: [api] }),
  });
  const all = await Promise.all(
    Array.from({ length: 20 }, async () => (await gateway.fetch(`${inject("upstream")}/echo`)).status),
  );
  expect(all).toEqual(all.map(() => 200));
});
