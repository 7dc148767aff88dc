/** What must not come back is known before anything was signed with it. */
import { expect, it } from "vitest";
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
