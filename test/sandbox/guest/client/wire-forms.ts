/** Every parameter style and type with its exact wire form: tested in isolates, printed in docs/wire-forms.md. */
import type { Parameter } from "../../../../src/spec/read/required.ts";

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

/** What is no text, list or object, and what is empty. A list or object without members is not sent at all. */
function others(
  place: WireForm["place"],
  style: string,
  explode: boolean,
  wires: [empty: string, number: string, boolean: string],
): WireForm[] {
  const values: [unknown, string][] = [
    ["", wires[0]],
    [42, wires[1]],
    [true, wires[2]],
    [[], ""],
    [{}, ""],
  ];
  return values.map(([value, wire]) => ({ place, style, explode, value, wire }));
}

/** Without an empty value: where the path would be another one, such a call is not sent. */
function numbers(style: string, explode: boolean, wires: [number: string, boolean: string]): WireForm[] {
  return [42, true].map((value, index) => ({
    place: "path",
    style,
    explode,
    value,
    wire: wires[index] ?? "",
  }));
}

const left = { a: null, b: 1 };

export const wireForms: WireForm[] = [
  ...forms("path", "simple", false, ["blue", "blue,black,brown", "R,100,G,200,B,150"]),
  ...forms("path", "simple", true, ["blue", "blue,black,brown", "R=100,G=200,B=150"]),
  ...forms("path", "label", false, [".blue", ".blue,black,brown", ".R,100,G,200,B,150"]),
  ...forms("path", "label", true, [".blue", ".blue.black.brown", ".R=100.G=200.B=150"]),
  ...forms("path", "matrix", false, [";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"]),
  ...forms("path", "matrix", true, [";color=blue", ";color=blue;color=black;color=brown", ";R=100;G=200;B=150"]),
  { place: "path", style: "simple", value: "a b?c#d%e:@", wire: "a%20b%3Fc%23d%25e:@", note: "reserved characters" },
  { place: "path", style: "simple", value: "é", wire: "%C3%A9", note: "not ASCII" },
  ...numbers("simple", false, ["42", "true"]),
  ...numbers("label", false, [".42", ".true"]),
  ...numbers("matrix", false, [";color=42", ";color=true"]),
  { place: "path", style: "matrix", value: "", wire: ";color", note: "empty text: no equals sign" },
  { place: "path", style: "matrix", explode: true, value: ["", "x"], wire: ";color;color=x", note: "empty item" },
  { place: "path", style: "simple", value: ["a,b", "c"], wire: "a%2Cb,c", note: "a comma inside an item" },
  { place: "path", style: "simple", value: ["a", null, "c"], wire: "a,c", note: "null in a list: left out" },
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
  ...others("query", "form", true, ["color=", "color=42", "color=true"]),
  ...others("query", "form", false, ["color=", "color=42", "color=true"]),
  ...others("query", "spaceDelimited", false, ["color=", "color=42", "color=true"]),
  ...others("query", "pipeDelimited", false, ["color=", "color=42", "color=true"]),
  ...others("query", "deepObject", true, ["color=", "color=42", "color=true"]),
  { place: "query", style: "spaceDelimited", explode: true, value: list, wire: "color=blue&color=black&color=brown", note: "not in the specification; as `form`" },
  { place: "query", style: "pipeDelimited", explode: true, value: list, wire: "color=blue&color=black&color=brown", note: "not in the specification; as `form`" },
  { place: "query", style: "deepObject", explode: false, value: object, wire: "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150", note: "as with `explode`" },
  { place: "query", style: "deepObject", explode: true, value: { a: [[1, 2], [3]] }, wire: "color%5Ba%5D%5B0%5D%5B0%5D=1&color%5Ba%5D%5B0%5D%5B1%5D=2&color%5Ba%5D%5B1%5D%5B0%5D=3", note: "lists in lists" },
  { place: "query", style: "deepObject", explode: true, value: left, wire: "color%5Bb%5D=1", note: "null in an object: left out" },
  { place: "query", style: "form", explode: true, value: left, wire: "b=1", note: "null in an object: left out" },
  { place: "query", style: "form", explode: true, value: ["a", null, "", "c"], wire: "color=a&color=&color=c", note: "null in a list: left out" },
  { place: "query", style: "form", explode: false, value: [[1, 2], { a: 1 }], wire: "color=%5B1%2C2%5D,%7B%22a%22%3A1%7D", note: "lists and objects in a list: JSON" },
  { place: "query", style: "form", value: 1e21, wire: "color=1e%2B21", note: "a number as JavaScript writes it" },
  { place: "query", style: "form", value: "日本 é 😀", wire: "color=%E6%97%A5%E6%9C%AC%20%C3%A9%20%F0%9F%98%80", note: "not ASCII" },
  { place: "query", style: "form", explode: false, more: { allowReserved: true }, value: ["a/b", "c:d"], wire: "color=a/b,c:d", note: "`allowReserved`" },
  { place: "query", style: "form", explode: true, more: { allowReserved: true }, value: { R: "a/b" }, wire: "R=a/b", note: "`allowReserved`" },
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
  ...others("header", "simple", false, ["", "42", "true"]),
  { place: "header", style: "simple", value: "a b, c/d%", wire: "a b, c/d%", note: "not encoded" },
  { place: "header", style: "simple", value: ["a", null, "c"], wire: "a,c", note: "null in a list: left out" },
  { place: "header", style: "content", more: { content: { "application/json": {} } }, value: { a: "é" }, wire: '{"a":"\\u00e9"}', note: "`content: application/json`" },
  ...forms("cookie", "form", false, ["color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"]),
  ...forms("cookie", "form", true, ["color=blue", "color=blue; color=black; color=brown", "R=100; G=200; B=150"]),
  ...others("cookie", "form", true, ["color=", "color=42", "color=true"]),
  { place: "cookie", style: "cookie", explode: false, value: list, wire: "color=blue,black,brown", note: "OpenAPI 3.2" },
  { place: "cookie", style: "cookie", explode: true, value: list, wire: "color=blue; color=black; color=brown", note: "OpenAPI 3.2" },
  { place: "cookie", style: "cookie", explode: true, value: object, wire: "R=100; G=200; B=150", note: "OpenAPI 3.2" },
  { place: "cookie", style: "content", more: { content: { "application/json": {} } }, value: { a: 1 }, wire: "color=%7B%22a%22%3A1%7D", note: "`content: application/json`" },
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
