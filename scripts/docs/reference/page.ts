/** docs/configuration.md: all that can be set, from the schemas that read it. */
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { z } from "zod";
import { LoginSettings } from "../../../src/auth/settings.ts";
import {
  ApiFile,
  OAuthCredential,
  PolicyRule,
  SecurityScheme,
  SharedCredential,
  UserCredential,
} from "../../../src/terms/api-file.ts";
import { budgets } from "../../../src/terms/budgets.ts";
import { DeploymentFile } from "../../../src/cli/deploy/settings.ts";
import { docComments } from "./doc-comments.ts";
import { membersTable, type Schema } from "./members.ts";

const root = join(import.meta.dirname, "../../..");

export async function configurationPage(): Promise<string> {
  const api = await docComments(join(root, "src/terms/api-file.ts"));
  const login = await docComments(join(root, "src/auth/settings.ts"));
  const deployment = await docComments(join(root, "src/cli/deploy/settings.ts"));
  const text = `# Configuration

Written by \`npm run docs\` from the schemas that read it.

## An API: \`specs/<name>.jsonc\`

\`npm run api -- add <file or URL>\` writes it, \`npm run api -- check\` checks it. With \`"$schema": "./api-file.schema.json"\`
an editor completes and checks it while it is written. Only \`source\` is needed. It holds no secrets.

${membersTable(schemaOf(ApiFile), api["ApiFile"] ?? {}, {
  policy: "list of [rules](#a-rule-of-the-policy)",
  credential: "a [credential](#a-credential)",
  "auth.schemes": "object: name → [security scheme](#a-security-scheme)",
  budgets: "object of numbers, see [budgets](#budgets)",
})}

### A rule of the policy

Every member that is given must fit; a list fits if one of its entries does. \`path\` is a template as in the document, or a
path as it is sent; \`*\` stands for anything within it. Of all rules that fit, deny wins over ask, and ask over allow; no rule
allows what the grant of the connection does not. Examples: [policy cookbook](policy.md).

${membersTable(schemaOf(PolicyRule), api["PolicyRule"] ?? {})}

### A credential

One for everybody, \`"from": "shared"\`:

${membersTable(schemaOf(SharedCredential), api["SharedCredential"] ?? {})}

Everybody pastes their own, \`"from": "user"\`:

${membersTable(schemaOf(UserCredential), api["UserCredential"] ?? {})}

Everybody logs in at the API, \`"from": "oauth"\`:

${membersTable(schemaOf(OAuthCredential), api["OAuthCredential"] ?? {})}

### A security scheme

As OpenAPI writes it, for documents that declare none or a wrong one, with a few members more.

${membersTable(schemaOf(SecurityScheme), api["SecurityScheme"] ?? {})}

### Budgets

What one run may use up at one API. A run over several APIs ends when the longest \`runMs\` of them is over, and goes to
each for no longer than its own.

| budget | default | | why |
| --- | ---: | --- | --- |
${Object.entries(budgets)
  .map(
    ([name, { value, unit, reason }]) =>
      `| \`${name}\` | ${value.toLocaleString("en-US")} | ${unit} | ${reason} |`,
  )
  .join("\n")}

## The server: settings

Variables of the Worker, in \`deployment.jsonc\` under \`settings\` ([logins](login.md)). \`ISOGATE_SECRET\`,
\`OIDC_CLIENT_SECRET\` and \`WAITING_WEBHOOK_SECRET\` are secrets: \`npm run deploy\` makes the first and asks for the others.

${membersTable(schemaOf(LoginSettings), login["fields"] ?? {})}

## A deployment: \`deployment.jsonc\`

Read by \`npm run deploy\`. Environment variables with the names of settings come before what it says; an empty variable counts as not set.

${membersTable(schemaOf(DeploymentFile), deployment["DeploymentFile"] ?? {}, {
  settings: "object of [settings](#the-server-settings)",
  env: "object: name → object of the members above",
})}

## The commands: environment

| variable | |
| --- | --- |
| \`PORT\` | port of the local server; 8484 by default |
| \`HOST\` | address that it listens on; 127.0.0.1 by default |
| \`ISOGATE_HOME\` | the folder of the state; one server at a time uses it. Default: \`.isogate\` in a clone; for \`npx isogate\`, \`isogate\` in \`XDG_STATE_HOME\`, else \`.isogate\` in the home directory |
| \`SUPERVISOR_STUCK_CPU_MS\` | processor time in ms that the server's process may spend without answering before it is restarted; 6500 by default |
| \`SUPERVISOR_MAX_MEMORY_BYTES\` | memory at which it is restarted; by default 2 GB, or half of the machine's |
| the secrets that \`specs/\` name | the credentials themselves, such as \`GITHUB_TOKEN\`; also from the files \`.env\` and \`.dev.vars\` of the working directory, which the environment overrides |
`;
  return format(text, { ...(await resolveConfig(join(root, "README.md"))), parser: "markdown" });
}

function schemaOf(schema: z.ZodType): Schema {
  return z.toJSONSchema(schema, { io: "input" }) as Schema;
}
