/** An API that costs next to nothing, so that what a request costs is the way to it. */
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { prepareApi, type PreparedApi } from "../../src/cli/apis.ts";
import type { ApiFile } from "../../src/terms/api-file.ts";

export interface Upstream {
  origin: string;
  /** The API as isogate serves it. */
  api: PreparedApi;
}

const document = {
  openapi: "3.1.0",
  info: { title: "Things", version: "1" },
  components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "x-api-key" } } },
  security: [{ key: [] }],
  paths: {
    "/things/{id}": {
      get: {
        operationId: "getThing",
        parameters: [{ name: "id", in: "path", required: true, schema: { type: "integer" } }],
        responses: { 200: { description: "A thing." } },
      },
    },
  },
};

/** Listens while it is used. */
export async function withUpstream<Result>(
  file: Partial<ApiFile>,
  folder: string,
  use: (upstream: Upstream) => Promise<Result>,
): Promise<Result> {
  return withPlainUpstream(async (origin) => {
    const source = join(folder, "things.json");
    await writeFile(source, JSON.stringify(document));
    const whole = { source, server: origin, allowHttp: true, allowPrivate: ["127.0.0.1"], ...file };
    return use({ origin, api: await prepareApi({ name: "things", file: whole, folder }) });
  });
}

/** Listens while it is used, and is no API of a document. */
export async function withPlainUpstream<Result>(use: (origin: string) => Promise<Result>): Promise<Result> {
  const upstream = await listen();
  try {
    return await use(upstream.origin);
  } finally {
    await upstream.close();
  }
}

/** Answers every request at once with a small object. */
async function listen(): Promise<{ origin: string; close(): Promise<void> }> {
  const body = JSON.stringify({ id: 1, name: "a thing", tags: ["one", "two"] });
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": body.length });
    response.end(body);
  });
  // Connections outlive the pauses between two turns of a contestant.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
