import { expect, it } from "vitest";
import { canonicalUrl } from "../../src/request/canonical.ts";
import { canonicalOf } from "../../src/request/plain-url.ts";

const read = (input: string) => {
  const canonical = canonicalOf(input);
  return canonical.ok ? canonical.url : canonical.problem;
};

it.each([
  "https://api.test/",
  "https://api.test/things/1",
  "https://api.test//things/",
  "https://api.test:8443/a,b;c=d/e~f/$g!(h)*'i'+j@k:l&m",
  "http://127.0.0.1:8080/things/1?page=2&q=a%20b[]{}|\\^`/?@",
  "https://api.test/a?",
  "https://api.test/a?b=%27'",
  "https://api.test/a?b=<c>",
  "https://api.test/.../a",
  "https://api.test/a/..",
  "https://api.test/a/.b",
  "https://api.test/a\\b",
  "https://api.test/%61",
  "https://API.test/a",
  "https://api.test:443/a",
  "https://api.test:0443/a",
  "http://0x7f.1/a",
  "http://127.1/a",
  "http://2130706433/a",
  "https://api.test./a",
  "https://api..test/a",
  "https://user@api.test/a",
  "https://.../a",
  " https://api.test/a",
  "https://api.test/a\n",
])("reads a URL alike in the short way and in the long one: %j", (url) => {
  expect(canonicalOf(url)).toEqual(canonicalUrl(url));
});

it("takes no other spelling of an origin for the origin", () => {
  for (const url of ["http://0x7f.1/a", "http://127.1/a", "http://2130706433/a", "http://127.0.0.1:80/a"])
    expect(read(url)).toMatchObject({ origin: "http://127.0.0.1" });
});
