import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { z } from "zod";
import { ApiFile } from "../../../src/terms/api-file.ts";

const project = join(import.meta.dirname, "../../..");
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "isogate-specs-"));
});

/** Runs the command as a person does. */
const api = (...args: string[]) =>
  new Promise<{ code: number; out: string }>((done) => {
    execFile(
      process.execPath,
      [join(project, "src/cli/main.ts"), "api", ...args, "--specs", folder],
      { cwd: folder },
      (error, stdout, stderr) => done({ code: error ? Number(error.code) : 0, out: stdout + stderr }),
    );
  });

const write = (paths: string[]) =>
  writeFile(
    join(folder, "shop.json"),
    JSON.stringify({
      openapi: "3.1.0",
      info: { title: "Shop", version: String(paths.length) },
      servers: [{ url: "https://shop.example.com" }],
      security: [{ key: [] }],
      paths: Object.fromEntries(paths.map((path) => [path, { get: { responses: {} } }])),
      components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } } },
    }),
  );

it("adds, lists, checks, refreshes and removes an API", async () => {
  await write(["/a", "/b", "/c", "/d"]);
  const added = await api("add", "shop.json", "--name", "shop");
  expect(added).toMatchObject({ code: 0, out: expect.stringContaining("4 of 4 operations; 0 faults") });
  expect(added.out).toContain("Next: set SHOP_KEY in the environment, then npm start");
  expect(await readFile(join(folder, "shop.jsonc"), "utf8")).toContain('"source": "shop.json"');
  expect(JSON.parse(await readFile(join(folder, "shop.lock.json"), "utf8"))).toMatchObject({
    title: "Shop",
    operations: { read: 4, write: 0, delete: 0 },
  });
  expect(await api("list")).toMatchObject({ code: 0, out: expect.stringContaining("4 operations (4 read") });
  expect(await api("check")).toMatchObject({ code: 0, out: expect.stringContaining("shop: unchanged") });

  await write(["/a", "/b", "/c", "/e", "/f"]);
  const drifted = await api("check");
  expect(drifted.code).toBe(1);
  expect(drifted.out).toContain("2 operations added, 1 removed, 0 changed, version 4 to 5");
  expect(drifted.out).toContain("+ GET /e (get_e)");
  expect(drifted.out).toContain("- GET /d (get_d)");
  expect((await api("refresh")).code).toBe(0);
  expect((await api("check")).code).toBe(0);

  await write(["/a"]);
  const shrunk = await api("refresh", "shop");
  expect(shrunk).toMatchObject({ code: 1, out: expect.stringMatching(/shrank from 5 to 1.*--force/s) });
  expect((await api("refresh", "shop", "--force")).code).toBe(0);

  expect((await api("remove", "shop")).code).toBe(0);
  expect(await readdir(folder)).toEqual(["api-file.schema.json", "shop.json"]);
});

it.each([
  [["add"], /Name the document/],
  [["add", "gone.json"], /There is no file .*gone\.json/],
  [["add", "shop.json", "--name", "No Name"], /a name starts with a lower-case letter.*--name/],
  [["add", "shop.json", "--server", "nowhere"], /--server needs a full http or https URL.*https:\/\/nowhere/],
  [["add", "shop.json", "--credential", "secret-itself"], /--credential needs <scheme>=<VAR>/],
  [["remove", "gone"], /Unknown API gone/],
  [["refresh", "gone"], /Unknown API gone/],
  [["wrong"], /Unknown command "wrong"/],
])("says what to do after %j", async (args, message) => {
  await write(["/a"]);
  const { code, out } = await api(...args);
  expect(code).toBe(1);
  expect(out).toMatch(message);
  expect(out).not.toContain("    at ");
  expect(await readdir(folder)).toEqual(["shop.json"]);
});

