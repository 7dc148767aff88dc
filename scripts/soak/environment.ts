/** Everything a soak needs, on loopback: the server as `npm start` runs it, an API, an identity provider, people. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareApi } from "../../src/cli/apis.ts";
import { freePort, startLocalServer, type LocalServer } from "../../src/cli/server/local-server.ts";
import { supervisorLimits } from "../../src/cli/supervisor/limits.ts";
import { clientId, clientSecret, startIdentityProvider } from "../../test/auth/fixture/identity-provider.ts";
import { logInAs, type Person, type SoakClient } from "./people.ts";
import { document, startSoakUpstream, type SoakUpstream } from "./upstream.ts";

export interface SoakEnvironment {
  server: LocalServer;
  upstream: SoakUpstream;
  clients: SoakClient[];
  /** Sentences of the supervisor: each is a restart, and none is wanted. */
  restarts: string[];
  stop(): Promise<void>;
}

/** Every second person may write; every second client of a person speaks the older revision. */
export async function prepareSoak(users: number, clients: number): Promise<SoakEnvironment> {
  const salt = randomBytes(6).toString("hex");
  const folder = await mkdtemp(join(tmpdir(), "isogate-soak-"));
  const upstream = await startSoakUpstream(salt);
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const identity = await startIdentityProvider([`${origin}/sign-in/callback`]);
  const restarts: string[] = [];
  const stops = [identity.stop, upstream.stop, () => rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const one of stops) await one();
  };
  try {
    await writeFile(join(folder, "things.json"), JSON.stringify(document));
    const api = await prepareApi({
      name: "things",
      folder,
      file: {
        source: "things.json",
        server: upstream.origin,
        allowHttp: true,
        allowPrivate: ["127.0.0.1"],
        credential: { from: "user", fields: { token: "Token" }, check: "/me" },
      },
    });
    const server = await startLocalServer({
      host: "127.0.0.1",
      port,
      apis: [api],
      secrets: {
        SIGN_IN: "oidc",
        ISOGATE_SECRET: randomBytes(32).toString("hex"),
        OIDC_ISSUER: identity.issuer,
        OIDC_CLIENT_ID: clientId,
        OIDC_CLIENT_SECRET: clientSecret,
      },
      stateFolder: join(folder, "state"),
      supervised: { limits: supervisorLimits, report: (sentence) => restarts.push(sentence) },
    });
    stops.unshift(server.stop);
    const people: Person[] = Array.from({ length: users }, (_, user) => ({
      user,
      mayWrite: user % 2 === 0,
      salt,
    }));
    const loggedIn: SoakClient[] = [];
    // One after the other: the identity provider signs in one account at a time.
    for (let n = 0; n < clients; n++)
      loggedIn.push(await logInAs(people[n % users]!, origin, identity, Math.floor(n / users) % 2 === 1));
    return { server, upstream, clients: loggedIn, restarts, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
