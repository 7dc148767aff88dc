/**
 * A rule that allows by a value of a path allows the operation whose value that is. What a server may also find in such a
 * path is allowed by rules of its own, or not at all.
 */
import { expect, it } from "vitest";
import { accessOf, match } from "../../src/request/match.ts";
import { policyOn } from "../../src/request/policy.ts";
import { fileOf, open, zones } from "../deployment/zones.ts";

const does = (operationId: string) => ({
  get: { operationId },
  post: { operationId: `${operationId}-post` },
});
const document = zones({
  "/{tenant}/report": does("tenant-report"),
  "/report": does("report"),
  "/orders/{id}": does("order"),
  "/orders/{id}/notes": does("notes"),
  "/orders/5": does("order-5"),
  "/files/{name}": does("file"),
  "/files/{name}/lines/{line}": does("line"),
});
const base = "https://zones.example.com/v1";

/** What the policy says of each operation that a request may be. */
async function effects(allowed: string, path: string): Promise<Record<string, string>> {
  const file = fileOf({ otherwise: "deny", policy: [{ effect: "allow", path: allowed }] });
  const { opened } = await open(document, file);
  const found = match(opened, file, "GET", base + path);
  if (found.kind !== "matched") return {};
  return Object.fromEntries(
    found.matched.fits.map((fit) => {
      const { operation } = fit;
      const subject = { ...fit, operation, path: fit.path, method: "GET" };
      return [operation.id, policyOn(file, { ...subject, access: accessOf(operation, file.access) })!.effect];
    }),
  );
}

it.each([
  ["/*/report", "/;x/report", { "tenant-report": "allow", report: "deny" }],
  ["/*/report", "/%3Bx/report", { "tenant-report": "allow", report: "deny" }],
  ["/*/report", "/%20/report", { "tenant-report": "allow", report: "deny" }],
  ["/;x/*", "/;x/report", { "tenant-report": "allow", report: "deny" }],
  ["*/report", "/;x/report", { "tenant-report": "allow", report: "allow" }],
  ["/orders/*/notes", "/orders/5%3F/notes", { notes: "allow", "order-5": "deny" }],
  ["/orders/*/notes", "/orders/5%23/notes", { notes: "allow", "order-5": "deny" }],
  ["/orders/{id}/notes", "/orders/5%3F/notes", { notes: "allow", "order-5": "deny" }],
  ["/files/a;/lines/*", "/files/a;/lines/1", { line: "allow" }],
  ["/orders/*", "/orders/5%3F/notes", { notes: "allow", "order-5": "allow" }],
  ["/orders/5*", "/orders/5", { "order-5": "allow" }],
  ["/orders/7", "/orders/7", { order: "allow" }],
])("what allows %s allows of %s no more", async (allowed, path, wanted) => {
  expect(await effects(allowed, path)).toMatchObject(wanted);
});
