/** A path that code looks up in the document and that is not there: the nearest are named, where it matters. */
import { expect, it } from "vitest";
import { callTool, deploy } from "../gateway/running.ts";

const ok = { responses: { 200: { description: "ok" } } };
const document = {
  openapi: "3.1.0",
  info: { title: "Depot", version: "1" },
  paths: {
    "/users": { get: { operationId: "listUsers", ...ok } },
    "/users/{id}": { get: { operationId: "getUser", ...ok } },
    "/orders": { post: { operationId: "addOrder", ...ok } },
  },
};
const other = { ...document, paths: { "/planets": { get: { operationId: "listPlanets", ...ok } } } };

const nearest =
  'spec.paths has no "/user". The nearest are: GET /users (listUsers); GET /users/{id} (getUser)';

it.each([
  ["by name", 'return spec.paths["/user"].get.operationId'],
  ["in a document that it lists, too", 'Object.keys(spec.paths); return spec.paths["/user"].get'],
  ["through a variable", 'const { paths } = spec; const path = "/user"; return paths[path].get'],
  ["in vain, without a word of JavaScript", 'return spec.paths["/user"]?.get'],
  ["for a part of its result", 'return { one: spec.paths["/user"]?.get, all: [] }'],
])("names the nearest paths to code that looks one up %s", async (_how, code) => {
  const { text } = await callTool(code, [await deploy({ document })], { tool: "search" });
  expect(text).toContain(nearest.replaceAll('"', text.startsWith("{") ? String.raw`\"` : '"'));
});

it.each([
  ["that finds another", 'return (spec.paths["/user"] ?? spec.paths["/users"]).get.operationId', "listUsers"],
  ["that asks whether it is there", 'return "/user" in spec.paths', false],
  ["that counts", 'return [Object.keys(spec.paths).length, JSON.stringify(spec.paths).length > 50]', [3, true]],
])("says nothing of it to code %s", async (_how, code, want) => {
  const { text, result } = await callTool(code, [await deploy({ document })], { tool: "search" });
  expect(result).toEqual(want);
  expect(text).not.toContain("nearest");
}); // prettier-ignore

it("says of which of several documents it speaks", async () => {
  const apis = [await deploy({ document }, "depot"), await deploy({ document: other }, "sky")];
  const { error } = await callTool('return specs.sky.paths["/planet"].get', apis);
  expect(error?.next).toContain(
    'specs.sky.paths has no "/planet". The nearest are: GET /planets (listPlanets).',
  );
});

it.each([
  ["a member that is not there", 'return operations.filter((o) => o.tag === "users")', "search"],
  ["a method in capitals", 'return operations.filter(({ method }) => method === "GET")', "search"],
  ["a name that is another's", "return operations.map((o) => o.operationId)", "execute"],
])("shows one of operations to code that is left with nothing by %s", async (_how, code, tool) => {
  const { text } = await callTool(code, [await deploy({ document })], { tool: tool as "search" });
  expect(text).toContain('The first of operations is {"id":"listUsers","method":"get","path":"/users",');
});

it("does not show one of operations to code that found what it looked for", async () => {
  const { text } = await callTool(
    'return operations.filter((o) => o.access === "write").length',
    [await deploy({ document })],
    { tool: "search" },
  );
  expect(text).not.toContain("The first of operations");
});
