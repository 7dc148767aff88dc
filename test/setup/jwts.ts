/**
 * JSON Web Tokens, good ones and every kind of bad one that RFC 8725 and its attacks know: for properties that no bad one
 * is believed. Signed with real keys.
 */
import { createHmac, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import * as fc from "fast-check";

type Json = Record<string, unknown>;

const pair = (kid: string) => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { kid, privateKey, publicKey };
};
const own = pair("own");
const rsa = { kid: "rsa", ...generateKeyPairSync("rsa", { modulusLength: 2048 }) };
/** Of somebody else, who calls it as the good one is called. */
const strange = pair("own");

const jwk = ({ kid, publicKey }: { kid: string; publicKey: KeyObject }, alg: string) => ({
  ...publicKey.export({ format: "jwk" }),
  kid,
  alg,
  use: "sig",
});
/** What the owner of the good keys publishes. */
export const keys = [jwk(own, "ES256"), jwk(rsa, "RS256")];

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const ecdsa = (text: string, key = own.privateKey, dsaEncoding: "ieee-p1363" | "der" = "ieee-p1363") =>
  sign("sha256", Buffer.from(text), { key, dsaEncoding });
const raw = (header: string, payload: string, signer = ecdsa) =>
  `${header}.${payload}.${signer(`${header}.${payload}`).toString("base64url")}`;

const es256 = { alg: "ES256", typ: "JWT", kid: "own" };
const good = (header: Json, claims: Json) => raw(part(header), part(claims));
const hmac = (secret: string | Buffer) => (text: string) =>
  createHmac("sha256", secret).update(text).digest();

export interface Expected {
  /** Claims of a good one. */
  claims(): Json;
  /** Claims that have to be as they are: another value, or none, makes a bad one. */
  bound: readonly string[];
  /** Those of them that may be a list with the value in it. */
  listed?: readonly string[];
  /** What the two sides share, which is no key. */
  secret: string;
}

const wrong = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, "", 0, 1, true, [], {}, [""], "null", "undefined", "*", -1),
  fc.string(),
  fc.double({ noNaN: true }),
  fc.jsonValue({ maxDepth: 1 }),
);
/** Text that is nearly another. */
const nearly = (text: string) =>
  fc.constantFrom(
    `${text}/`,
    ` ${text}`,
    `${text} `,
    `${text}\0`,
    `${text}\n`,
    text.toUpperCase() === text ? `${text}x` : text.toUpperCase(),
    text.slice(0, -1),
    `${text}.evil.example`,
    `https://evil.example/${text}`,
    encodeURIComponent(`${text}/`),
  );

