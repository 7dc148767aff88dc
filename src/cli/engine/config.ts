/**
 * The configuration of the runtime, workerd, for a built Worker: written from the `wrangler.json` beside it, which says what
 * Cloudflare would bind. Secrets are in the environment of the process and are only named here. Pure.
 */
import { z } from "zod";

const Named = z.object({ name: z.string(), class_name: z.string() });

/** What a built Worker says of itself (scripts/build/worker.ts). A member that is not here is of Cloudflare only. */
export const BuiltWorker = z.object({
  name: z.string(),
  main: z.string(),
  no_bundle: z.literal(true),
  compatibility_date: z.string(),
  compatibility_flags: z.array(z.string()).default([]),
  vars: z.record(z.string(), z.string()).default({}),
  worker_loaders: z.array(z.object({ binding: z.string() })).default([]),
  kv_namespaces: z.array(z.object({ binding: z.string(), id: z.string() })).default([]),
  r2_buckets: z.array(z.object({ binding: z.string(), bucket_name: z.string() })).default([]),
  ratelimits: z
    .array(z.object({ name: z.string(), simple: z.object({ limit: z.number(), period: z.number() }) }))
    .default([]),
  durable_objects: z.object({ bindings: z.array(Named) }).default({ bindings: [] }),
  migrations: z.array(z.object({ new_sqlite_classes: z.array(z.string()) })).default([]),
  triggers: z.object({ crons: z.array(z.string()) }).default({ crons: [] }),
});
export type BuiltWorker = z.infer<typeof BuiltWorker>;

/** Files that the build puts beside the Worker: the bindings' own code. */
export const platformFiles = { bindings: "platform/bindings.js", store: "platform/store.js" } as const;

/** In front of the variables' names in the environment, so that none is taken for one of the process or the system. */
export const variablePrefix = "ISOGATE_VALUE_";

interface RuntimeOptions {
  worker: BuiltWorker;
  /** Names of the files beside `main`. */
  files: readonly string[];
  /** Names of variables and secrets; their values are in the environment of the process. */
  variables: readonly string[];
  /** Where the Durable Objects are. */
  folder: string;
  /** Listens there, on loopback. */
  port: number;
  /** Old space of a V8 heap. */
  maxHeapMb: number;
  /** Certificates to trust besides those of browsers, as PEM. */
  certificates?: readonly string[];
}

/** @returns the text of a Cap'n Proto configuration; its files are read below the import path */
export function runtimeConfig(options: RuntimeOptions): string {
  const { worker, files, variables, folder, port, maxHeapMb, certificates = [] } = options;
  const classes = worker.migrations.flatMap(({ new_sqlite_classes }) => new_sqlite_classes);
  const inside = (store: "KeyValues" | "Bucket", name: string) => [
    { name: text("objects"), durableObjectNamespace: { className: text(store), serviceName: text("store") } },
    { name: text("name"), text: text(name) },
  ];
  const wrapped = (name: string, entrypoint: string, innerBindings: Value[]) => ({
    name: text(name),
    wrapped: { moduleName: text("isogate:bindings"), entrypoint: text(entrypoint), innerBindings },
  });
  const bindings: Value[] = [
    ...variables.map((name) => ({ name: text(name), fromEnvironment: text(variablePrefix + name) })),
    ...worker.worker_loaders.map(({ binding }) => ({ name: text(binding), workerLoader: {} })),
    ...worker.kv_namespaces.map(({ binding, id }) => wrapped(binding, "kv", inside("KeyValues", id))),
    ...worker.r2_buckets.map(({ binding, bucket_name }) =>
      wrapped(binding, "r2", inside("Bucket", bucket_name)),
    ),
    ...worker.ratelimits.map(({ name, simple }) =>
      wrapped(name, "ratelimit", [
        { name: text("limit"), json: text(String(simple.limit)) },
        { name: text("period"), json: text(String(simple.period)) },
      ]),
    ),
    ...worker.durable_objects.bindings.map(({ name, class_name }) => ({
      name: text(name),
      durableObjectNamespace: { className: text(class_name) },
    })),
  ];
  const namespaces = (names: readonly string[]) =>
    names.map((className) => ({
      className: text(className),
      // Its folder has this name: one that changes loses what is stored.
      uniqueKey: text(`${worker.name}-${className}`),
      enableSql: "true",
    }));
  const config: Value = {
    services: [
      {
        name: text("main"),
        worker: {
          modules: [worker.main, ...files].map((name) => ({
            name: text(name),
            [name.endsWith(".js") ? "esModule" : "text"]: embed(name),
          })),
          compatibilityDate: text(worker.compatibility_date),
          compatibilityFlags: worker.compatibility_flags.map(text),
          bindings,
          durableObjectNamespaces: namespaces(classes),
          durableObjectStorage: { localDisk: text("disk") },
        },
      },
      {
        name: text("store"),
        worker: {
          modules: [{ name: text("store.js"), esModule: embed(platformFiles.store) }],
          compatibilityDate: text(worker.compatibility_date),
          durableObjectNamespaces: namespaces(["KeyValues", "Bucket"]),
          durableObjectStorage: { localDisk: text("disk") },
        },
      },
      { name: text("disk"), disk: { path: text(folder), writable: "true" } },
      {
        name: text("internet"),
        // Which private addresses may be called is the gateway's to say, for each API.
        network: {
          allow: [text("public"), text("private")],
          tlsOptions: { trustBrowserCas: "true", trustedCertificates: certificates.map(text) },
        },
      },
    ],
    sockets: [{ name: text("entry"), address: text(`127.0.0.1:${port}`), http: {}, service: text("main") }],
    extensions: [
      {
        modules: [
          { name: text("isogate:bindings"), internal: "true", esModule: embed(platformFiles.bindings) },
        ],
      },
    ],
    // One JSON object a line: what code makes the runtime say cannot begin a line of its own.
    logging: { structuredLogging: "true" },
    v8Flags: [text(`--max-old-space-size=${maxHeapMb}`)],
  };
  return `using Workerd = import "/workerd/workerd.capnp";\nconst config :Workerd.Config = ${written(config)};\n`;
}

/** A text that is written already, a list, or a struct. */
type Value = string | Value[] | { [member: string]: Value };

function written(value: Value): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return `[${value.map(written).join(",\n")}]`;
  return `(${Object.entries(value)
    .map(([name, member]) => `${name} = ${written(member)}`)
    .join(", ")})`;
}

/** Cap'n Proto reads the escapes of C: every byte that is not plain is written as one. */
function text(value: string): string {
  const bytes = [...Buffer.from(value, "utf8")].map((byte) =>
    byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c
      ? `\\x${byte.toString(16).padStart(2, "0")}`
      : String.fromCharCode(byte),
  );
  return `"${bytes.join("")}"`;
}

const embed = (file: string) => `embed ${text(`/${file}`)}`;
