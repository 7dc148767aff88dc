/** The README and the pages of docs/, and what can be found in them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "../..");

export interface Page {
  /** Path from the root. */
  path: string;
  text: string;
}

export const pages: Page[] = [
  "README.md",
  "CONTRIBUTING.md",
  "AGENTS.md",
  "CHANGELOG.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
].map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));

/** Fenced blocks with the words after the fence. */
export function blocks({ text }: Page): { language: string; content: string }[] {
  return [...text.matchAll(/^```([^\n]*)\n([^]*?)^```$/gm)].map(([, language, content]) => ({
    language: language!.trim(),
    content: content!,
  }));
}

/** Commands in shell blocks and in inline code: `npm …`, `npx …`, one each, without comments. */
export function commands(page: Page): string[] {
  const lines = blocks(page)
    .filter(({ language }) => language === "sh")
    .flatMap(({ content }) => content.split("\n"));
  const inline = [...page.text.replaceAll(/^```[^]*?^```$/gm, "").matchAll(/`([^`\n]+)`/g)].map(
    ([, code]) => code!,
  );
  return [...lines, ...inline]
    .map((line) => line.replace(/\s+#.*$/, "").trim())
    .flatMap((line) => line.split(" && "))
    .map((line) => line.replace(/^(?:[A-Z][A-Z0-9_]*=\S* )+/, ""))
    .filter((line) => /^(?:npm|npx|node|claude|git) /.test(line));
}

/** Anchors of a page's headings, as GitHub makes them. */
export function anchors({ text }: Page): string[] {
  const plain = text.replaceAll(/^```[^]*?^```$/gm, "");
  return [...plain.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(/\s/g, "-"),
  );
}
