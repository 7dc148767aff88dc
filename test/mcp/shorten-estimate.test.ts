import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { estimateTokens } from "../../src/mcp/token-estimate.ts";

const hash = (index: number) => createHash("sha256").update(String(index));
const many = <T>(count: number, make: (index: number) => T) =>
  JSON.stringify(Array.from({ length: count }, (_, index) => make(index)));

const texts: Record<string, string> = {
  "English prose":
    "Any user with pull access to a repository can create an issue. If issues are disabled in the repository, the API returns a `410 Gone` status. ".repeat(
      40,
    ),
  "German prose":
    "Diese Schnittstelle listet sämtliche Einträge der Zone auf und setzt eine Anmeldung voraus; Geschäftsführerverträge sind ausgeschlossen. ".repeat(
      40,
    ),
  "Chinese prose": "用户可以使用此接口创建新的访问规则，并且可以查看所有被阻止的地址列表。".repeat(40),
  "Japanese prose": "このエンドポイントはゾーンのDNSレコードを一覧表示します。認証が必要です。".repeat(40),
  "Korean prose": "이 엔드포인트는 영역의 모든 기록을 나열합니다. 인증이 필요합니다.".repeat(40),
  "Russian prose": "Этот метод возвращает список всех записей зоны. Требуется авторизация. ".repeat(40),
  "Arabic prose": "تعرض هذه الواجهة جميع السجلات في المنطقة وتتطلب مصادقة المستخدم. ".repeat(40),
  emoji: "🚀🔥👩‍💻🏳️‍🌈✅⚠️".repeat(100),
  "rows of an API": many(300, (index) => ({
    id: index,
    ip: `10.2.${index % 256}.${(index * 7) % 256}`,
    action: "block",
    country: "DE",
    created_at: new Date(index * 1e9).toISOString(),
  })),
  "a JSON schema": many(60, (index) => ({
    type: "object",
    required: ["name", "id"],
    properties: {
      name: { type: "string", description: "The name of the resource." },
      id: { type: "integer", format: "int64", example: index },
    },
  })),
  "indented JSON": JSON.stringify(
    Array.from({ length: 60 }, (_, index) => ({ a: { b: [index, { c: null }] } })),
    null,
    2,
  ),
  "identifiers of code": many(200, (index) => `reposListPullRequestsAssociatedWithCommit_${index}`),
  URLs: many(
    200,
    (index) => `https://api.github.com/repos/octocat/hello-world/issues/${index}/labels{/name}`,
  ),
  UUIDs: many(200, (index) =>
    hash(index)
      .digest("hex")
      .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, "$1-$2-$3-$4-$5"),
  ),
  hexadecimal: many(100, (index) => hash(index).digest("hex")),
  base64: many(100, (index) => hash(index).digest("base64")),
  integers: many(1000, (index) => index * 7919),
  "small integers": many(1000, (index) => index),
  fractions: many(500, (index) => Math.sin(index)),
  dates: many(300, (index) => new Date(index * 1e10).toISOString()),
  HTML: "<div class=\"row\"><a href='/x?y=1&z=2'>Hi</a></div>\n".repeat(60),
  escapes: JSON.stringify('\u0000\u0001\ud800\n\t\\"'.repeat(100)),
};

describe("the estimate of tokens", () => {
  it.for(Object.entries(texts))("is at least what o200k counts, and at most 1.8 times it: %s", ([, text]) => {
    const ratio = estimateTokens(text) / countTokens(text);
    expect(ratio).toBeGreaterThanOrEqual(1);
    expect(ratio).toBeLessThanOrEqual(1.8);
  });

  it("stops counting at the given limit", () => {
    const text = "word ".repeat(1_000_000);
    expect(estimateTokens(text, 100)).toBeGreaterThan(100);
    expect(estimateTokens(text, 100)).toBeLessThan(110);
  });

  it("is zero for an empty text", () => {
    expect(estimateTokens("")).toBe(0);
  });
});
