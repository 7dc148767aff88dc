/** Every parameter style and type with its exact wire form: tested in isolates, printed in docs/wire-forms.md. */
import type { Parameter } from "../../src/sandbox/guest/client/parameters.ts";

export interface WireForm {
  place: "path" | "query" | "header" | "cookie";
  style: string;
  explode?: boolean;
  more?: Partial<Parameter>;
  /** What is special about the row. */
  note?: string;
  value: unknown;
  /** The path segment, the query, the header's value, or the Cookie header. */
  wire: string;
}

const text = "blue";
const list = ["blue", "black", "brown"];
const object = { R: 100, G: 200, B: 150 };

/** The three types for one style, as in the examples of OpenAPI 3.1.1 section 4.8.12.4. */
function forms(
  place: WireForm["place"],
  style: string,
  explode: boolean,
  wires: [text: string, list: string, object: string],
): WireForm[] {
  return [text, list, object].map((value, index) => ({
    place,
    style,
    explode,
    value,
    wire: wires[index] ?? "",
  }));
}

export const wireForms: WireForm[] = [
  ...forms("path", "simple", false, ["blue", "blue,black,brown", "R,100,G,200,B,150"]),
  ...forms("path", "simple", true, ["blue", "blue,black,brown", "R=100,G=200,B=150"]),
  ...forms("path", "label", false, [".blue", ".blue,black,brown", ".R,100,G,200,B,150"]),
  ...forms("path", "label", true, [".blue", ".blue.black.brown", ".R=100.G=200.B=150"]),
  ...forms("path", "matrix", false, [";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"]),
  ...forms("path", "matrix", true, [";color=blue", ";color=blue;color=black;color=brown", ";R=100;G=200;B=150"]),
  { place: "path", style: "simple", value: "a b?c#d%e:@", wire: "a%20b%3Fc%23d%25e:@", note: "reserved characters" },
  { place: "path", style: "simple", value: "é", wire: "%C3%A9", note: "not ASCII" },
  { place: "path", style: "simple", value: 42, wire: "42", note: "number" },
  { place: "path", style: "simple", value: true, wire: "true", note: "boolean" },
  {
    place: "path",
    style: "content",
    more: { content: { "application/json": {} } },
    value: { a: 1 },
    wire: "%7B%22a%22:1%7D",
    note: "`content: application/json`",
  },
  ...forms("query", "form", true, [
    "color=blue",
    "color=blue&color=black&color=brown",
    "R=100&G=200&B=150",
  ]),
  ...forms("query", "form", false, ["color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"]),
  ...forms("query", "spaceDelimited", false, [
    "color=blue",
    "color=blue%20black%20brown",
    "color=R%20100%20G%20200%20B%20150",
  ]),
  ...forms("query", "pipeDelimited", false, [
    "color=blue",
    "color=blue%7Cblack%7Cbrown",
    "color=R%7C100%7CG%7C200%7CB%7C150",
  ]),
  ...forms("query", "deepObject", true, [
    "color=blue",
    "color%5B0%5D=blue&color%5B1%5D=black&color%5B2%5D=brown",
    "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150",
  ]),
  {
    place: "query",
    style: "deepObject",
    explode: true,
    value: { since: { gte: 1 }, in: ["a", "b"] },
    wire: "color%5Bsince%5D%5Bgte%5D=1&color%5Bin%5D%5B0%5D=a&color%5Bin%5D%5B1%5D=b",
    note: "nested (not in the specification; as Stripe reads it)",
  },
  {
    place: "query",
    style: "form",
    value: "a b+c&d=e/f?g#h%",
    wire: "color=a%20b%2Bc%26d%3De%2Ff%3Fg%23h%25",
    note: "reserved characters",
  },
  {
    place: "query",
    style: "form",
    more: { allowReserved: true },
    value: "a b+c&d=e/f?g#h%:@",
    wire: "color=a%20b%2Bc%26d=e/f?g%23h%25:@",
    note: "`allowReserved`; what would end the value stays encoded",
  },
  {
    place: "query",
    style: "form",
    value: ["a,b", "c"],
    explode: false,
    wire: "color=a%2Cb,c",
    note: "a comma inside an item",
  },
  { place: "query", style: "form", value: [], wire: "", note: "empty list" },
  { place: "query", style: "form", value: "", wire: "color=", note: "empty text" },
  { place: "query", style: "form", value: null, wire: "", note: "null: left out" },
  { place: "query", style: "form", value: "'()*!", wire: "color=%27%28%29%2A%21", note: "sub-delimiters" },
  {
    place: "query",
    style: "content",
    more: { content: { "application/json": {} } },
    value: { a: [1, "x"] },
    wire: "color=%7B%22a%22%3A%5B1%2C%22x%22%5D%7D",
    note: "`content: application/json`",
  },
  { place: "query", style: "csv", more: { collectionFormat: "csv" }, value: list, wire: "color=blue,black,brown", note: "Swagger 2.0" },
  { place: "query", style: "ssv", more: { collectionFormat: "ssv" }, value: list, wire: "color=blue%20black%20brown", note: "Swagger 2.0" },
  { place: "query", style: "tsv", more: { "x-collectionFormat": "tsv" }, value: list, wire: "color=blue%09black%09brown", note: "Swagger 2.0" },
  { place: "query", style: "pipes", more: { collectionFormat: "pipes" }, value: list, wire: "color=blue%7Cblack%7Cbrown", note: "Swagger 2.0" },
  { place: "query", style: "multi", more: { collectionFormat: "multi" }, value: list, wire: "color=blue&color=black&color=brown", note: "Swagger 2.0" },
  ...forms("header", "simple", false, ["blue", "blue,black,brown", "R,100,G,200,B,150"]),
  ...forms("header", "simple", true, ["blue", "blue,black,brown", "R=100,G=200,B=150"]),
  { place: "header", style: "simple", value: "a b, c/d%", wire: "a b, c/d%", note: "not encoded" },
  ...forms("cookie", "form", false, ["color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"]),
  ...forms("cookie", "form", true, ["color=blue", "color=blue; color=black; color=brown", "R=100; G=200; B=150"]),
  { place: "cookie", style: "form", value: "a b;c", wire: "color=a%20b%3Bc", note: "reserved characters" },
  { place: "cookie", style: "cookie", value: "a/b", wire: "color=a/b", note: "OpenAPI 3.2: not encoded" },
]; // prettier-ignore

/** The parameter of a row, as a document declares it. */
export function parameterOf({ place, style, explode, more }: WireForm): Parameter {
  const styled = more?.content || more?.collectionFormat || more?.["x-collectionFormat"] ? {} : { style };
  const required = place === "path" ? { required: true } : {};
  const properties = { R: {}, G: {}, B: {} };
  const members = place === "cookie" ? { schema: { properties } } : {};
  return {
    name: "color",
    in: place,
    ...styled,
    ...(explode === undefined ? {} : { explode }),
    ...required,
    ...members,
    ...more,
  };
}