/** @returns a token, what is wrong with it, and nothing if nothing is */
export function jwts({
  claims,
  bound,
  listed = [],
  secret,
}: Expected): fc.Arbitrary<{ token: string; wrong?: string }> {
  const now = () => Math.floor(Date.now() / 1_000);
  const otherClaim = fc.constantFrom(...bound).chain((name) => {
    const value = claims()[name];
    const list = listed.includes(name) ? fc.constant([`${value}/`]) : fc.constant([value, "x"]);
    const others = typeof value === "string" ? fc.oneof(wrong, nearly(value), list) : wrong;
    return others
      .filter((other) => JSON.stringify(other) !== JSON.stringify(value))
      .map((other) => ({
        wrong: `the claim ${name} is ${JSON.stringify(other)}`,
        token: good(es256, { ...claims(), [name]: other }),
      }));
  });
  const expired = fc.constantFrom<unknown>(
    0,
    -1,
    1,
    "9999999999",
    null,
    undefined,
    [],
    now() - 3_600,
    {},
    true,
  );
  const notYet = fc.integer({ min: 3_600, max: 2 ** 40 });
  const headers: [string, () => string][] = [
    ["no signature, alg none", () => `${part({ alg: "none" })}.${part(claims())}.`],
    ["no signature, alg None", () => `${part({ alg: "None" })}.${part(claims())}.`],
    ["no signature, a blank one", () => `${part({ alg: "none" })}.${part(claims())}. `],
    ["alg none with a signature", () => raw(part({ ...es256, alg: "none" }), part(claims()))],
    ["no signature, alg ES256", () => `${part(es256)}.${part(claims())}.`],
    ["a signature of zeros", () => raw(part(es256), part(claims()), () => Buffer.alloc(64))],
    ["a signature of ones", () => raw(part(es256), part(claims()), () => Buffer.alloc(64, 255))],
    [
      "an empty RSA signature",
      () => raw(part({ alg: "RS256", kid: "rsa" }), part(claims()), () => Buffer.alloc(256)),
    ],
    [
      "a signature in DER",
      () => raw(part(es256), part(claims()), (text) => ecdsa(text, own.privateKey, "der")),
    ],
    [
      "the key of somebody else",
      () => raw(part(es256), part(claims()), (text) => ecdsa(text, strange.privateKey)),
    ],
    ...["jwk", "jku", "x5u", "x5c"].map((name): [string, () => string] => [
      `its own key in ${name}`,
      () => {
        const value =
          name === "jwk" ? jwk(strange, "ES256") : name === "x5c" ? ["MIIB"] : "https://evil.example/keys";
        return raw(part({ ...es256, [name]: value }), part(claims()), (text) =>
          ecdsa(text, strange.privateKey),
        );
      },
    ]),
    ...[
      secret,
      JSON.stringify(keys[0]),
      own.publicKey.export({ type: "spki", format: "pem" }),
      "",
      "\0",
    ].flatMap((key) =>
      ["HS256", "hs256"].map((alg): [string, () => string] => [
        `${alg} with what is no key`,
        () => raw(part({ ...es256, alg }), part(claims()), hmac(key)),
      ]),
    ),
    [
      "PS256 with the key of RS256",
      () => raw(part({ alg: "PS256", kid: "rsa" }), part(claims()), () => Buffer.alloc(256, 1)),
    ],
    ["another curve", () => raw(part({ ...es256, alg: "ES384" }), part(claims()))],
    ["an unknown key", () => good({ ...es256, kid: "other" }, claims())],
    ["a key as a path", () => good({ ...es256, kid: "../../../dev/null" }, claims())],
    ["what it calls critical", () => good({ ...es256, crit: ["exp"] }, claims())],
    [
      "a payload that is not encoded",
      () => raw(part({ ...es256, b64: false, crit: ["b64"] }), part(claims())),
    ],
    ["five parts", () => `${good(es256, claims())}.x.y`],
    ["four parts", () => `${good(es256, claims())}.x`],
    ["two parts", () => good(es256, claims()).split(".").slice(0, 2).join(".")],
    ["a list of claims", () => raw(part(es256), part([claims()]))],
    ["claims that are text", () => raw(part(es256), part(JSON.stringify(claims())))],
    ["claims that are null", () => raw(part(es256), part(null))],
    ["a header that is a list", () => raw(part([es256]), part(claims()))],
    ["alg as a list", () => raw(part({ ...es256, alg: ["ES256"] }), part(claims()))],
    ["no alg", () => raw(part({ typ: "JWT", kid: "own" }), part(claims()))],
    [
      "a header deep in lists",
      () => raw(Buffer.from("[".repeat(20_000)).toString("base64url"), part(claims())),
    ],
    ["claims deep in lists", () => raw(part(es256), Buffer.from("[".repeat(20_000)).toString("base64url"))],
    [
      "other claims behind the signature of good ones",
      () => {
        const [header, , signature] = good(es256, claims()).split(".");
        return `${header}.${part({ ...claims(), sub: "admin", x: 1 })}.${signature}`;
      },
    ],
    ["nothing", () => ""],
    ["dots", () => ".."],
  ];
  const flipped = fc.nat({ max: 511 }).map((bit) => {
    const [header, payload, signature = ""] = good(es256, claims()).split(".");
    const bytes = Buffer.from(signature, "base64url");
    bytes[bit >> 3]! ^= 1 << (bit & 7);
    return {
      wrong: `bit ${bit} of the signature`,
      token: `${header}.${payload}.${bytes.toString("base64url")}`,
    };
  });
  const noToken = fc.string().map((token) => ({ wrong: "any text", token }));
  return fc.oneof(
    fc.constantFrom<Json>({}, { typ: undefined }, { alg: "RS256", kid: "rsa" }).map((more) => {
      const header = { ...es256, ...more };
      const signer = (text: string) => sign("sha256", Buffer.from(text), rsa.privateKey);
      return { token: raw(part(header), part(claims()), header.alg === "RS256" ? signer : ecdsa) };
    }),
    { weight: 3, arbitrary: otherClaim },
    expired.map((exp) => ({
      wrong: `exp is ${JSON.stringify(exp)}`,
      token: good(es256, { ...claims(), exp }),
    })),
    notYet.map((ms) => ({ wrong: "nbf is later", token: good(es256, { ...claims(), nbf: now() + ms }) })),
    {
      weight: 4,
      arbitrary: fc.constantFrom(...headers).map(([what, make]) => ({ wrong: what, token: make() })),
    },
    flipped,
    noToken,
  );
}
