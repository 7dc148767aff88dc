/** What is told of a description that is longer than there is room for. */
import { expect, it } from "vitest";
import { excerpt } from "../../../src/spec/read/comment.ts";

const long =
  "It goes on about how this came to be and what people have thought of it over the years. ".repeat(3);

it.each<{ what: string; text: string; length: number; wants: string[]; lacks?: string[] }>([
  {
    what: "a list of conditions goes with the sentence that begins it",
    text: `${long}An address counts if all hold: 1. \`rule\` is one of them; 2. \`score\` is below 30; 3. it is no bot.`,
    length: 200,
    wants: ["if all hold: 1. `rule` is one of them; 2. `score` is below 30; 3. it is no bot"],
  },
  {
    what: "a sentence that refers back takes the one before it along",
    text: `${long}Only users with push access can set assignees. Assignees are silently dropped otherwise.`,
    length: 160,
    wants: ["Only users with push access can set assignees. Assignees are silently dropped otherwise"],
  },
  {
    what: "or is left out with it",
    text: `${"A long sentence that has no room here because it goes on and on, ".repeat(4)}and on. You must use these one after the other instead. At most 10 are taken.`,
    length: 80,
    wants: ["At most 10 are taken"],
    lacks: ["instead"],
  },
  {
    what: "what an answer may be written as is no syntax of a call",
    text: `Lists the comments. This endpoint supports the following custom media types. - \`application/vnd.x.raw+json\`: Response will include \`body\`. ${long}`,
    length: 120,
    wants: ["Lists the comments"],
    lacks: ["body", "media"],
  },
  {
    what: "emphasis is no text, and a name that begins with a line is",
    text: "_Only admins can set it. It is dropped otherwise._ See _links and `_id`.",
    length: 200,
    wants: ["Only admins can set it. It is dropped otherwise. See _links and `_id`"],
  },
])("$what", ({ text, length, wants, lacks = [] }) => {
  const told = excerpt(text, length);
  for (const one of wants) expect(told).toContain(one);
  for (const one of lacks) expect(told).not.toContain(one);
  expect(told.length).toBeLessThanOrEqual(length);
});

it("marks what is left out, where that is wanted, and nothing else", () => {
  expect(excerpt(`${long}At most 10.`, 60, {}, " …")).toBe("At most 10 …");
  expect(excerpt("At most 10.", 60, {}, " …")).toBe("At most 10");
});
