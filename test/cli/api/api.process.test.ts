import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
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
      [
        join(project, "src/cli/main.ts"),
        "api",
        ...args,
        ...(args.includes("--specs") ? [] : ["--specs", folder]),
      ],
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
  [["list", "--specs", "none"], /There is no folder of API files .*none/],
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
  expect((await api("refresh", "zones", "--force")).out).toContain(
    "changed, 0 operations added, 0 removed, 1 changed",
  );
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

it("says in a fresh clone what changed inside, what breaks, and which rules it touches", async () => {
  const items = (members: object, required: string[], rest: object = {}) =>
    writeFile(
      join(folder, "items.json"),
      JSON.stringify({
        openapi: "3.1.0",
        info: { title: "Items", version: String(required.length) },
        servers: [{ url: "https://items.example.com" }],
        paths: {
          "/items": {
            post: {
              operationId: "createItem",
              requestBody: {
                required: true,
                content: {
                  "application/json": { schema: { type: "object", properties: members, required } },
                },
              },
            },
          },
          ...rest,
        },
      }),
    );
  const text = { type: "string" };
  await items({ name: text }, []);
  const policy = [{ effect: "ask", operation: "createItem" }];
  await writeFile(join(folder, "items.jsonc"), JSON.stringify({ source: "items.json", policy }));
  await api("refresh");
  expect(await api("diff")).toMatchObject({ code: 0, out: "items: nothing changed that calls depend on\n" });

  await items({ name: text, colour: text }, []);
  expect(await api("diff", "items")).toEqual({
    code: 0,
    out: [
      "items: 0 operations added, 0 removed, 1 changed",
      "  ~ POST /items (createItem): body.colour is new",
      "  ~ policy[0] (ask operation createItem) holds for POST /items (createItem), where something changed",
      "Nothing breaks. To accept it: npm run api -- refresh items",
      "",
    ].join("\n"),
  });

  await items({ name: text }, ["name"], { "/b": { get: { operationId: "b" } } });
  const drifted = await api("diff");
  expect(drifted.code).toBe(1);
  const breaking = "! POST /items (createItem): body.name is required now: calls without it are refused";
  expect(drifted.out).toContain("items: 1 operations added, 0 removed, 1 changed, version 0 to 1");
  expect(drifted.out).toContain(`  ${breaking}\n`);
  expect(drifted.out).toContain("  + GET /b (b)\n");
  const asData = JSON.parse((await api("diff", "--json")).out) as unknown;
  expect(asData).toMatchObject([
    {
      api: "items",
      version: { was: "0", is: "1" },
      breaking: true,
      added: [{ id: "b", method: "GET", path: "/b" }],
      removed: [],
      changes: expect.arrayContaining([
        expect.objectContaining({ breaking: true, at: "body.name", kind: "required", required: true }),
      ]),
      rules: [{ index: 0, review: false, changed: ["POST /items (createItem)"] }],
    },
  ]);

  const main = join(folder, "main.lock.json");
  await writeFile(main, await readFile(join(folder, "items.lock.json")));
  for (const command of ["check", "refresh"]) expect((await api(command)).out).toContain(breaking);
  expect((await api("diff")).code).toBe(0);
  expect(await api("diff", "items", "--lock", main)).toMatchObject({
    code: 1,
    out: expect.stringContaining(breaking),
  });
});

it("says why an API cannot be compared, and what to do", async () => {
  await write(["/a"]);
  await writeFile(join(folder, "shop.jsonc"), JSON.stringify({ source: "shop.json" }));
  const lock = join(folder, "shop.lock.json");
  const again = "npm run api -- refresh shop";
  const expectProblem = async (problem: RegExp) => {
    const { code, out } = await api("diff");
    expect({ code, out }).toMatchObject({ code: 2, out: expect.stringMatching(problem) });
    expect(out).toContain(again);
    expect(JSON.parse((await api("diff", "--json")).out)).toMatchObject([{ api: "shop" }]);
  };
  await expectProblem(/shop\.lock\.json cannot be read \(ENOENT\)/);
  await writeFile(lock, "{");
  await expectProblem(/is not a lock file/);
  const operations = { read: 9, write: 0, delete: 0 };
  await writeFile(lock, JSON.stringify({ hash: "0", title: "", version: "1", operations, faults: 0 }));
  await expectProblem(/is of an earlier version/);
  // Without what was inside, only the counts can be held against each other.
  expect(await api("refresh")).toMatchObject({ code: 1, out: expect.stringContaining("more than a third") });
  expect((await api("refresh", "--force")).code).toBe(0);
  expect((await api("diff")).code).toBe(0);
  expect(await api("diff", "gone")).toMatchObject({
    code: 1,
    out: expect.stringContaining("Unknown API gone"),
  });
  expect(await api("check", "--json")).toMatchObject({
    code: 1,
    out: expect.stringContaining("takes no --json; it is for npm run api -- diff"),
  });
});

it("says that only texts changed", async () => {
  await write(["/a"]);
  await api("add", "shop.json");
  const document = await readFile(join(folder, "shop.json"), "utf8");
  await writeFile(join(folder, "shop.json"), document.replace('"get":{', '"get":{"summary":"All",'));
  expect(await api("check")).toMatchObject({
    code: 1,
    out: expect.stringContaining("shop: changed, only its texts or examples"),
  });
  expect(await api("diff")).toMatchObject({ code: 0, out: expect.stringContaining("nothing changed that") });
});

it("adds nothing where the lock cannot be written, and all of it the next time", async () => {
  await write(["/a"]);
  const lock = join(folder, "shop.lock.json");
  await mkdir(lock);
  expect(await api("add", "shop.json", "--name", "shop")).toMatchObject({ code: 1 });
  expect(await readdir(folder)).not.toContain("shop.jsonc");
  await rm(lock, { recursive: true });
  expect(await api("add", "shop.json", "--name", "shop")).toMatchObject({ code: 0 });
});

it("adds one of two of the same name at the same moment, and refuses the other", async () => {
  await write(["/a"]);
  const names = ["1", "2", "3", "4"];
  for (const name of names)
    await writeFile(join(folder, `${name}.json`), await readFile(join(folder, "shop.json")));
  const added = await Promise.all(names.map((name) => api("add", `${name}.json`, "--name", "shop")));
  expect(added.map(({ code }) => code).toSorted()).toEqual([0, 1, 1, 1]);
  for (const { code, out } of added)
    if (code === 1) expect(out).toContain("shop.jsonc exists already. Choose another --name");
  const winner = names[added.findIndex(({ code }) => code === 0)];
  expect(await readFile(join(folder, "shop.jsonc"), "utf8")).toContain(`"source": "${winner}.json"`);
  expect((await readdir(folder)).filter((name) => name.endsWith(".new"))).toEqual([]);
  expect(await api("check")).toMatchObject({ code: 0 });
  expect(await api("add", "2.json", "--name", "shop", "--force")).toMatchObject({ code: 0 });
});
