/**
 * Reads a reply as a model does: its first line, the sections, and what comes after the empty line. Every test of a
 * client takes a reply apart with this; how the text is written is under test in test/mcp/tool-result.test.ts.
 */

export interface Reply {
  runId: string;
  /** JSON where the text is that, else the text. */
  result?: unknown;
  error?: { kind: string; message: string; next: string };
  requests?: string[];
  logs?: string[];
  notes?: string[];
  warnings?: string[];
  plan?: { notSent: string[]; next: string };
  isError: boolean;
  text: string;
}

const titles: Record<string, "requests" | "logs" | "warnings" | "notSent"> = {
  "Requests:": "requests",
  "Logs:": "logs",
  "Warnings of the check:": "warnings",
  "Not sent:": "notSent",
};

/** @param answer of `tools/call`: the text of a server's default, without data beside it */
export function readReply(answer: unknown): Reply {
  const {
    content,
    isError = false,
    structuredContent,
  } = answer as {
    content: { type: string; text?: string }[];
    isError?: boolean;
    structuredContent?: unknown;
  };
  if (structuredContent !== undefined) throw new Error("the reply stands there twice");
  const [text = "", ...others] = content.flatMap((one) => (one.type === "text" ? [one.text ?? ""] : []));
  if (others.length > 0) throw new Error("the reply has several texts");
  return { ...readText(text), isError, text };
}

/** @param text of a reply */
export function readText(text: string): Omit<Reply, "isError" | "text"> {
  const end = text.indexOf("\n\n");
  if (end < 0) throw new Error(`this is no reply: ${text.slice(0, 200)}`);
  const lists: Partial<Record<(typeof titles)[string], string[]>> = {};
  const [first = "", ...rest] = text.slice(0, end).replaceAll("\n  ", "\u0000").split("\n");
  let list: string[] | undefined;
  for (const line of rest.map(unfold)) {
    const title = titles[line];
    if (title) list = lists[title] = [];
    else if (line.startsWith("- ")) list?.push(line.slice(2));
    else list = undefined;
  }
  const { notSent, ...sections } = lists;
  const body = text.slice(end + 2);
  const line = unfold(first);
  const runId = /^Run (\S+?)[. ]/.exec(line)?.[1] ?? "";
  const [, kind, message] =
    /^(?:Run \S+ (?:failed|was \w+) (?:after [\d,]+ requests?|before any request), )?([a-z]+(?:-[a-z]+)*): (.*)$/s.exec(
      line,
    ) ?? [];
  if (kind !== undefined && message !== undefined)
    return { runId, ...sections, error: { kind, message, next: body } };
  const notes = [
    ...line.matchAll(
      / Note: (.*?)(?= Note: | This was a plan: | Shown below: | \d+ of \d+ requests? got | Requests: |$)/gs,
    ),
  ];
  const requests = / Requests: (.*)\.$/.exec(line)?.[1]?.split("; ");
  return {
    runId,
    result: jsonOr(body),
    ...sections,
    ...(requests && { requests }),
    ...(notes.length > 0 && { notes: notes.map(([, note = ""]) => note) }),
    ...(notSent && { plan: { notSent, next: / This was a plan: .* without plan\./.exec(line)?.[0] ?? "" } }),
  };
}

function unfold(line: string): string {
  return line.replaceAll("\u0000", "\n");
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
