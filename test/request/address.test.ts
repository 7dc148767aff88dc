import { expect, it } from "vitest";
import { addressProblem } from "../../src/request/address.ts";

const inside = [
  "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0x7f.1", "127.0.0.1.", "localhost", "LOCALHOST",
  "localhost.", "api.localhost", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
  "0xa9fea9fe", "2852039166", "100.64.0.1", "0.0.0.0", "0", "255.255.255.255", "224.0.0.1", "198.18.0.1",
  "192.0.2.1", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:169.254.169.254]", "[::7f00:1]",
  "[64:ff9b::7f00:1]", "[64:ff9b:1::1]", "[64:ff9b:0:1::101:101]", "[2002:7f00:1::]", "[2001::1]", "[2001:db8::1]", "[fe80::1]", "[fec0::1]",
  "[fc00::1]", "[fd12:3456::1]", "[ff02::1]", "[0:0:0:0:0:0:0:1]", "metadata.google.internal", "printer.local", "router",
  "nas.lan", "x.home.arpa", "127.0.0.1.nip.io", "10-0-0-1.sslip.io", "app.localtest.me", "①②⑦.⓪.⓪.①",
  "kubernetes.default.svc", "kubernetes.default.svc.", "KUBERNETES.DEFAULT.SVC", "kubernetes.default",
  "kubernetes.default.svc.cluster.local", "1-2-3-4.shop.pod", "consul.service.consul", "web.docker", "host.docker.internal",
  "web.dns.podman", "app.marathon.mesos", "cache.service.nomad",
]; // prettier-ignore

it.each(inside)("does not speak to %s", (host) => {
  expect(addressProblem(`https://${host}/x`, {})).toContain("private network");
});

it.each([
  "example.com", "1.1.1.1", "172.32.0.1", "172.15.0.1", "11.0.0.1", "100.128.0.1", "169.253.0.1", "192.169.0.1",
  "[2606:4700::1111]", "[2002:101:101::]", "[64:ff9b::101:101]", "localhost.example.com", "internal.example.com",
  "svc.example.com", "consul.io", "docker.com", "docker.io", "kubernetes.io", "default.example.com", "mysvc.com",
])("speaks to %s", (host) => {
  expect(addressProblem(`https://${host}/x`, {})).toBeUndefined();
}); // prettier-ignore

it.each(["http://example.com", "ftp://example.com", "file:///etc/passwd", "data:,x", "ws://example.com"])(
  "does not speak %s",
  (url) => {
    expect(addressProblem(url, {})).toMatch(/not https|not a scheme/);
  },
);

it("speaks http where the API file says so, and nothing else then", () => {
  expect(addressProblem("http://example.com", { allowHttp: true })).toBeUndefined();
  expect(addressProblem("ftp://example.com", { allowHttp: true })).toContain("not a scheme");
});

it.each([
  ["127.0.0.1", "https://127.0.0.1:8443/"],
  ["127.0.0.1", "https://0x7f000001/"],
  ["localhost", "https://localhost./"],
  ["::1", "https://[::1]/"],
  ["[::1]", "https://[0:0:0:0:0:0:0:1]/"],
  ["db.internal", "https://DB.internal/"],
])("an entry %s lets %s through", (entry, url) => {
  expect(addressProblem(url, { allowPrivate: [entry] })).toBeUndefined();
});

it("an entry lets no other address through", () => {
  const rules = { allowPrivate: ["127.0.0.1", "db.internal"] };
  expect(addressProblem("https://127.0.0.2/", rules)).toBeDefined();
  expect(addressProblem("https://localhost/", rules)).toBeDefined();
  expect(addressProblem("https://x.db.internal/", rules)).toBeDefined();
  expect(addressProblem("https://[::ffff:7f00:1]/", rules)).toBeDefined();
});

it("does not take one host for another that was judged before", () => {
  const rules = {};
  expect(addressProblem("https://example.com/a", rules)).toBeUndefined();
  for (const url of ["https:///127.0.0.1/a", "https:127.0.0.1/a", "https://example.com@127.0.0.1/a"]) {
    expect(addressProblem(url, rules)).toContain("private network");
    expect(addressProblem(url, rules)).toContain("private network");
  }
  expect(addressProblem("https:///example.com/a", rules)).toBeUndefined();
  expect(addressProblem("http://example.com/a", rules)).toContain("not https");
});
