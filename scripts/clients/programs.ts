/** The client programs, each in exactly the version that was tried, and what drives it. */
import type { Drive, Talk } from "./driver.ts";

export interface Program {
  /** In the table, and for `--only`. */
  name: string;
  version: string;
  packages: Record<string, string>;
  /** Its packages bring the program itself by an install script. */
  scripts?: true;
  /** `talk`: for those that `npm run lasting` lets begin runs in the background. */
  drive: () => Promise<{ drive: Drive; talk?: Talk }>;
}

const sdkV1 = (version: string): Program => ({
  name: `SDK ${version}`,
  version,
  packages: { "@modelcontextprotocol/sdk": version },
  drive: () => import("./drivers/sdk-v1.ts"),
});

export const programs: readonly Program[] = [
  sdkV1("1.10.0"),
  sdkV1("1.19.1"),
  sdkV1("1.32.2"),
  {
    name: "SDK 2.4.0",
    version: "2.4.0",
    packages: { "@modelcontextprotocol/client": "2.4.0" },
    drive: () => import("./drivers/sdk-v2.ts"),
  },
  {
    name: "mcp-remote",
    version: "0.15.1",
    packages: { "mcp-remote": "0.15.1" },
    drive: () => import("./drivers/mcp-remote.ts"),
  },
  {
    name: "Inspector",
    version: "2.12.0",
    packages: { "@modelcontextprotocol/inspector": "2.12.0" },
    drive: () => import("./drivers/inspector.ts"),
  },
  {
    name: "mcporter",
    version: "0.12.3",
    packages: { mcporter: "0.12.3" },
    drive: () => import("./drivers/mcporter.ts"),
  },
  {
    name: "AI SDK",
    version: "2.0.99",
    packages: { "@ai-sdk/mcp": "2.0.99", zod: "4.6.7" },
    drive: () => import("./drivers/ai-sdk.ts"),
  },
  {
    name: "LangChain",
    version: "1.1.4",
    packages: {
      "@langchain/mcp-adapters": "1.1.4",
      "@langchain/core": "1.3.4",
      "@langchain/langgraph": "1.4.10",
    },
    drive: () => import("./drivers/langchain.ts"),
  },
  {
    name: "Claude Code",
    version: "2.1.332",
    packages: { "@anthropic-ai/claude-code": "2.1.332" },
    scripts: true,
    drive: () => import("./drivers/claude-code.ts"),
  },
  {
    name: "Codex",
    version: "0.171.0",
    packages: { "@openai/codex": "0.171.0" },
    drive: () => import("./drivers/codex.ts"),
  },
  {
    name: "Gemini CLI",
    version: "0.61.0",
    packages: { "@google/gemini-cli": "0.61.0" },
    drive: () => import("./drivers/gemini-cli.ts"),
  },
  {
    name: "opencode",
    version: "1.18.33",
    packages: { "opencode-ai": "1.18.33" },
    scripts: true,
    drive: () => import("./drivers/opencode.ts"),
  },
  {
    name: "Cline",
    version: "3.0.65",
    packages: { cline: "3.0.65", "@cline/core": "0.0.86" },
    drive: () => import("./drivers/cline.ts"),
  },
];
