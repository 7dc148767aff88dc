import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import {
  problemInBody as stepsToProblem,
  methodOverride,
} from "../../../../src/gateway/decide/policy/method-override.ts";
import { headerValues } from "../../../../src/gateway/read/incoming.ts";
import { atOnce } from "../../../../src/terms/in-turns.ts";
import { subjectWith } from "../../../setup/subject.ts";

const subject = (headers: object, query = "") =>
  subjectWith({
    method: "POST",
    headers: headerValues(new Headers({ ...headers })),
    query: new URLSearchParams(query),
  });

const problemInBody = (...given: Parameters<typeof stepsToProblem>) => atOnce(stepsToProblem(...given));

it.each([
  ["X-HTTP-Method-Override", subject({ "X-HTTP-Method-Override": "DELETE" })],
  ["X_HTTP_METHOD_OVERRIDE", subject({ X_HTTP_METHOD_OVERRIDE: "DELETE" })],
  ["x-http_method-override", subject({ "x-http_method-override": "DELETE" })],
  ["?_METHOD", subject({}, "_METHOD=delete")],
  ["?a=1;_method", subject({}, "a=1;_method=delete")],
  ["?x-http-method-override", subject({}, "x-http-method-override=PUT")],
  ["?.method", subject({}, ".method=DELETE")],
  ["?[method", subject({}, "[method=DELETE")],
  ["? method", subject({}, "+method=DELETE")],
  ["?_method[]", subject({}, "_method[]=DELETE")],
  ["?_method, encoded twice", subject({}, "%255fmethod=DELETE")],
  ["?_method, ended by a NUL", subject({}, "_method%00x=DELETE")],
  ["?_HttpMethod, as Salesforce reads it", subject({}, "_HttpMethod=PATCH")],
  ["?x-tunneled-method, as Plack reads it", subject({}, "x-tunneled-method=DELETE")],
  ["X-Tunneled-Method", subject({ "X-Tunneled-Method": "DELETE" })],
  ["?x-tunneled-http-method", subject({}, "x-tunneled-http-method=DELETE")],
  ["?x-override-method", subject({}, "x-override-method=DELETE")],
  ["?x-method", subject({}, "x-method=DELETE")],
  ["?_action_delete, as Grails reads it", subject({}, "_action_delete=Delete")],
  ["?_action_delete, encoded twice", subject({}, "%255faction_delete=")],
  ["?_http_method", subject({}, "_http_method=PATCH")],
  ["?a=1&_method, its ampersand encoded", subject({}, "a=1%26_method=DELETE")],
  ["?a=1&_method, its ampersand encoded twice", subject({}, "a=1%2526_method%253DDELETE")],
  ["?_method, full-width", subject({}, "%EF%BC%BFmethod=DELETE")],
  ["?x.http.method.override", subject({}, "x.http.method.override=DELETE")],
  ["X.Http-Method_Override", subject({ "X.Http-Method_Override": "DELETE" })],
  ["Method-Override", subject({ "Method-Override": "DELETE" })],
  ["?_method behind 500 blanks", subject({}, `${"+".repeat(500)}_method=DELETE`)],
  ["?_method behind 500 brackets", subject({}, `${"[".repeat(500)}_method=DELETE`)],
])("refuses another method by %s", (_name, given) => {
  expect(methodOverride.decide(given)?.effect).toBe("deny");
});

it.each(
  "method=DELETE method=delete httpMethod=PUT http_method=patch method[]=DELETE METHOD=DELETE a=1%26method=DELETE %256dethod=DELETE verb=DELETE request.method=MOVE method=PURGE".split(
    " ",
  ),
)("refuses another method by a plain name, with the name of a method: ?%s", (query) => {
  expect(methodOverride.decide(subject({}, query))?.effect).toBe("deny");
  expect(methodOverride.decide({ ...subject({}, query), declares: () => true })).toBeUndefined();
});

it.each(
  "method=card method=list method=search method=POST method=post method= payment_method=DELETE methods=DELETE x=DELETE action=delete".split(
    " ",
  ),
)("lets pass what names no other method: ?%s", (query) => {
  expect(methodOverride.decide(subject({}, query))).toBeUndefined();
});

