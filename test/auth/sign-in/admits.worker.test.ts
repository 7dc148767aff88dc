import { expect, it } from "vitest";
import { signInNamed } from "../../../src/auth/sign-in/index.ts";
import { providerIn } from "../../../src/auth/sign-in/oidc.ts";
import { LoginSettings, type Settings } from "../../../src/auth/settings.ts";
import { localUserId, type User } from "../../../src/terms/user.ts";

const oidc = { OIDC_ISSUER: "https://id.example", OIDC_CLIENT_ID: "isogate" };
const settingsWith = (more: object): Settings => ({
  ...LoginSettings.parse({ ISOGATE_SECRET: "a-secret-for-tests-only-0123456789abcdef", ...oidc, ...more }),
  variables: {},
});
const admits = (user: Partial<User>, more: { SIGN_IN: string }) =>
  signInNamed(more.SIGN_IN).admits({ id: "oidc-ann", label: "ann", ...user }, settingsWith(more));

it.each<[what: string, user: Partial<User>, more: { SIGN_IN: string }]>([
  [
    "another provider",
    { provider: providerIn({ ...oidc, OIDC_ISSUER: "https://id.example/b" }) },
    { SIGN_IN: "oidc" },
  ],
  ["another client", { provider: providerIn({ ...oidc, OIDC_CLIENT_ID: "other" }) }, { SIGN_IN: "oidc" }],
  ["an unknown provider", {}, { SIGN_IN: "oidc" }],
  ["the machine", { id: localUserId }, { SIGN_IN: "oidc" }],
  ["a provider, by the machine,", { provider: providerIn(oidc) }, { SIGN_IN: "local" }],
  ["a proxy, by the machine,", { id: "proxy.mallory" }, { SIGN_IN: "local" }],
])("a user of %s is not admitted", (_, user, more) => {
  expect(admits(user, more)).toBe(false);
});

it.each<[what: string, user: Partial<User>, more: { SIGN_IN: string }]>([
  ["the provider", { provider: providerIn(oidc) }, { SIGN_IN: "oidc" }],
  [
    "the provider, however its address is written,",
    { provider: providerIn({ ...oidc, OIDC_ISSUER: "https://ID.example/" }) },
    { SIGN_IN: "oidc" },
  ],
  ["the machine", { id: localUserId }, { SIGN_IN: "local" }],
])("a user of %s is admitted", (_, user, more) => {
  expect(admits(user, more)).toBe(true);
});
