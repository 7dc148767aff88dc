/**
 * Rules that hold something back by a value, against models of whole parsers (`test/setup/servers/values.ts`): whatever
 * number or UUID one of them reads in a path, a rule for it holds.
 */
import * as fc from "fast-check";
import { segmentProblem } from "../../../src/request/canonical.ts";
import { policyOn } from "../../../src/request/policy.ts";
import { numberParsers, uuidParsers } from "../../../test/setup/servers/values.ts";

const operation = { id: "one", method: "get", path: "/things/{id}", tags: [] };

function isDenied(value: string, text: string): boolean {
  const path = `/things/${encodeURIComponent(text)}`;
  const policy = [{ effect: "deny" as const, path: `/things/${value}` }];
  const subject = {
    operation: operation as never,
    access: "read" as const,
    method: "GET",
    path,
    isWritten: true,
  };
  return policyOn({ policy, otherwise: "allow" }, subject)?.effect === "deny";
}

const numberPiece = fc.constantFrom(
  ..."0 1 7 10 12 000 a f 0x 0X 0d 0D 0o 0b # &h &H &o & e1 E1 e+1 e-1 d1 p1 p-1 .0 . .5 _ , + x L ( ) ' %".split(
    " ",
  ),
  ..." |  |\u3000|\u0661|\u0967|\uff11".split("|"),
);
const numberText = fc
  .array(numberPiece, { minLength: 1, maxLength: 6 })
  .map((pieces) => pieces.join(""))
  .filter((text) => segmentProblem(text) === undefined);

export const holdsForEveryNumberThatAParserReads = fc.property(numberText, (text) => {
  for (const [title, read] of Object.entries(numberParsers)) {
    const number = read(text);
    if (number === undefined || !/^\d+(?:\.\d+)?$/.test(String(number)) || Object.is(number, -0)) continue;
    if (!isDenied(String(number), text))
      throw new Error(`${title} reads ${number} in ${JSON.stringify(text)}`);
  }
});

const digit = fc.constantFrom(..."0000123456789abcdefABCDEF");
const uuid = fc
  .array(digit, { minLength: 32, maxLength: 32 })
  .map((digits) => digits.join("").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5"));

const everyGroup = (text: string, change: (group: string) => string) => text.split("-").map(change).join("-");
const inserted = (text: string, at: number, more: string) => text.slice(0, at) + more + text.slice(at);
const written = (text: string, alphabet: string, width: number) => {
  let [rest, signs] = [BigInt(`0x${text.replace(/[^\da-f]/gi, "")}0`) >> 4n, ""];
  for (; signs.length < width; rest /= BigInt(alphabet.length))
    signs = alphabet[Number(rest % BigInt(alphabet.length))] + signs;
  return signs;
};

/** Other spellings of a UUID, or of what is one already spelled. */
const spellings: ((text: string, at: number) => string)[] = [
  (text) => text,
  (text) => text.replaceAll("-", ""),
  (text) => text.replaceAll("-", "").replace(/.{4}(?!$)/g, "$&-"),
  (text) => `{${text}}`,
  (text) => `(${text})`,
  (text) => `guid'${text}'`,
  (text) => `urn:uuid:${text}`,
  (text) => `x${text}y`,
  (text) => ` ${text} `,
  (text, at) => inserted(text, at, "urn:"),
  (text, at) => inserted(text, at, "uuid:"),
  (text, at) => inserted(text, at, "-"),
  (text) => text.replace(/^0/, "+"),
  (text) => text.replace(/^00/, "0x"),
  (text, at) => (at < 7 ? text.replace(/^0(?=.)/, "") : inserted(text.replace(/^0/, ""), at, "_")),
  (text) => everyGroup(text, (group) => group.replace(/^0+(?=.)/, "")),
  (text, at) => everyGroup(text, (group) => "1a".repeat(at % 3) + group),
  (text) => everyGroup(text, (group) => `+${group}`),
  (text) => text.replace(/\d/g, (one) => String.fromCharCode(0x660 + Number(one))),
  (text) => {
    const [first, second, third, ...rest] = text.split("-").map((group) => `0x${group}`);
    const bytes = rest
      .join("")
      .replaceAll("0x", "")
      .replace(/..(?!$)/g, "$&,0x");
    return `{${first},${second},${third},{0x${bytes}}}`;
  },
  (text) => written(text, "0123456789ABCDEFGHJKMNPQRSTVWXYZ", 26),
  (text) => written(text, "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", 22),
];
const uuidText = fc
  .tuple(uuid, fc.array(fc.tuple(fc.nat(spellings.length - 1), fc.nat(35)), { maxLength: 3 }))
  .map(([text, ways]) => ways.reduce((spelled, [way, at]) => spellings[way]!(spelled, at), text))
  .filter((text) => segmentProblem(text) === undefined);

export const holdsForEveryUuidThatAParserReads = fc.property(uuidText, (text) => {
  for (const [title, read] of Object.entries(uuidParsers)) {
    const value = read(text);
    if (value && !isDenied(value, text))
      throw new Error(`${title} reads ${value} in ${JSON.stringify(text)}`);
  }
});
