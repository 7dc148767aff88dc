/** What must not come back is known before anything was signed with it. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { issuedTo } from "../../../src/gateway/sign/issued.ts";
import { credentialsFor } from "../../../src/gateway/sign/sign.ts";
import type { ApiFile, SecurityScheme } from "../../../src/terms/api-file.ts";
import { schemes } from "../../../src/gateway/sign/schemes/index.ts";
import { plainCatalog } from "../../setup/plain-catalog.ts";

const caller = { userId: "u", clientId: "c" } as never;

const signerOf = (api: string, declared: SecurityScheme, secret: string) => ({
  api,
  file: {
    document: "x",
    auth: { schemes: { it: declared } },
    credential: { from: "shared", secrets: { it: "TEST" } },
  } as unknown as ApiFile,
  caller,
  env: { TEST: `${secret}\n` },
  catalog: plainCatalog({ paths: {} }),
  send: async () => ({ ok: false, reason: "lost", message: "not asked" }) as never,
});

it.each(schemes.flatMap(({ name, examples }) => examples.map((example) => [name, example] as const)))(
  "knows a secret of %s without having signed: %o",
  async (name, { declared, secret }) => {
    const own = /planted(?:-secret)?/.exec(secret)?.[0] ?? "";
    const signed = await credentialsFor(signerOf(`first ${name}`, declared, secret), { security: [] });
    expect(signed).toMatchObject({ ok: true, credentials: [] });
    expect(signed.ok && signed.secrets()).toContain(own);
  },
);

describe("a token that was issued", () => {
  afterEach(() => void vi.useRealTimers());
  const of = (api: string) => issuedTo({ api, file: { source: "x" } as never, caller, env: {} });
  const tokens = (count: number, chars: number) =>
    Array.from({ length: count }, (_, index) => `${index}-`.padEnd(chars, "x"));
  const hourMs = 3_600_000;

  it.each([
    [40, 100],
    [400, 100],
    [1_200, 33],
    [60_000, 1],
  ])("of %i characters is not forgotten before it expires: there is room for %i", (chars, room) => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const issued = of(`room for ${chars}`);
    const all = tokens(room + 1, chars);
    const expiresAt = Date.now() + hourMs;
    for (const value of all.slice(0, room)) expect(issued.add([{ value, expiresAt }])).toBeUndefined();
    // Also after many that do not say when they expire.
    for (const value of tokens(200, 20).map((one) => `endless ${one}`)) issued.add([{ value }]);
    expect(issued.add([{ value: all[room]!, expiresAt: expiresAt + hourMs }])).toBe(expiresAt);
    expect(issued.latest()).toEqual(expect.arrayContaining(all.slice(0, room)));
    expect(issued.latest()).not.toContain(all[room]);
    vi.setSystemTime(expiresAt);
    expect(issued.add([{ value: all[room]!, expiresAt: expiresAt + hourMs }])).toBeUndefined();
    expect(issued.latest()).toContain(all[room]);
  });

  it("goes by when it was used last if it does not say when it expires", () => {
    const issued = of("endless");
    for (const value of tokens(150, 40)) issued.add([{ value: "stored-secret" }, { value }]);
    expect(issued.latest()).toHaveLength(100);
    expect(issued.latest()).toEqual(expect.arrayContaining(["stored-secret", tokens(150, 40).at(-1)]));
  });

  const oauth: SecurityScheme = {
    type: "oauth2",
    flows: { clientCredentials: { tokenUrl: "https://login.test/token", scopes: {} } },
  } as never;
  const signing = (api: string) => {
    let fetched = 0;
    const send = async () => {
      const access_token = `${api} ${(fetched += 1)} `.padEnd(1_200, "x");
      return { ok: true, response: Response.json({ access_token, expires_in: 3_600 }) } as never;
    };
    const signer = { ...signerOf(api, oauth, `${api}:planted`), send };
    return {
      sign: (scope: string) => credentialsFor(signer, { security: [{ it: [scope] }] }),
      fetched: () => fetched,
    };
  };

  it("is not forgotten however many scopes are signed for: the request fails with words", async () => {
    const { sign } = signing("scopes");
    const sent: string[] = [];
    let last = await sign("0");
    for (let scope = 1; last.ok && scope < 100; scope += 1) {
      sent.push(last.credentials[0]!.value.replace("Bearer ", ""));
      expect(last.secrets()).toEqual(expect.arrayContaining(sent));
      last = await sign(`${scope}`);
    }
    expect(sent.length).toBeGreaterThan(30);
    expect(last).toMatchObject({
      failure: {
        kind: "misconfigured",
        message: expect.stringContaining(
          "Too many access tokens for scopes are valid at a time. Nothing was sent",
        ),
        next: expect.stringMatching(/^Try again in (59|60) min, .*"auth\.security" in the API file/),
      },
    });
    // What was issued before is signed with as before.
    expect(await sign("0")).toMatchObject({ ok: true });
  });

  it("is renewed for a 401 once in some time, and only while there is room for those that have to be fetched", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { sign, fetched } = signing("refused");
    const refuse = async () => {
      const signed = await sign("a");
      return signed.ok && (await signed.renew?.());
    };
    expect(await refuse()).toBe(true);
    for (let count = 0; count < 40; count += 1) expect(await refuse()).toBe(false);
    expect(fetched()).toBe(2);
    vi.setSystemTime(Date.now() + 5 * 60_000);
    expect(await refuse()).toBe(true);
    for (let scope = 0; scope < 20; scope += 1) await sign(`${scope}`);
    vi.setSystemTime(Date.now() + 5 * 60_000);
    expect(await refuse()).toBe(false);
  });
});
