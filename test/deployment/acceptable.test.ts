/** What two refreshes would loosen that are harmless each: a refresh is compared with what a person accepted, too. */
import { expect, it } from "vitest";
import { decideRefresh } from "../../src/deployment/acceptable.ts";
import { fileOf, one, open, zones, type Document } from "./zones.ts";

const deny = { policy: [{ effect: "deny", operation: "d" }] };
const other = { "/a": { get: {} }, "/b": { get: {} }, "/c": { get: {} } };

it.each<
  [what: string, accepted: Document, served: Document, fresh: Document, file: object, sentence: RegExp]
>([
  [
    "a denied operation goes, and comes back with another id",
    zones({ ...one({ operationId: "d" }), ...other }),
    zones(other),
    zones({ ...one({ operationId: "e" }), ...other }),
    deny,
    /is denied by the policy and would be allowed/,
  ],
  [
    "a tag goes, and comes back on another operation",
    zones({ ...one({ operationId: "d" }), "/b": { get: { tags: ["b"] } } }),
    zones({ ...one({ operationId: "d" }), "/b": { get: {} } }),
    zones({ ...one({ operationId: "d", tags: ["b"] }), "/b": { get: {} } }),
    {},
    /would be open to grants for the tag b/,
  ],
  [
    "an operation goes, and comes back with less access",
    zones({ "/run": { post: { operationId: "run" } }, ...other }),
    zones(other),
    zones({ "/run": { post: { operationId: "runs" } }, ...other }),
    { access: { run: "delete" } },
    /POST \/run \(runs\) needs a grant to delete and would need one to write/,
  ],
  [
    "an operation goes, and comes back with a header that servers believe",
    zones({ ...one({}), ...other }),
    zones(other),
    zones({ ...one({ parameters: [{ name: "X-Remote-User", in: "header" }] }), ...other }),
    {},
    /would let code send the header x-remote-user/,
  ],
])("in two refreshes, %s", async (_, first, second, third, part, sentence) => {
  const file = fileOf(part);
  const [accepted, served, fresh] = await Promise.all(
    [first, second, third].map((document) => open(document, file)),
  );
  for (const [before, after] of [
    [accepted, served],
    [served, fresh],
  ])
    expect(decideRefresh(before!, after!, { file, accept: "accept it" }).kind).toBe("replaced");
  const decided = decideRefresh(served!, fresh!, { file, accept: "accept it", accepted: accepted!.opened });
  expect(decided).toMatchObject({ kind: "kept", reason: expect.stringMatching(sentence) });
});
