/**
 * `isogate doctor`: looks at this machine, the state folder, the settings and what they lead to, in the order in which a
 * start needs them. Changes nothing.
 */
import { existsSync } from "node:fs";
import { settingNames } from "../../auth/settings.ts";
import { ownNames } from "../../terms/own.ts";
import { messageOf } from "../../terms/log.ts";
import { faultsOf, throwAll } from "../at-once.ts";
import { commandLine } from "../command-line.ts";
import { printable } from "../compile-report.ts";
import { loadOwn } from "../own/project.ts";
import { unsetLines } from "../own/values.ts";
import { optionsOf, servedHelp } from "../options.ts";
import { commandFor, places, version } from "../places.ts";
import { environmentIn, isDemo, secretNames } from "../secrets.ts";
import { configuredFor, defaultConfig, deploymentFrom, portFrom, startedFor } from "../serve/configured.ts";
import { serveSettings, serveVariables, withFiles } from "../serve/settings.ts";
import type { Deployment } from "../deploy/settings.ts";
import type { ConfiguredApi } from "../apis.ts";
import {
  apis,
  identityProvider,
  isServing,
  look,
  certificates,
  memory,
  node,
  port,
  publicUrl,
  runtime,
  sealed,
  state,
  type Finding,
} from "./checks.ts";

const command = commandFor("doctor");
const help = `${commandFor("doctor", "[<file or URL>] [options]")}

Says what is wrong with this machine, the state in ${places.home}, the settings and what they lead to, and what to do. Ends
with 1 if something would keep a server from working. With the arguments and the environment of the server, or what it says
is not about that. If there are settings (${defaultConfig}, --config or PUBLIC_URL), it looks at them as serve does.

  --json                         prints a list of { check, status, says }
${servedHelp}
  --help`;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = commandLine(
    command,
    help,
    { allowPositionals: true, options: optionsOf.doctor },
    args,
  );
  const found: Finding[] = [];
  if (!values.json) console.log(`isogate ${version}`);
  // A later check may wait for a server that does not answer: what is known is printed meanwhile.
  const tell = (findings: Finding[]) => {
    found.push(...findings);
    if (!values.json) for (const finding of findings) console.log(printable(lineOf(finding)));
  };
  const note = async (check: string, at: Parameters<typeof look>[1]) => {
    const findings = await look(check, at);
    tell(findings);
    return findings;
  };
  await note("Node", node);
  await note("runtime", runtime);
  await note("memory", () => memory(process.env));
  await note("certificates", () => certificates(process.env));
  let isInUse = false;
  await note("state", async () => {
    const { found: says, inUse } = await state();
    isInUse = inUse;
    return says;
  });
  await note("secret", sealed);

  const project = await note("project", async () => {
    const own = await loadOwn();
    return own ? { status: "ok", says: own.path } : [];
  });
  const isProjectRead = project.every(({ status }) => status === "ok");

  // What a later check needs of an earlier one is undefined if that failed.
  let deployment: Deployment | undefined;
  let configured: ConfiguredApi[] | undefined;
  const isForServe =
    values.config !== undefined || existsSync(defaultConfig) || Boolean(process.env["PUBLIC_URL"]);
  if (isForServe)
    await note("settings", async () => {
      // Which settings and ways to sign in there are is known only with what the project adds.
      if (!isProjectRead)
        return { status: "skipped", says: "They were not looked at, because the project cannot be read." };
      const names = [...settingNames, ...serveVariables, ...ownNames("variables"), ...ownNames("secrets")];
      const environment = withFiles(process.env, names);
      const faults = faultsOf(() => serveSettings(environment));
      const read = await deploymentFrom(values.config, environment).catch((error: unknown) => {
        throw new Error([...faults, messageOf(error)].join("\n"), { cause: error });
      });
      throwAll(faults);
      deployment = read;
      return [
        { status: "ok", says: `of ${deployment.vars["PUBLIC_URL"]}` },
        ...unsetLines(environment).map((says) => ({ status: "warning", says }) as const),
      ];
    });
  let serving = false;
  await note("port", async () => {
    const host = values.host ?? (process.env.HOST || "127.0.0.1");
    const number = portFrom(values.port ?? process.env.PORT);
    serving = isInUse && (await isServing(host, number));
    return port(host, number, serving);
  });
  await note("APIs", async () => {
    const { apis: all, leftOut } = isForServe
      ? await configuredFor(positionals, values, deployment ?? { vars: {} })
      : { apis: await startedFor(positionals, values), leftOut: [] as string[] };
    // The server of the demo is one that a start starts.
    configured = isForServe ? all : all.filter((api) => !isDemo(api));
    return [
      { status: "ok", says: all.map(({ name }) => name).join(", ") },
      ...leftOut.map((says) => ({ status: "warning", says }) as const),
    ];
  });
  if (configured) {
    const names = configured.flatMap(({ file }) => secretNames(file.credential));
    const environment = withFiles(isForServe ? process.env : environmentIn(process.cwd()), names);
    await apis(configured, environment, tell);
  }
  const { OIDC_ISSUER, SIGN_IN, PUBLIC_URL } = deployment?.vars ?? {};
  if (SIGN_IN === "oidc" && OIDC_ISSUER !== undefined)
    await note("identity provider", () => identityProvider(OIDC_ISSUER));
  if (PUBLIC_URL !== undefined) await note("PUBLIC_URL", () => publicUrl(PUBLIC_URL, serving));

  const faults = found.filter(({ status }) => status === "fault").length;
  if (values.json) console.log(JSON.stringify(found, undefined, 2));
  else
    console.log(
      faults === 0 ? "Nothing is wrong." : `${faults} ${faults === 1 ? "thing is" : "things are"} wrong.`,
    );
  return faults === 0 ? 0 : 1;
}

const marks = { ok: "✓", warning: "!", fault: "✘", skipped: "–" } as const;

function lineOf({ check, status, says }: Finding): string {
  return `${marks[status]} ${check}: ${says}`;
}
