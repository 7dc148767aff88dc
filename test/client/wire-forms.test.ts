import { join } from "node:path";
import { format } from "prettier";
import { expect, it } from "vitest";
import {
  cookiePairs,
  headerValue,
  pathValue,
  queryPairs,
} from "../../src/sandbox/guest/client/parameters.ts";
import { parameterOf, wireForms, type WireForm } from "./wire-forms.ts";

function written(form: WireForm): string {
  const parameter = parameterOf(form);
  switch (form.place) {
    case "path":
      return pathValue(parameter, form.value);
    case "query":
      return form.value === null ? "" : queryPairs(parameter, form.value).join("&");
    case "header":
      return headerValue(parameter, form.value);
    case "cookie":
      return cookiePairs(parameter, form.value).join("; ");
  }
}

it("is what docs/wire-forms.md says (written by this test: npx vitest run -u test/client)", async () => {
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
    "`test/client/wire-forms.test.ts`; that a server receives exactly this is tested in real isolates.",
    "",
    "| in | style | explode | value | wire | note |",
    "|---|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
  const options = { parser: "markdown", printWidth: 110 };
  const file = join(import.meta.dirname, "../../docs/wire-forms.md");
  await expect(await format(text, options)).toMatchFileSnapshot(file);
});
