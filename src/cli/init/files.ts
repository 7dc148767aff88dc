/** What `isogate init` writes, as texts. Pure. */

/** What differs between projects. */
export interface NewProject {
  /** Of the folder, as npm takes it. */
  name: string;
  /** Of isogate. */
  version: string;
}

/** Path in the folder → text. */
export function projectFiles({ name, version }: NewProject): Record<string, string> {
  return {
    "package.json": `${JSON.stringify(
      {
        name,
        private: true,
        type: "module",
        engines: { node: ">=20" },
        scripts: {
          start: "isogate",
          test: "isogate policy --check policy.md",
          policy: "isogate policy --write policy.md",
          check: "isogate api check",
        },
        // The lock file holds the exact version; `npm update` moves it.
        dependencies: { isogate: `^${version}` },
      },
      undefined,
      2,
    )}\n`,
    "isogate.config.ts": `// What this server has beyond isogate's own: rules, security schemes, ways to sign in, sinks. What is exported is used.
// An example: nobody removes anything. Take the comment marks away, run \`npm test\` to see the difference in the policy,
// and \`npm run policy\` to accept it.
//
// import { defineRule } from "isogate";
//
// export const noRemovals = defineRule({
//   name: "no removals",
//   decide({ access }) {
//     if (access === "delete") return { effect: "deny", reason: "Things are removed by hand." };
//     return undefined;
//   },
// });
`,
    "deployment.jsonc": `// The settings of \`npx isogate serve\` and \`npx isogate deploy\`. None of them is a secret: those come from the environment.
// Another file for another stage: npx isogate serve --config staging.jsonc
{
  "name": "${name}",
  "settings": {
    // The address that people use, and how they sign in.
    // "PUBLIC_URL": "https://mcp.example.com",
    // "SIGN_IN": "oidc",
    // "OIDC_ISSUER": "https://accounts.google.com",
    // "OIDC_CLIENT_ID": "…",
    // "OIDC_ALLOWED": "@example.com",
  },
}
`,
    "tsconfig.json": `{
  "compilerOptions": {
    "strict": true,
    "noEmit": true,
    "target": "es2024",
    "lib": ["es2024", "dom", "dom.iterable"],
    "module": "esnext",
    "moduleResolution": "bundler",
    "allowImportingTsExtensions": true,
    "types": []
  },
  "include": ["*.ts"]
}
`,
    ".gitignore": "node_modules/\n.isogate/\n.env\n.dev.vars*\n",
    ".github/workflows/check.yml": `name: check
on: [push, pull_request]
permissions:
  contents: read
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 24, cache: npm }
      - run: npm ci
      # What the rules do with every operation is what policy.md says.
      - run: npm test
      # The documents are those of the lock files, and every entry of specs/ fits.
      - run: npm run check
`,
    "README.md": `# ${name}

An MCP server for our APIs, made with isogate. \`npm install\`, then:

- \`npm start\` serves the APIs of \`specs/\` on this machine. The demo is there to try it: remove it with \`npx isogate api remove demo\`.
- \`npx isogate api add <file or URL>\` adds an API; rules stand in its file, \`specs/<name>.jsonc\`, or in \`isogate.config.ts\`.
- \`npm test\` compares what the rules do with \`policy.md\`; \`npm run policy\` writes it again, and its diff is the review.
- \`npx isogate serve\` and \`npx isogate deploy\` take \`deployment.jsonc\`, or another one: \`--config staging.jsonc\`.
- \`npm update isogate\` upgrades; then run \`npm test\`.
`,
  };
}
