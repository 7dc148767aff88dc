/** Which origin the server takes for its own, by the URL that a client used. */
import { expect, it } from "vitest";
import { ownOrigin } from "../../src/auth/origin.ts";

const settings = { PUBLIC_URL: undefined };

it.each(["http://localhost:8484", "http://127.0.0.1:8484", "http://127.0.0.2:1", "http://[::1]:8484"])(
  "is %s on this machine",
  (origin) => {
    expect(ownOrigin(new URL(`${origin}/mcp`), settings)).toEqual({ ok: true, origin, loopback: true });
  },
);

it.each([
  ["http://isogate.localhost:8484", "http://localhost:8484"],
  ["http://a.b.localhost", "http://localhost"],
  ["https://x.localhost:1", "https://localhost:1"],
])("is not %s, for which OAuth takes no http: the refusal names %s", (asked, own) => {
  const { hostname } = new URL(asked);
  expect(ownOrigin(new URL(`${asked}/mcp`), settings)).toEqual({
    ok: false,
    failure: `Unknown host name ${hostname}. The address of this server is ${own}.`,
  });
});

it.each(["http://localhost.evil.example", "http://10.0.0.1", "http://0.0.0.0:8484", "http://a.workers.dev"])(
  "is not %s",
  (asked) => expect(ownOrigin(new URL(asked), settings)).toMatchObject({ ok: false }),
);
