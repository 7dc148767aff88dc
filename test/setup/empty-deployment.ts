/** Files of a project share one runtime and its stores. Each begins with a deployment that serves nothing. */
import { env } from "cloudflare:workers";
import { beforeAll } from "vitest";
import { writeManifest } from "../../src/store/catalogs.ts";

beforeAll(() => writeManifest(env.CATALOGS, { apis: [] }));
