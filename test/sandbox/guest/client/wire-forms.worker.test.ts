import { inject, it, expect } from "vitest";
import { execute } from "../../../gateway/running.ts";
import { parameterOf, wireForms } from "./wire-forms.ts";

/** One operation for each row; the server answers with what it received. */
const paths = Object.fromEntries(
  wireForms.map((form, index) => {
    const path = form.place === "path" ? `/echo/${index}/{color}` : `/echo/${index}`;
    return [path, { get: { operationId: `row${index}`, parameters: [parameterOf(form)], responses: {} } }];
  }),
);
const document = { openapi: "3.1.0", info: { title: "Forms", version: "1" }, servers: [{ url: "/" }], paths };

it("every row of the table arrives at a server exactly so", async () => {
  const calls = wireForms.map(({ place, value }) => {
    const group = { path: "path", query: "query", header: "headers", cookie: "cookies" }[place];
    return { [group]: { color: value } };
  });
  const ran = await execute(
    `const calls = ${JSON.stringify(calls)};
     return Promise.all(calls.map(async (args, index) => (await api.call("row" + index, args)).data));`,
    { document, file: { server: inject("upstream") } },
  );
  expect(ran.failure).toBeUndefined();
  const received = ran.value as { url: string; headers: Record<string, string> }[];
  const seen = received.map(({ url, headers }, index) => {
    const { place } = wireForms[index]!;
    if (place === "path") return url.slice(`/echo/${index}/`.length);
    if (place === "query") return url.slice(`/echo/${index}`.length).replace(/^\?/, "");
    return (place === "header" ? headers["color"] : headers["cookie"]) ?? "";
  });
  expect(seen).toEqual(wireForms.map(({ wire }) => wire));
});
