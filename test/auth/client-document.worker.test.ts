import { expect, it } from "vitest";
import { clientUrlProblem } from "../../src/auth/client-document.ts";

const problem = (url: string, hosts: string[] = []) => clientUrlProblem(new URL(url), hosts);

it.for([
  "127.0.0.1",
  "localhost",
  "[::1]",
  "10.0.0.1",
  "169.254.169.254",
  "2130706433",
  "192.168.1.1",
  "0x7f.1",
  "[fd00::1]",
  "[::ffff:10.0.0.1]",
  "[64:ff9b::a00:1]",
  "[2002:7f00:1::]",
  "router.local",
  "router",
  "localhost.",
  "a.localhost",
  "localtest.me",
  "10.0.0.1.nip.io",
])("fetches nothing from %s on a client's word, unless it is named", (host) => {
  expect(problem(`https://${host}/client.json`)).toContain("private network");
  const { hostname } = new URL(`https://${host}`);
  expect(problem(`https://${host}:1234/client.json`, [hostname.replace(/\.$/, "")])).toBeUndefined();
  expect(problem(`http://${host}/client.json`, [hostname])).toContain("not https");
  expect(problem(`https://a@${host}/client.json`, [hostname])).toContain("user name");
});

it("fetches from public addresses", () => {
  expect(problem("https://claude.ai/oauth/claude-code-client-metadata")).toBeUndefined();
  expect(problem("https://93.184.215.14/client.json")).toBeUndefined();
});
