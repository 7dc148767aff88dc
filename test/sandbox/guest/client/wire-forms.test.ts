import { join } from "node:path";
import { format } from "prettier";
import { expect, it } from "vitest";
import { canonicalUrl } from "../../../../src/request/canonical.ts";
import {
  cookiePairs,
  headerValue,
  pathValue,
  queryPairs,
} from "../../../../src/sandbox/guest/client/parameters.ts";
import { parameterOf, wireForms, type WireForm } from "./wire-forms.ts";

function written(form: WireForm): string {
  const parameter = parameterOf(form);
  switch (form.place) {
    case "path": {
      // In the one spelling that the gateway sends a path in.
      const canonical = canonicalUrl(`https://api.example/${pathValue(parameter, form.value)}`);
      return canonical.ok ? canonical.url.sent.join("/") : canonical.problem;
    }
    case "query":
      return form.value === null ? "" : queryPairs(parameter, form.value).join("&");
    case "header":
      return headerValue(parameter, form.value);
    case "cookie":
      return cookiePairs(parameter, form.value).join("; ");
  }
}

it.each(wireForms.map((form) => ({ ...form, shown: JSON.stringify(form.value) })))(
  "writes $shown in $place, $style as $wire",
  (form) => {
    expect(written(form)).toBe(form.wire);
  },
);

/** A row without its style or its type would be a hole in the table. */
it("has a row for every style and every type of value", () => {
  const types = (place: string, style: string) =>
    wireForms
      .filter((form) => form.place === place && form.style === style)
      .map(({ value }) => typeOf(value));
  for (const [place, styles] of Object.entries(stylesOf)) {
    for (const style of styles)
      expect([place, style, types(place, style)]).toEqual([
        place,
        style,
        expect.arrayContaining(["text", "number", "boolean", "list", "object"]),
      ]);
  }
});

/** OpenAPI 3.1 section 4.8.12.2. */
const stylesOf = {
  path: ["simple", "label", "matrix"],
  query: ["form", "spaceDelimited", "pipeDelimited", "deepObject"],
  header: ["simple"],
  cookie: ["form"],
};

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return "list";
  return { string: "text", object: "object" }[typeof value as string] ?? typeof value;
}

it("is what docs/wire-forms.md says (written by this test: npx vitest run -u test/sandbox/guest/client)", async () => {
  const cell = (text: string) => `\`${text.replaceAll("|", "\\|")}\``;
  const rows = wireForms.map((form) => {
    const { place, style, explode, value, note = "" } = form;
    const spread = explode === undefined ? "" : String(explode);
    const wire = written(form);
    return `| ${[place, style, spread, cell(JSON.stringify(value)), wire === "" ? "(nothing)" : cell(wire), note].join(" | ")} |`;
  });
  const text = [
    "# Parameters on the wire",
    "",
    "What the client sends for a parameter called `color`, by its place, style, `explode` and value. Made by",
    "`test/sandbox/guest/client/wire-forms.test.ts`; that a server receives exactly this is tested in real isolates.",
    "",
    "| in | style | explode | value | wire | note |",
    "|---|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
  const options = { parser: "markdown", printWidth: 110 };
  const file = join(import.meta.dirname, "../../../../docs/wire-forms.md");
  await expect(await format(text, options)).toMatchFileSnapshot(file);
});