const form = "application/x-www-form-urlencoded; charset=utf-8";
const multipart = "multipart/form-data; boundary=b";
const partNamed = (name: string, value: string) =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n--b--`;

it.each([
  ...[
    "method=DELETE",
    "a=1&method=delete",
    "a=1;verb=PUT",
    "httpMethod=PATCH&a=1",
    "m%65thod=DEL%45TE",
    "METHOD=DELETE",
    "method[]=DELETE",
    "request.method=MOVE",
    "_=1&method=+DELETE+",
  ].map((body) => [form, body] as const),
  ["", "method=DELETE"] as const,
  [multipart, partNamed("method", "DELETE")] as const,
  [multipart, partNamed("http_method", "put")] as const,
])(
  "refuses a form that names another method plainly, unless the document has the field: %s %s",
  (type, body) => {
    const bytes = new TextEncoder().encode(body);
    expect(problemInBody("POST", type, bytes)?.kind).toBe("denied");
    expect(problemInBody("POST", type, bytes, undefined, [], [], () => true)).toBeUndefined();
    // Without a type only a POST is read as a form.
    for (const method of ["LINK", "PROPFIND"]) {
      expect(problemInBody(method, type, bytes)?.kind).toBe(type === "" ? undefined : "denied");
      expect(problemInBody(method, type, bytes, undefined, [], [], () => true)).toBeUndefined();
    }
  },
);

it.each([
  ...[
    "method=card",
    "method=POST",
    "method=",
    "method",
    "payment_method=DELETE",
    "action=delete",
    "x=method=DELETE",
  ].map((body) => [form, body] as const),
  [multipart, partNamed("method", "card")] as const,
  [multipart, partNamed("method", "DELETE it")] as const,
  ["application/json", '{"method":"DELETE"}'] as const,
])("lets a form pass that names no other method: %s %s", (type, body) => {
  expect(problemInBody("POST", type, new TextEncoder().encode(body))).toBeUndefined();
});

it.each([
  ["a form", form, "a=1&_method=DELETE"],
  ["a form with an encoded name", form, "%5Fm%65thod=DELETE"],
  ["a form with a semicolon", form, "a=1;_method=DELETE"],
  [
    "a multipart form",
    multipart,
    '--b\r\nContent-Disposition: form-data; name="_method"\r\n\r\nDELETE\r\n--b--',
  ],
  [
    "a multipart form without quotes",
    multipart,
    "--b\r\nContent-Disposition: form-data; name=_method\r\n\r\nDELETE",
  ],
  [
    "a multipart form that says the charset of the name",
    multipart,
    "--b\r\nContent-Disposition: form-data; name*=UTF-8''%5fmethod\r\n\r\nDELETE",
  ],
  ["a form without a content type, as Rack takes it", "", "a=1&_method=DELETE"],
  ["JSON", "application/json", '{"a":1,"_method":"DELETE"}'],
  ["a form with Plack's name", form, "a=1&x-tunneled-method=DELETE"],
  ["a form with a button of Grails", form, "id=5&_action_delete=Delete"],
  ["JSON, as Salesforce reads it", "application/json", '{"_HttpMethod":"PATCH"}'],
  ["JSON with an escape", "application/json", '{"_\\u006dethod":"DELETE"}'],
  ["a form in the names of PHP", form, ".method=DELETE&[method=x"],
  ["JSON behind a mark of its encoding", "application/json", '\ufeff{"_method":"DELETE"}'],
  ["JSON twice", "application/json", '{"a":1}\n{"_method":"DELETE"}'],
  ["JSON that is called text, as Parse Server reads it", "text/plain", ' {"_method":"DELETE"}'],
  ["JSON behind a mark, called text", "text/plain", '\ufeff{"_method":"DELETE"}'],
  ["JSON behind a mark, of no type", "", '\ufeff{"_method":"DELETE"}'],
  ["JSON behind 101 blanks, called text", "text/plain", `${" ".repeat(101)}{"_method":"DELETE"}`],
  [
    "JSON behind 100,000 line breaks, called bytes",
    "application/octet-stream",
    `${"\n".repeat(1e5)}{"_method":"DELETE"}`,
  ],
  ["JSON behind other blanks, called an image", "image/png", '\u00a0\u2028\f\v {\t"_method":"DELETE"}'],
  ["JSON, called text in Shift JIS", "text/plain; charset=shift_jis", '{"_method":"DELETE"}'],
  ["a form whose type goes on, as Undertow reads it", "application/x-www-form-urlencoded2", "_method=DELETE"],
  ["a form whose type goes on with a suffix", "application/x-www-form-urlencoded+x", "a=1&_method=DELETE"],
  ["JSON of a vendor", "application/vnd.api+json", '{"_method":"DELETE"}'],
  ["NDJSON", "application/x-ndjson", '{"a":1}\n{"_method":"DELETE"}'],
  [
    "a multipart of another kind",
    "multipart/mixed; boundary=b",
    '--b\r\nContent-Disposition: form-data; name=".method"\r\n\r\nDELETE\r\n--b--',
  ],
  [
    "a part's Content-ID",
    "multipart/related; boundary=b",
    "--b\r\nContent-ID: <_method>\r\n\r\nDELETE\r\n--b--",
  ],
])("refuses another method in the body: %s", (_name, contentType, body) => {
  expect(problemInBody("POST", contentType, Buffer.from(body))).toMatchObject({ kind: "denied" });
});

/** Each pad is left out by some server, before a name, behind it or around a value. */
const pads = ["+", " ", "\n", "%20", "%2520", "%09", "[", "%5B", "%255b"];
const counts = [1, 9, 129, 394, 401, 5_000];
const padded = pads.flatMap((pad) => counts.map((count) => [pad, count] as const));
const read = (
  contentType: string,
  body: string,
  ...more: [telling?: [string, string][], secret?: string[]]
) => problemInBody("POST", contentType, Buffer.from(body), undefined, ...more);

it.each(padded)("finds a name and a value among padding, however long it is: %j, %i times", (pad, count) => {
  const more = pad.repeat(count);
  for (const type of [form, ""]) {
    const names = [
      `${more}_method`,
      `a=1&${more}_method${more}`,
      `${more}rest_route`,
      `${more}x-http-method-override`,
    ];
    for (const name of names) expect(read(type, `${name}=DELETE`)).toMatchObject({ kind: "denied" });
    expect(read(type, `method=${more}DELETE`)).toMatchObject({ kind: "denied" });
    expect(read(type, `method=DELETE${more}`)).toMatchObject({ kind: "denied" });
    expect(read(type, `method=${more}DELETE${more}&a=1`)).toMatchObject({ kind: "denied" });
    expect(read(type, `${more}beta=true`, [["beta", "true"]])).toMatchObject({ kind: "denied" });
    expect(read(type, `${more}api_key${more}=x`, [], ["api_key"])).toMatchObject({ kind: "denied" });
  }
  if (pad.includes("%") || pad === "\n") return;
  expect(read(multipart, partNamed(`${more}_method`, "x"))).toMatchObject({ kind: "denied" });
  expect(read(multipart, partNamed("method", `${more}DELETE${more}`))).toMatchObject({ kind: "denied" });
});

const tail = "x".repeat(500);
it.each<[what: string, contentType: string, body: string]>([
  ["a form, ended by a NUL", form, `_method%00${tail}=DELETE`],
  ["no type, ended by a NUL", "", `_method%00${tail}=DELETE`],
  ["no type, ended by a bracket", "", `rest_route[${tail}]=/x`],
  ["JSON, ended by a NUL", "application/json", `{"_method\\u0000${tail}":"DELETE"}`],
  ["a value, ended by a NUL", form, `method=DELETE%00${tail}`],
  ["no type, behind 20,000 names", "", `${"a&".repeat(20_000)}_method=DELETE`],
  ["no type, behind 20,000 names with values", "", `${"a=1&".repeat(20_000)}_method=DELETE`],
])("finds a name before or behind much else: %s", (_what, type, body) => {
  expect(read(type, body)).toMatchObject({ kind: "denied" });
});

it("says which name of a form is too long", () => {
  expect(read(form, `a=1&x${tail}=1`)).toMatchObject({
    rule: "a body is what it says it is",
    message: expect.stringContaining("name 2 in it has more than 400 bytes (xxxxxxxx"),
  });
});

it.each<[what: string, contentType: string, body: string | Buffer]>([
  ["a long value", form, `a=${tail.repeat(1_000)}&b=1`],
  ["a long value of a method", form, `method=Put ${tail}&verb=DELETE+${tail}`],
  ["a text in which a method stands apart", form, `method=DELETE${"+".repeat(500)}it`],
  ["a long value behind blanks", form, `method=${"+".repeat(500)}${tail}`],
  ["a value of blanks", form, `method=${"+".repeat(500)}&a=1`],
  ["a long name in brackets", form, `filter[${"x".repeat(300)}]=1`],
  ["a long key in JSON", "application/json", `{"https://a.example/${tail}":1}`],
  ["a long value in a multipart form", multipart, partNamed("method", `Put ${tail}`)],
  ["text without a type", "", `{"a":"${"_method ".repeat(1_000)}"}`],
  ["an archive without a type", "", Buffer.alloc(200_000, Buffer.from([0x26, 0xff, 0x3d]))],
])("lets long ones pass that are no names of interest: %s", (_what, type, body) => {
  expect(problemInBody("POST", type, Buffer.from(body as string))).toBeUndefined();
});

it.each([
  ["a form", form, "method=card&httpMethod=POST&payment_method=DELETE"],
  ["JSON with it inside", "application/json", '{"payment":{"_method":"card"},"method":"x"}'],
  ["a list", "application/json", '["_method"]'],
  ["text", "text/plain", "_method=DELETE"],
])("lets pass what is no other method: %s", (_name, contentType, body) => {
  expect(problemInBody("POST", contentType, Buffer.from(body))).toBeUndefined();
});

const otherMethods = ["PUT", "PATCH", "DELETE", "PROPFIND"];

it.each<[who: string, contentType: string, body: string]>([
  ["Hono and CakePHP", form, "title=x&_method=DELETE"],
  ["CakePHP, in PHP's names", form, "title=x&.method=DELETE"],
  ["Hono, by FormData", multipart, partNamed("_method", "DELETE")],
  ["Hono, by a field of its own name", form, "title=x&method=LINK"],
  ["koa-override", "application/json", '{"title":"x","_method":"LINK"}'],
  ["a server with a vendor's JSON", "application/vnd.api+json", '{"_method":"LINK"}'],
])("refuses another method in the body of what is no POST, as %s would read it: %s", (_who, type, body) => {
  for (const method of otherMethods)
    expect(problemInBody(method, type, Buffer.from(body))).toMatchObject({
      kind: "denied",
      rule: "no method override",
    });
});

it.each<[what: string, contentType: string, body: string, declares?: (name: string) => boolean]>([
  ["JSON with a member of that name", "application/json", '{"method":"DELETE","verb":"PUT"}'],
  ["JSON with one that is declared", "application/json", '{"method":"DELETE"}', (name) => name === "method"],
  ["a form with one that is declared", form, "method=LINK&a=1", (name) => name === "method"],
  ["a form with a way to pay", form, "method=card&payment_method=DELETE"],
  ["a form with a long value", form, `note=${"_method ".repeat(10_000)}&a=1`],
  ["a form of lists", form, "title=x&a[b][c]=1&a[]=2"],
  ["a file in a form", multipart, partNamed("file", "_method=DELETE\r\n".repeat(9))],
  ["JSON with a comment, as some APIs take it", "application/json", '{"a":1} // _method'],
  ["a file", "text/plain", "a=1&_method=DELETE"],
  ["a file of JSON", "application/octet-stream", '{"_method":"DELETE"}'],
  ["bytes without a type", "", "a=1;_method=DELETE"],
])("lets other bodies of what is no POST pass: %s", (_what, type, body, declares) => {
  for (const method of otherMethods)
    expect(problemInBody(method, type, Buffer.from(body), undefined, [], [], declares)).toBeUndefined();
});

const telling: [string, string][] = [["beta", "true"]];
it.each<[name: string, method: string, contentType: string | undefined, body: string]>([
  ["a form", "POST", form, "a=1&beta=true"],
  ["a form, in capitals", "PUT", form, "Beta=1"],
  ["a form, as a list", "POST", form, "beta[]=true"],
  ["a form, as PHP reads it", "PATCH", form, ".beta=true"],
  ["a form, encoded", "POST", form, "%62eta=true"],
  ["a form, encoded twice", "POST", form, "%2562eta=true"],
  ["a form, behind a semicolon", "POST", form, "a=1;beta=true"],
  ["JSON", "DELETE", "application/json", '{"beta":true}'],
  ["JSON, escaped", "POST", "application/json", '{"b\\u0065ta":true}'],
  ["JSON that is called text", "POST", "text/plain", '{"beta":true}'],
  ["no content type", "POST", undefined, "beta=true"],
  ["multipart", "POST", multipart, '--b\r\nContent-Disposition: form-data; name="beta"\r\n\r\ntrue\r\n--b--'],
  ["what cannot be read", "PUT", "application/json", '{"beta":true'],
])("what tells operations apart in the query is not sent in a body: %s", (_, method, contentType, body) => {
  const refused = problemInBody(method, contentType, Buffer.from(body), undefined, telling);
  expect(refused).toMatchObject({ kind: "denied" });
});

const credentials = ["api_key", "access_token"];

it.each<[name: string, method: string, contentType: string | undefined, body: string]>([
  ["a form", "POST", form, "a=1&api_key=x"],
  ["a form, in capitals", "PUT", form, "API_KEY=x"],
  ["a form, as a list", "POST", form, "access_token[]=x"],
  ["a form, as PHP reads it", "PATCH", form, "access.token=x"],
  ["a form, encoded twice", "POST", form, "%2561pi_key=x"],
  ["a form, behind a semicolon", "POST", form, "a=1;api_key=x"],
  ["a form, ended by a NUL", "POST", form, "api_key%00b=x"],
  ["a form, without the separators", "POST", form, "apikey=x"],
  ["JSON", "DELETE", "application/json", '{"api_key":"x"}'],
  ["JSON, escaped", "POST", "application/json", '{"\\u0061pi_key":"x"}'],
  ["JSON that is called text", "POST", "text/plain", '{"api_key":"x"}'],
  ["no content type", "POST", undefined, "api_key=x"],
  ["multipart", "POST", multipart, '--b\r\nContent-Disposition: form-data; name="api_key"\r\n\r\nx\r\n--b--'],
])("refuses a credential of the code in a body: %s", (_, method, contentType, body) => {
  const refused = problemInBody(method, contentType, Buffer.from(body), undefined, [], credentials);
  expect(refused).toMatchObject({ kind: "denied", rule: "the gateway adds the credential" });
});

it.each<[method: string, contentType: string, body: string]>([
  ["POST", form, "my_api_key=x&a=api_key&key=1"],
  ["POST", "application/json", '{"a":{"api_key":"x"},"b":"access_token"}'],
  ["PUT", "application/octet-stream", "api_key=x"],
  ["PUT", "application/json", '{"a":'],
])("is no credential in a body: %s %s %s", (method, contentType, body) => {
  expect(problemInBody(method, contentType, Buffer.from(body), undefined, [], credentials)).toBeUndefined();
});

it.each<[method: string, contentType: string, body: string]>([
  ["POST", form, "alphabeta=true&a=beta"],
  ["PUT", "application/json", '{"a":{"beta":true}}'],
  ["PATCH", "application/octet-stream", "beta=true"],
])("other bodies of such operations pass: %s %s %s", (method, contentType, body) => {
  expect(problemInBody(method, contentType, Buffer.from(body), undefined, telling)).toBeUndefined();
});

/** Text in an encoding that Node does not write. */
function wide(text: string, encoding: "utf16le" | "utf-16be" | "utf-32le" | "utf-32be"): Buffer {
  const small = Buffer.from(text, "utf16le");
  if (encoding === "utf16le") return small;
  if (encoding === "utf-16be") return small.swap16();
  const large = Buffer.concat(
    [...text].map((char) => Buffer.from([char.codePointAt(0)! & 255, char.codePointAt(0)! >> 8, 0, 0])),
  );
  return encoding === "utf-32le" ? large : large.swap32();
}

const part = (head: string) => `--b\r\n${head}\r\n\r\nx\r\n--b--\r\n`;
const named = 'Content-Disposition: form-data; name="a"';

it.each<[name: string, contentType: string, body: string | Buffer]>([
  ["JSON in UTF-16, as it says", "application/json; charset=utf-16le", Buffer.from('{"a":1}', "utf16le")],
  ["JSON in UTF-16, unsaid", "application/json", Buffer.from('{"a":1}', "utf16le")],
  ["JSON in UTF-32", "application/json; charset=utf-32", "{}"],
  ...(["utf16le", "utf-16be", "utf-32le", "utf-32be"] as const).flatMap((encoding) =>
    [
      "text/plain",
      "",
      "application/octet-stream",
      "text/plain; charset=utf-16",
      "text/plain;charset=utf-32le",
    ].flatMap((type) =>
      ["", "\ufeff", "\ufeff \n"].map((before): [string, string, Buffer] => [
        `JSON in ${encoding} behind ${JSON.stringify(before)}, called ${type}`,
        type,
        wide(`${before}{ "_method":"DELETE"}`, encoding),
      ]),
    ),
  ),
  ["JSON in UTF-7, called text", "text/plain; charset=utf-7", '+AHs-"+AF8-method":"DELETE"}'],
  ["JSON in EBCDIC, called text", "text/plain; charset=ibm037", "\xc0"],
  ["text in an unknown charset", "text/plain; charset=x-own", "a"],
  ["JSON in EBCDIC", "application/json; charset=ibm037", "{}"],
  ["a form in UTF-16", "application/x-www-form-urlencoded; charset=utf-16", "a=1"],
  ["JSON that ends too early", "application/json", '{"a":1'],
  ["JSON with a comment", "application/json", '{/* */"a":1}'],
  ["JSON in single quotes", "application/json", "{'_method':'DELETE'}"],
  ["JSON without quotes", "application/json", "{_method:1}"],
  ["JSON with a comma too many", "application/json", '{"a":1,}'],
  [
    "JSON with overlong UTF-8",
    "application/json",
    Buffer.from([0x7b, 0x22, 0xc1, 0x9f, 0x22, 0x3a, 0x31, 0x7d]),
  ],
  ["JSON with a bad escape in a name", "application/json", '{"\\xmethod":1}'],
  ["JSON nested too deeply", "application/json", "[".repeat(5_000)],
  ["a form that is called JSON", "application/json", "a=1&_method=DELETE"],
  ["two content types", "application/json, application/x-www-form-urlencoded", "{}"],
  ["a charset twice", "application/json; charset=utf-8; charset=utf-16", "{}"],
  ["a boundary twice", "multipart/form-data; boundary=b; boundary=c", part(named)],
  ["no boundary", "multipart/form-data", part(named)],
  ["a second boundary as by RFC 8187", "multipart/form-data; boundary=b; boundary*=utf-8''c", part(named)],
  ["a second boundary as by RFC 2231", "multipart/form-data; boundary=b; boundary*0=c", part(named)],
  ["a boundary as by RFC 2047", 'multipart/form-data; boundary="=?utf-8?Q?b?="', part(named)],
  [
    "a charset as by RFC 8187",
    "application/x-www-form-urlencoded; charset*=utf-8''utf-7",
    "%2BAF8-method=DELETE",
  ],
  [
    "a part whose name is an encoded word",
    multipart,
    part('Content-Disposition: form-data; name="=?utf-8?B?X21ldGhvZA==?="'),
  ],
  [
    "a part in whose name is an encoded word",
    multipart,
    part('Content-Disposition: form-data; name="_=?us-ascii?Q?method?="'),
  ],
  ["a boundary in another parameter", 'multipart/form-data; x="boundary=c"; boundary=b', part(named)],
  ["a boundary that PHP ends earlier", 'multipart/form-data; boundary="b,c"', part(named)],
  ["a part whose name has a backslash", multipart, part('Content-Disposition: form-data; name="_me\\thod"')],
  ["a part whose name is given twice", multipart, part(`${named}; name="_method"`)],
  ["a part whose name has no quotes", multipart, part("Content-Disposition: form-data; name=a")],
  ["a part whose name has single quotes", multipart, part("Content-Disposition: form-data; name='a'")],
  ["a part whose name is spelled as by RFC 8187", multipart, part(`${named}; name*=UTF-8''a`)],
  [
    "a file name that hides a name",
    multipart,
    part('Content-Disposition: form-data; filename="a\\"; name="x"'),
  ],
  ["a part with two dispositions", multipart, part(`${named}\r\n${named}`)],
  ["a part with a folded header", multipart, part('Content-Disposition: form-data;\r\n name="a"')],
  ["a part with a blank before the colon", multipart, part('Content-Disposition : form-data; name="a"')],
  ["a part without a name", multipart, part("Content-Type: text/plain")],
  ["a part in base64", multipart, part(`${named}\r\nContent-Transfer-Encoding: base64`)],
  [
    "a part in quoted-printable",
    multipart,
    part(`${named}\r\ncontent-transfer-encoding:  Quoted-Printable `),
  ],
  ["a part in a coding of its own", multipart, part(`${named}\r\nContent-Transfer-Encoding: x-uuencode`)],
  ["a part with lines that end in LF", multipart, `--b\n${named}\n\nx\n--b--`],
  ["text before the first part", multipart, `x\r\n${part(named)}`],
  ["text after the last part", multipart, `${part(named)}--b\r\n`],
  ["a boundary within a line", multipart, part(`${named}\r\n\r\nx--b\r\ny`)],
  ["a boundary after LF alone", multipart, part(`${named}\r\n\r\nx\n--b\r\n${named}`)],
  ["a boundary that goes on", multipart, part(`${named}\r\n\r\nx\r\n--bc`)],
  ["no last boundary", multipart, `--b\r\n${named}\r\n\r\nx`],
])("refuses a POST whose body is not what it says it is: %s", (_name, contentType, body) => {
  const refused = problemInBody("POST", contentType, Buffer.from(body as string));
  const byWhat = { kind: "denied", rule: "a body is what it says it is" };
  expect(refused).toMatchObject(byWhat);
  const put = problemInBody("PUT", contentType, Buffer.from(body as string));
  if (/form/.test(contentType)) expect(put).toMatchObject(byWhat);
  else expect(put).toBeUndefined();
});

const hidden = '{"_method":"DELETE"}';
it.each<[what: string, coding: string, contentType: string, body: Buffer]>([
  ["a form", "gzip", form, gzipSync("a=1")],
  ["JSON", "br", "application/json", brotliCompressSync("{}")],
  ["JSON that is called text", "gzip", "text/plain", gzipSync(hidden)],
  ["JSON that is called text, in capitals", " GZIP ", "text/plain", gzipSync(hidden)],
  ["JSON of no type", "x-gzip", "", gzipSync(hidden)],
  ["JSON that is called bytes", "deflate", "application/octet-stream", deflateSync(hidden)],
  ["JSON without a head", "deflate", "application/octet-stream", deflateRawSync(hidden)],
  ["JSON in brotli", "br", "image/png", brotliCompressSync(hidden)],
  ["JSON in zstd, which is not unpacked here", "zstd", "text/plain", Buffer.from(hidden)],
  ["JSON that is packed twice", "gzip, gzip", "text/plain", gzipSync(gzipSync(hidden))],
  ["JSON behind a megabyte of blanks", "gzip", "text/plain", gzipSync(" ".repeat(2 ** 20) + hidden)],
  ["JSON behind a gigabyte of blanks", "br", "text/plain", brotliCompressSync(" ".repeat(2 ** 24) + hidden)],
  ["JSON in UTF-16", "gzip", "text/plain", gzipSync(Buffer.from(hidden, "utf16le"))],
  ["what is not packed", "gzip", "text/plain", Buffer.from(hidden)],
])("refuses what is unpacked to something that was not looked at: %s", (_what, coding, contentType, body) => {
  expect(problemInBody("POST", contentType, body, coding)).toMatchObject({ kind: "denied" });
});

it.each<[what: string, coding: string, contentType: string, body: Buffer]>([
  ["a file", "gzip", "application/octet-stream", gzipSync("file")],
  ["lines of text", "deflate", "text/plain", deflateSync("a line\n".repeat(1000))],
  ["protocol buffers", "gzip", "application/x-protobuf", gzipSync(Buffer.from([10, 2, 8, 1]))],
  ["metrics", "snappy", "application/x-protobuf", Buffer.from([5, 16, 10, 2, 8, 1])],
  ["an image", "br", "image/png", brotliCompressSync(Buffer.from([0x89, 0x50, 0x4e, 0x47]))],
  ["a form as it is", "identity", form, Buffer.from("a=1")],
])("lets pass what is unpacked to something else: %s", (_what, coding, contentType, body) => {
  expect(problemInBody("POST", contentType, body, coding)).toBeUndefined();
});

it.each<[name: string, contentType: string, body: string | Buffer]>([
  ["JSON", "application/json", '{"a":[1,-2.5e+10,true,null,"\\u00e9\\\\"],"b":{"c":{}}, "d":[]}'],
  ["JSON that is a text", "application/json; charset=UTF-8", '"x"'],
  ["JSON with a large number", "application/json", `[${"1".repeat(1_000)}]`],
  [
    "lines of JSON that are called JSON, as bulk APIs take them",
    "application/json",
    '{"index":{}}\n{"a":1}\n',
  ],
  ["a JSON text sequence", "application/json-seq", '\u001e{"a":1}\n'],
  ["NDJSON", "application/x-ndjson", '{"a":1}\n{"b":2}\n'],
  ["a patch", "application/json-patch+json", '[{"op":"add","path":"/a","value":1}]'],
  ["JSON with a mark of its encoding", "application/json", '\ufeff{"a":1}'],
  ["an empty form", form, ""],
  ["bytes", "application/octet-stream", Buffer.from([0, 1, 2, 255])],
  ["bytes without a type", "", Buffer.from([0x7b, 1, 2, 255])],
  ["an archive", "application/gzip", Buffer.from([0x1f, 0x8b, 8])],
  ["XML", "application/xml; charset=utf-16", "<_method/>"],
  ["text in UTF-16", "text/plain; charset=utf-16", Buffer.from("_method", "utf16le")],
  ["no part", multipart, "--b--\r\n"],
  ["a file", multipart, part(`${named}; filename="a b.txt"\r\nContent-Type: text/plain`)],
  ["a part as it is", multipart, part(`${named}\r\nContent-Transfer-Encoding: 8bit`)],
  [
    "a file whose name is not ASCII",
    multipart,
    part(`${named}; filename="é.txt"; filename*=UTF-8''%C3%A9.txt`),
  ],
  ["a quoted boundary", 'multipart/form-data; boundary="b"', part(named)],
  [
    "related parts, as Google takes them",
    "multipart/related; boundary=b",
    "\r\n--b\r\nContent-Type: application/json\r\n\r\n{}\r\n--b\r\nContent-Type: image/png\r\n\r\nx\r\n--b--",
  ],
  [
    "related parts in base64, as Google takes them",
    "multipart/related; boundary=b",
    "--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\neA==\r\n--b--",
  ],
])("lets pass what common APIs take: %s", (_name, contentType, body) => {
  expect(problemInBody("POST", contentType, Buffer.from(body as string))).toBeUndefined();
});

it.each([
  [
    "its own FormData",
    async () => {
      const data = new FormData();
      data.append('a "b"\r\n', "1");
      data.append("c", new File(["x\r\n--"], 'd"e.txt', { type: "text/plain" }));
      const request = new Request("https://api.test/", { method: "POST", body: data });
      return [request.headers.get("content-type"), await request.arrayBuffer()] as const;
    },
  ],
  [
    "URLSearchParams",
    async () => {
      const request = new Request("https://api.test/", {
        method: "POST",
        body: new URLSearchParams({ a: "1;2" }),
      });
      return [request.headers.get("content-type"), await request.arrayBuffer()] as const;
    },
  ],
])("lets pass what a runtime writes: %s", async (_name, write) => {
  const [type, bytes] = await write();
  expect(problemInBody("POST", type ?? "", new Uint8Array(bytes))).toBeUndefined();
});

describe("a large body", () => {
  const whole = 31 * 1024 * 1024;
  /** @returns what its reading cost: seconds of the processor, bytes of the heap and outside of it */
  function costOf(contentType: string, bytes: Buffer) {
    const before = process.memoryUsage();
    const cpu = process.cpuUsage();
    problemInBody("POST", contentType, bytes);
    const { user } = process.cpuUsage(cpu);
    const after = process.memoryUsage();
    return {
      seconds: user / 1e6,
      heap: after.heapUsed - before.heapUsed,
      external: after.external - before.external,
    };
  }

  it.each<[name: string, contentType: string, body: (bytes: number) => Buffer]>([
    ["a multipart of names", multipart, (bytes) => Buffer.alloc(bytes, "name=\n")],
    [
      "a multipart of heads",
      multipart,
      (bytes) => Buffer.alloc(bytes, '--b\r\nContent-Disposition: form-data; name="aaaaaaaa"\r\n\r\n\r\n'),
    ],
    ["a form of names", form, (bytes) => Buffer.alloc(bytes, "aaaaaaaa&")],
    ["a form of one name", form, (bytes) => Buffer.alloc(bytes, "a")],
    ["a form of encoded names", form, (bytes) => Buffer.alloc(bytes, "%5f%6d%65%74h&")],
    [
      "JSON of names",
      "application/json",
      (bytes) => Buffer.concat([Buffer.from("{"), Buffer.alloc(bytes, '"aaaaaaaa":1,')]),
    ],
    ["JSON of nesting", "application/json", (bytes) => Buffer.alloc(bytes, "[")],
    [
      "JSON of one text",
      "application/json",
      (bytes) => Buffer.concat([Buffer.from('"'), Buffer.alloc(bytes, '\\"')]),
    ],
    ["JSON of one number", "application/json", (bytes) => Buffer.alloc(bytes, "1")],
    ["JSON without a type", "", (bytes) => Buffer.alloc(bytes, "{")],
  ])("is read in linear time and without a copy: %s", (_name, contentType, make) => {
    const quarter = costOf(contentType, make(whole / 4));
    const { seconds, heap, external } = costOf(contentType, make(whole));
    // A ratio: how fast the machine is says nothing here. Squares would take sixteen times as long.
    expect(seconds).toBeLessThan(8 * quarter.seconds + 0.5);
    expect(heap).toBeLessThan(100 * 1024 * 1024);
    expect(external).toBeLessThan(16 * 1024 * 1024);
  });
});

describe("a route in the body of a POST, as WordPress takes it", () => {
  const partOf = (name: string) =>
    `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n/wp/v2/users/5\r\n--b--\r\n`;
  const problem = (type: string, body: string, method = "POST") =>
    problemInBody(method, type, new TextEncoder().encode(body));
  it.each([
    [form, "rest_route=/wp/v2/users/5"],
    [form, "a=1&rest_route[]=/wp/v2/users/5"],
    [form, "a=1&rest.route=/x"],
    [form, "a=1&rest+route=/x"],
    [form, "%72est_route=/x"],
    [form, "rest%255froute=/x"],
    [form, "rest_route%00x=/x"],
    ["multipart/form-data; boundary=b", partOf("rest_route")],
    [form, "rest[route=/x"],
    [form, "%5B[rest_route=/x"],
    ["multipart/form-data; boundary=b", partOf("rest_route[]")],
    ["multipart/form-data; boundary=b", partOf("rest[route")],
  ])("refuses %s %j", (type, body) => {
    expect(problem(type, body)).toMatchObject({ kind: "denied", rule: "the path of a request is its route" });
  });
  it.each([
    [form, "route=/x"],
    [form, "restroutes=1"],
    [form, "rest=1&route=2"],
    [form, "x=rest_route"],
  ])("lets pass %s %j", (type, body) => expect(problem(type, body)).toBeUndefined());
  it("lets other methods pass: the member counts in a POST only", () =>
    expect(problem(form, "rest_route=/x", "PUT")).toBeUndefined());
});
