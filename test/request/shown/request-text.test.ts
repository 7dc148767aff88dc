/** A person is not shown text that a server reads as another text. */
import { expect, it } from "vitest";
import { requestText } from "../../../src/request/shown/request-text.ts";

function shown(type: string, body: string | Buffer) {
  const content = Buffer.from(body as string);
  return requestText({
    api: "a",
    operation: "o",
    route: "PUT /",
    access: "write",
    method: "PUT",
    url: "https://api.test/",
    headers: [["content-type", type]],
    body: { hash: "0", bytes: content.byteLength, content },
  });
}

const json = '{"to":"alice","x":"+ACIALAAi-to+ACIAOgAi-mallory"}';
const part = (head: string, content = "x") =>
  `--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n${content}\r\n--b--\r\n`;
const form = "multipart/form-data; boundary=b";

it.each<[what: string, type: string, body: string | Buffer]>([
  ["UTF-7", "application/json; charset=utf-7", json],
  ["UTF-7 in quotes", 'text/plain; Charset="UTF-7"', json],
  ["Python's escapes", "application/json; charset=unicode_escape", '{"a":"\\\\x22"}'],
  ["HZ", "text/plain; charset=hz-gb-2312", "~{VPND~}"],
  ["Latin 1, with an accent", "text/plain; charset=iso-8859-1", "é"],
  ["UTF-16, in which ASCII is Chinese", "text/plain; charset=utf-16le", "{}"],
  ["an empty charset", "text/plain; charset=", "a"],
  [
    "a charset that is not there twice alike",
    "text/plain; charset=utf-8, text/plain; charset=utf-7",
    "+ACI-",
  ],
  ["a part of a form", form, part('name="a"\r\nContent-Type: text/plain; charset=utf-7', "+ACI-")],
  ["a field of a form", form, part('name="_charset_"', "utf-7")],
  ["the declaration of XML", "application/xml", '<?xml version="1.0" encoding="UTF-7"?><to>+ADw-</to>'],
  ["that of a picture, in single quotes", "image/svg+xml", "<?xml version='1.0' encoding = 'utf-16'?><svg/>"],
  ["XML that is called text", "text/plain", '\n<?xml version="1.0" encoding="iso-8859-1"?><to>é</to>'],
  ["XML in a part of a form", form, part('name="a"', '<?xml version="1.0" encoding="hz-gb-2312"?>~{VPND~}')],
  ["what HTML says of itself", "text/html", '<meta charset="utf-7">+ADw-'],
  ["a field of an encoded form", "application/x-www-form-urlencoded", "a=+ACI-&_charset_=utf-7"],
])("marks text in another charset: %s", (_, type, body) => {
  const { text, hasBytes } = shown(type, body);
  expect(text).toContain("a server may read other text than this⟩\n");
  // So no question offers its approval.
  expect(hasBytes).toBe(true);
});

it.each<[type: string, body: string]>([
  ["application/json", json],
  ["application/json; charset=utf-8", '{"a":"é"}'],
  ['application/json; charset="UTF8"', "{}"],
  ["text/plain; charset=us-ascii", "a"],
  ["text/plain; charset=iso-8859-1", "ASCII only"],
  [form, part('name="a"\r\nContent-Type: text/plain; charset=utf-8', "é")],
  ["application/x-www-form-urlencoded", "charset_list=5"],
  ["application/xml", '<?xml version="1.0" encoding="UTF-8"?><file encoding="base64">é</file>'],
  ["application/xml", '<?xml version="1.0"?><a/>'],
  ["text/html", '<meta charset="utf-8">é'],
  ["application/json", JSON.stringify({ document: '<?xml version="1.0" encoding="utf-16"?>' })],
])("does not mark what is read as it is shown: %s %s", (type, body) => {
  expect(shown(type, body)).toMatchObject({
    hasBytes: false,
    text: expect.not.stringContaining("a server may read other"),
  });
});
