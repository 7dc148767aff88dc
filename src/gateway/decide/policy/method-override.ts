/**
 * Refuses what makes some frameworks use another method than the one that was decided on: headers
 * (`X-HTTP-Method-Override`), the query (`?_method=DELETE`) and, for a POST, a member of the body.
 */
import { isObject } from "../../../spec/objects.ts";
import { parseJson } from "../../../terms/json.ts";
import type { Failure } from "../../../terms/failure.ts";
import type { Rule, Subject, Verdict } from "./rule.ts";

/** As `plain` writes them: CGI, and so PHP and Python, does not distinguish `_` from `-`. */
const names = new Set(["x-http-method-override", "x-http-method", "x-method-override", "-method", "$method"]);
const name = "no method override";

export const methodOverride: Rule = {
  name,
  order: 0,
  decide({ headers, query, method }): Verdict | undefined {
    const found = headers.keys().find(isOverride) ?? inQuery(query);
    return found === undefined ? undefined : { effect: "deny", rule: name, failure: refusal(method, found) };
  },
};

/** The same for the body, which is read after the other rules have decided. Frameworks override only a POST. */
export function methodInBody(
  method: string,
  contentType: string | undefined,
  body: Uint8Array | undefined,
): Failure | undefined {
  if (method !== "POST" || !body) return undefined;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const found = namesIn(contentType?.toLowerCase() ?? "", bytes).find(isOverride);
  return found === undefined ? undefined : refusal(method, `the member ${found} in its body`);
}

const plain = (text: string) => text.toLowerCase().replaceAll("_", "-");
const isOverride = (text: string) => names.has(plain(text));

/** Some servers separate pairs by semicolons too. */
function inQuery(query: Subject["query"]): string | undefined {
  return [...query]
    .flatMap(([key, value]) => [
      key,
      ...`${key};${value}`.split(";").map((part) => part.split("=", 1)[0] ?? ""),
    ])
    .find(isOverride);
}

/** The names that a framework may read from a body of this type. */
function namesIn(contentType: string, body: Buffer): string[] {
  // Rack, and so Rails, reads a POST without a content type as a form.
  if (contentType.includes("x-www-form-urlencoded") || contentType === "") {
    return [...new URLSearchParams(body.toString("utf8").replaceAll(";", "&")).keys()];
  }
  if (contentType.startsWith("multipart/")) {
    // `name*=UTF-8''_method` is the same name (RFC 8187).
    return [
      ...body.toString("latin1").matchAll(/name(?:\*\s*=\s*[\w-]*'[\w-]*'|\s*=\s*)"?([^";\r\n]*)/gi),
    ].map(([, found = ""]) => decoded(found));
  }
  if (!contentType.includes("json")) return [];
  const text = body.toString("utf8");
  // Parses a large body only where it may hold one of the names.
  if (!/method|\\u/i.test(text)) return [];
  const value = parseJson(text);
  return isObject(value) ? Object.keys(value) : [];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function refusal(method: string, found: string): Failure {
  const message =
    `The request is a ${method} with ${found}, which some servers read as another method. ` +
    "Leave it out and use that method directly, for example api.delete(path).";
  return { kind: "denied", rule: name, message };
}
