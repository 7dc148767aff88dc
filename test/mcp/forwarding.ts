/** What clients hand to their model of a tool's answer, as it was seen in their requests to the model. */
import type { CallToolResult } from "@modelcontextprotocol/server";

const texts = ({ content }: CallToolResult) =>
  content.map((one) => (one.type === "text" ? one.text : "")).join("\n");
const data = ({ structuredContent }: CallToolResult) =>
  structuredContent === undefined ? undefined : JSON.stringify(structuredContent);

/** Where a client cuts what is longer, in characters: in the middle. */
const cutChars = 8_000;

const both = (answer: CallToolResult) =>
  [texts(answer), data(answer) ?? ""].filter((part) => part !== "").join("\n");

export const rules = {
  "the text": texts,
  "the data, or the text where there is none": (answer: CallToolResult) => data(answer) ?? texts(answer),
  both,
  "both, cut in the middle": (answer: CallToolResult) => {
    const all = both(answer);
    return all.length <= cutChars ? all : `${all.slice(0, cutChars / 2)}\n…\n${all.slice(-cutChars / 2)}`;
  },
} satisfies Record<string, (answer: CallToolResult) => string>;

export function forwarded(answer: CallToolResult, rule: keyof typeof rules): string {
  return rules[rule](answer);
}