it("says what a document leaves open, and keeps its words out of the file and the terminal", async () => {
  await writeFile(
    join(folder, "open.json"),
    JSON.stringify({
      openapi: "3.1.0",
      info: { title: 'Open\u001b[2J\r{ "source": "elsewhere" }', version: "1" },
      servers: [{ url: "https://{tenant}.example.com/{version}", variables: { version: { default: "v1" } } }],
      paths: {},
    }),
  );
  const { out } = await api("add", "open.json", "--name", "open");
  expect(out).toContain('leaves {tenant} open: add "server"');
  expect(out).toContain("describes no operation");
  // oxlint-disable-next-line no-control-regex -- the one that clears the screen must not come through
  expect(out).not.toMatch(/[\u001b\r]/);
  const { code, out: listed } = await api("list");
  expect({ code, listed }).toMatchObject({ code: 0, listed: expect.stringContaining("open.json") });
});

it("publishes a JSON Schema that is the one the files are checked with", async () => {
  const published = JSON.parse(
    await readFile(join(project, "specs/api-file.schema.json"), "utf8"),
  ) as unknown;
  expect(published, "run npm run api -- schema").toEqual(z.toJSONSchema(ApiFile, { io: "input" }));
});

it("says what of an API file fits nothing, by which further files, and what OpenAPI's schema says", async () => {
  await writeFile(join(folder, "pet.yaml"), "type: object\n");
  const document = {
    openapi: "3.0.3",
    info: { title: "Pets", version: "1" },
    servers: [{ url: "https://pets.example.com" }],
    paths: { "/pets": { get: { operationId: "listPets", responses: {} } } },
    components: { schemas: { Pet: { $ref: "pet.yaml" }, Wrong: { type: "text" } } },
  };
  await writeFile(join(folder, "pets.json"), JSON.stringify(document));
  const added = await api("add", "pets.json", "--name", "pets", "--credential", "bearer=PETS_TOKEN");
  expect(added.code).toBe(0);
  expect(added.out).toContain("read with it: pet.yaml");
  expect(added.out).toContain(
    'API file#/credential/secrets/bearer: The document has no security scheme "bearer"',
  );
  expect(added.out).toMatch(/#\/components\/schemas\/Wrong\S*: By the schema of OpenAPI, it /);

  const policy = [{ effect: "deny", operation: "listPetz" }];
  await writeFile(join(folder, "pets.jsonc"), JSON.stringify({ source: "pets.json", policy }));
  const checked = await api("check");
  expect(checked.code).toBe(1);
  expect(checked.out).toContain("pets: unchanged");
  expect(checked.out).toContain(
    'API file#/policy/0/operation: The document has no operation "listPetz". Did you mean listPets?',
  );
});

it("loosens nothing without a person", async () => {
  const zones = (operationId: string) =>
    writeFile(
      join(folder, "zones.json"),
      JSON.stringify({
        openapi: "3.1.0",
        info: { title: "Zones", version: "1" },
        servers: [{ url: "https://zones.example.com" }],
        paths: { "/zones/{id}": { delete: { operationId } } },
      }),
    );
  await zones("deleteZone");
  const policy = [{ effect: "deny", operation: ["deleteZone", "eraseZone"] }];
  await writeFile(join(folder, "zones.jsonc"), JSON.stringify({ source: "zones.json", policy }));
  await api("refresh");
  await zones("removeZone");
  const sentence =
    "DELETE /zones/{id} (removeZone) is denied by the policy and would be allowed, so the old document stays. " +
    "If this is intended: npm run api -- refresh zones --force";
  for (const command of ["check", "refresh"])
    expect(await api(command)).toMatchObject({ code: 1, out: expect.stringContaining(sentence) });
  expect((await api("refresh", "zones", "--force")).out).toContain("changed, 1 operations added, 1 removed");
  expect((await api("check")).out).toContain("zones: unchanged");
});

it.each(["PATH", "SIGN_IN", "NODE_OPTIONS"])(
  "refuses %s as the name of a secret at every door",
  async (name) => {
    await write(["/a"]);
    const refusal = expect.stringContaining(`names the secret ${name}, but the server or its system reads`);
    expect(await api("add", "shop.json", "--credential", `key=${name}`)).toMatchObject({
      code: 1,
      out: refusal,
    });
    const credential = { from: "shared", secrets: { key: name } };
    await writeFile(join(folder, "shop.jsonc"), JSON.stringify({ source: "shop.json", credential }));
    for (const command of ["check", "refresh", "list"])
      expect(await api(command)).toMatchObject({ code: 1, out: refusal });
  },
);
