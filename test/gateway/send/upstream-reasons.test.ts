/** Why a request got no answer: one of a few sentences of ours, never the runtime's own words. */
import { expect, it } from "vitest";
import { reasonOf } from "../../../src/gateway/send/upstream.ts";

it.each([
  ["Network connection lost.", "http://127.0.0.1:1/", "nothing listens there"],
  [
    "proxy request failed, cannot connect to the specified address",
    "https://api.test/",
    "nothing listens there",
  ],
  ["internal error; reference = abc", "http://nowhere.test/", "no server of this name"],
  ["internal error; reference = abc", "https://127.0.0.1:1/", "(TLS) failed"],
  ["internal error; reference = abc", "https://[::1]:1/", "(TLS) failed"],
  ["internal error; reference = abc", "https://api.test/", "no server of this name was found, or the secure"],
  ["internal error; reference = abc", "http://localhost:1/", "could not be spoken to"],
  ["TLS peer's certificate is not trusted", "https://api.test/", "(TLS) failed"],
  ["DNS lookup failed", "https://api.test/", "no server of this name"],
  ["The operation timed out", "https://api.test/", "did not answer in time"],
  ["https://api.test/?key=planted", "https://api.test/?key=planted", "the runtime does not say why"],
])("of %s at %s", (words, href, want) => {
  const reason = reasonOf(new Error(words), href);
  expect(reason).toContain(want);
  expect(reason).not.toMatch(/planted|abc/);
});
