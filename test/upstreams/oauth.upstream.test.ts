/** Client credentials against a real token server. */
import { expect, inject, it } from "vitest";
import { execute, received } from "../gateway/running.ts";

const document = {
  openapi: "3.1.0",
  info: { title: "With OAuth", version: "1" },
  servers: [{ url: "/" }],
  components: {
    securitySchemes: {
      login: {
        type: "oauth2",
        flows: { clientCredentials: { tokenUrl: `${inject("issuer")}/token`, scopes: { "read:all": "" } } },
      },
    },
  },
  security: [{ login: ["read:all"] }],
  paths: { "/echo": { get: { operationId: "echo", responses: {} } } },
};

it("calls the API with a token that the server issued, for the scopes of the operation", async () => {
  await received();
  const ran = await execute(`return (await api.get("/echo")).data.headers.authorization`, {
    document,
    file: {
      server: inject("upstream"),
      credential: { from: "shared", secrets: { login: "ISSUER_CLIENT" } },
    },
  });
  expect(ran.value).toBe("Bearer [redacted]");
  const { requests } = (await received()) as unknown as {
    requests: { headers: { authorization: string } }[];
  };
  const token = requests[0]?.headers.authorization.split(" ")[1] ?? "";
  const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")) as Record<
    string,
    unknown
  >;
  expect(claims).toMatchObject({
    iss: `http://localhost:${new URL(inject("issuer")).port}`,
    scope: "read:all",
  });
});
