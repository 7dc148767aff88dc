import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { mayGoOn } from "../../src/auth/permission.ts";
import { localUserId, type User } from "../../src/terms/user.ts";
import { connected } from "./fixture/connected.ts";

const withLogin = { SIGN_IN: "local", OPEN: "false" };
const open = { SIGN_IN: "local", OPEN: "true" };
const atAnotherApi = {
  SIGN_IN: "upstream",
  SIGN_IN_API: "other",
  ISOGATE_SECRET: "a-secret-for-tests-only-0123456789abcdef",
};
const somebody = { id: localUserId, label: "you" };

it.each<[what: string, settings: Record<string, string>, caller: object, standing: string]>([
  ["begun without a login, and still none", open, {}, "stands"],
  ["begun without a login, and one now", withLogin, {}, "ended"],
  ["of a person, and of no connection", withLogin, { user: somebody }, "stands"],
  ["of a person who may not sign in", atAnotherApi, { user: somebody }, "ended"],
  ["of a connection", withLogin, { key: "there", user: somebody }, "stands"],
  ["of a connection, and no login now", open, { key: "there", user: somebody }, "stands"],
  ["of a connection that was ended", withLogin, { key: "gone", user: somebody }, "ended"],
  ["of a connection that was ended, and no login now", open, { key: "gone", user: somebody }, "ended"],
  ["of a connection of nobody", withLogin, { key: "there" }, "ended"],
  [
    "where the settings cannot be read",
    { SIGN_IN: "magic" },
    { key: "there", user: somebody },
    "unreachable",
  ],
])(
  "a run goes on or not: %s",
  async (_what, settings, { key, user }: { key?: string; user?: User }, standing) => {
    await connected("connection-there");
    const caller = {
      userId: "somebody",
      clientId: "c",
      access: {},
      ...(key !== undefined && { connectionKey: `connection-${key}` }),
      ...(user && { user }),
    };
    expect(await mayGoOn(caller, { ...env, ...settings } as Env)).toBe(standing);
  },
);
