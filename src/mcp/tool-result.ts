/**
 * A reply as a client gets it: one text, once. Some clients hand `content` to their model, some `structuredContent`,
 * some both, so a second copy would cost twice or be cut in the middle. Programs ask for it (`?results=structured`).
 *
 * The text: a line with what must not be missed; then, where there are any, warnings, files, requests and logs; an empty
 * line; the result. Guarantee: nothing that code or an API wrote begins a line before the empty one, and nothing of ours comes
 * after it, so data cannot pass for a part of the reply. And nothing in it acts unseen where a model or a terminal reads
 * it: it is marked, and in a result it is escaped, which keeps the value.
 */
import type { CallToolResult } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { Reply, Said } from "./reply.ts";
import type { LinkedFile } from "./run-files.ts";
import { isPlain, visible, visibleJson } from "../terms/visible.ts";

/** Of `structuredContent`, for programs. */
export const resultSchema = z.looseObject({
  runId: z.string().optional(),
  result: z.unknown().optional().describe("What the code returned, as JSON"),
  notes: z.array(z.string()).optional(),
  logs: z.array(z.string()).optional(),
  requests: z.array(z.string()).optional(),
  warnings: z.array(z.string()).optional(),
  plan: z.object({ notSent: z.array(z.string()), next: z.string() }).optional(),
  truncated: z.looseObject({ next: z.string() }).optional(),
  pictures: z.array(z.looseObject({ attachment: z.number(), type: z.string() })).optional(),
  files: z.array(z.looseObject({ name: z.string(), type: z.string(), link: z.string() })).optional(),
  error: z.object({ kind: z.string(), message: z.string(), next: z.string() }).optional(),
});

export interface Taken {
  /** The client asked for the data too. */
  structured?: boolean | undefined;
  /** It knows links to resources (2025-06-18 and later). */
  links?: boolean | undefined;
}

export function toolResult(reply: Reply, { structured = false, links = false }: Taken = {}): CallToolResult {
  const { said, pictures = [] } = reply;
  const linked = links ? (said.files ?? []) : [];
  return {
    ...(said.error && { isError: true }),
    content: [
      { type: "text", text: replyText(reply) },
      ...pictures.map(({ type, content }) => ({
        type: "image" as const,
        data: Buffer.from(content).toString("base64"),
        mimeType: type,
      })),
      ...linked.map(({ name, type, bytes, link }) => ({
        type: "resource_link" as const,
        uri: link,
        name,
        mimeType: type,
        size: bytes,
      })),
    ],
    ...(structured && { structuredContent: { ...said } }),
  };
}

/** Pure. */
export function replyText({ said, first }: Reply): string {
  const { warnings = [], logs = [], requests = [], files = [], plan, truncated, error } = said;
  const others = (truncated?.leftOut ?? []).slice(1);
  return [
    indented(first.join(" ")),
    ...section("Warnings of the check", warnings),
    ...section(
      "Also shortened",
      others.map(({ path, kept, of, unit }) => `${path}: ${kept} of ${of} ${unit}`),
    ),
    ...section("Not sent", plan?.notSent ?? []),
    ...section("Files for the user, who opens them after login, within a day", files.map(fileLine)),
    ...section("Requests", error ? requests : []),
    ...section("Logs", logs),
    "",
    error ? visible(error.next) : resultText(said),
  ].join("\n");
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `- ${indented(line)}`)];
}

function fileLine({ name, type, bytes, link, attachment }: LinkedFile): string {
  const number = attachment === undefined ? "" : `attachment ${attachment}, `;
  return `${number}${name} (${type}, ${bytes.toLocaleString("en")} bytes): ${link}`;
}

/** What follows a line break is no line of ours. Every other separator of lines is marked. */
function indented(text: string): string {
  return visible(text).replaceAll("\n", "\n  ");
}

/** Text as text and JSON as JSON: types and listings full of `\n` and `\"` cost more and are harder to read. */
function resultText({ result }: Said): string {
  if (isText(result)) return result;
  const list = Array.isArray(result) && result.every(isText) ? (result as string[]) : [];
  return list.some((text) => text.includes("\n"))
    ? list.join("\n\n")
    : visibleJson(JSON.stringify(result ?? null));
}

/** Whether a value is a text that can be shown as it is. One in which something acts unseen is shown as JSON. */
function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "" && isPlain(value);
}
