import { expect, it } from "vitest";
import { comesFrom } from "../../src/auth/upstream-login.ts";

const authorizationUrl = "https://login.example/oauth/authorize";

it.for([
  { named: [], want: true },
  { named: ["https://login.example"], want: true },
  { named: ["https://login.example/oauth"], want: true },
  { named: ["https://evil.example"], want: false },
  { named: ["https://login.example.evil.example"], want: false },
  { named: ["https://login.example:8443"], want: false },
  { named: ["http://login.example"], want: false },
  { named: [""], want: false },
  { named: ["https://login.example", "https://evil.example"], want: false },
  { issuer: "https://issuer.example", named: ["https://issuer.example"], want: true },
  { issuer: "https://issuer.example", named: [], want: false },
  { issuer: "https://issuer.example", named: ["https://issuer.example/"], want: false },
  { issuer: "https://issuer.example", named: ["https://login.example"], want: false },
])("an answer that names $named, of a server whose file says $issuer: $want", ({ issuer, named, want }) => {
  expect(comesFrom({ authorizationUrl, ...(issuer !== undefined && { issuer }) }, named)).toBe(want);
});
