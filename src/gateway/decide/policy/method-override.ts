/**
 * Refuses what makes some frameworks use another method than the one that was decided on: headers
 * (`X-HTTP-Method-Override`), the query (`?_method=DELETE`) and a member of the body. A POST or a form whose body cannot be
 * read as what it says it is could hide one, and is refused too.
 */
import { bodyNames } from "../../read/body-names.ts";
import { foldText } from "../../../request/fold.ts";
import { foldName, mayNameMethod, mayTell, namesReadIn } from "../../../request/query-match.ts";
import { decodedAgain, type Pairs, queryReadings } from "../../../request/readings.ts";
import type { Failure } from "../../../terms/failure.ts";
import { isMethod } from "../../../terms/methods.ts";
import type { Rule, Verdict } from "./rule.ts";

const name = "no method override";

export const methodOverride: Rule = {
  name,
  order: 0,
  decide({ headers, query, method, declares }): Verdict | undefined {
    const found =
      headers.keys().find(isOverride) ?? inQuery(query) ?? plainlyInQuery(query, method, declares);
    return found === undefined ? undefined : { effect: "deny", rule: name, failure: refusal(method, found) };
  },
};

/** A body of 32 MB has millions of names. */
const namesInTurn = 20_000;

/** `_method` has as many bytes, every other spelling has more. */
const leastOverrideBytes = 7;

/** Wherever it stands: what comes before it may be taken for no type. */
const formTypes = /x-www-form-urlencoded|multipart\/form-data/i;

/**
 * The same for the body, which is read after the other rules have decided. Most frameworks override only a POST, and find
 * its method in whatever they take for a form or an object; Hono and CakePHP also override a PUT, a PATCH and a DELETE by a
 * form, and so does koa-override, where it is told to, by JSON. Rails and PHP also read in any body what they read in a query, and so may tell operations apart by it. Yields where others may have
 * their turn.
 * @param coding the `Content-Encoding`
 * @param telling what tells the operations of this path apart, which belongs into the query
 * @param credentials names by which a server may find a credential in the body
 * @param declares whether the document has such a member in the body of the operation
 */
export function* problemInBody(
  method: string,
  contentType: string | undefined,
  body: Uint8Array | undefined,
  coding?: string,
  telling: Pairs = [],
  credentials: readonly string[] = [],
  declares?: (name: string) => boolean,
): Generator<void, Failure | undefined> {
  const isPost = method === "POST";
  const isForm = formTypes.test(contentType ?? "");
  const mayOverride = isPost || isForm || /json/i.test(contentType ?? "");
  if (!body || (!mayOverride && telling.length === 0 && credentials.length === 0)) return undefined;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const secret = new Set(credentials.map(foldName));
  // Every spelling of a name has as many bytes as it has folded, or more.
  const least =
    telling.length > 0 ? 1 : Math.min(leastOverrideBytes, ...[...secret].map(({ length }) => length));
  const names = bodyNames(contentType, coding, bytes, least);
  for (let count = 1; ; count += 1) {
    if (count % namesInTurn === 0) yield;
    const step = names.next();
    if (step.done) {
      const mustBeRead = isPost || isForm || telling.length > 0;
      return step.value === undefined || !mustBeRead
        ? undefined
        : unreadable(method, contentType, step.value);
    }
    if (mayOverride && isOverride(step.value))
      return refusal(method, `the member ${step.value.trim()} in its body`);
    if (isPost && isRoute(step.value)) return routed(step.value);
    const plainly = mayOverride && step.value.includes("=") && plainlyIn(step.value, method, declares);
    if (plainly) return refusal(method, `the member ${plainly} in its body`);
    if (mayTell(step.value, telling) || mayTell(decodedAgain(step.value), telling))
      return toldInBody(step.value);
    if (
      secret.size > 0 &&
      [step.value, decodedAgain(step.value)].some((one) =>
        namesReadIn(beforeNul(one)).some((read) => secret.has(read)),
      )
    )
      return credentialInBody(step.value);
  }
}

function credentialInBody(found: string): Failure {
  const message =
    `The request was not sent because its body has the member ${found.trim().slice(0, 60)}, in which some servers look for the ` +
    "API's credential. The gateway adds the credential itself: leave it out.";
  return { kind: "denied", rule: "the gateway adds the credential", message };
}

/** PHP ends a name there. */
const beforeNul = (text: string): string => text.split("\0", 1)[0] ?? "";

function toldInBody(found: string): Failure {
  const message =
    `The request was not sent because its body has the member ${found.trim().slice(0, 60)}, by which the document tells operations ` +
    "of this path apart in the query. Some servers would read it in the body. Put it into the query, or leave it out.";
  return { kind: "denied", rule: "what tells operations apart is in the query", message };
}

/** Without all that is no letter: servers write `_`, `-`, `.`, `[` and blanks for each other. */
const overrides =
  /^(?:x?(?:tunneled)?(?:http)?methodoverride|x(?:tunneled)?(?:http)?method|xoverridemethod)$/;

/** By the name of a button, Grails runs another action of the same controller. */
const grailsAction = /^_action_./;

/**
 * `_method` and Salesforce's `_HttpMethod`, however the first character is written: PHP makes `_` of a point, a blank and
 * a bracket. `method` and `httpMethod` alone are ordinary names.
 */
function isOverride(text: string): boolean {
  // Most names, quickly: nothing in them is encoded, and they begin and go on like others.
  if (/^[a-wyz][\w-]*$/i.test(text) && !/override/i.test(text)) return false;
  return [text, decodedAgain(text)].some((one) =>
    [one, beforeNul(one)].some((read) => {
      const folded = foldText(read);
      const letters = folded.replace(/[^a-z]/g, "");
      return (
        overrides.test(letters) ||
        (/^(?:http)?method$/.test(letters) && !/^[hm]/.test(folded)) ||
        grailsAction.test(folded)
      );
    }),
  );
}

/** WordPress takes the route of a POST from this member of a form before it looks at the path. */
function isRoute(text: string): boolean {
  // Most names, quickly.
  if (/^[\w-]*$/.test(text) && !/rest/i.test(text)) return false;
  return [text, decodedAgain(text)].some((one) => namesReadIn(beforeNul(one)).includes("restroute"));
}

function routed(found: string): Failure {
  const message =
    `The request was not sent because its body has the member ${found.trim().slice(0, 60)}: WordPress takes the operation from it ` +
    "before it looks at the path. Leave it out and call that operation by its own path.";
  return { kind: "denied", rule: "the path of a request is its route", message };
}

function inQuery(query: Iterable<readonly [string, string]>): string | undefined {
  const search = new URLSearchParams([...query].map(([key, value]) => [key, value])).toString();
  return queryReadings(search)
    .flat()
    .map(([key]) => key)
    .find(isOverride);
}

/** In small letters, `list`, `search` and `copy` are words of an API. */
const namesMethod = (value: string) =>
  /^(?:get|head|options|post|put|patch|delete|purge)$/i.test(value) ||
  (/^[A-Z-]+$/.test(value) && isMethod(value));

/** `?method=DELETE`. A name that the document declares is a value. */
function plainlyInQuery(
  query: Iterable<readonly [string, string]>,
  method: string,
  declares: ((name: string) => boolean) | undefined,
): string | undefined {
  return plainlyIn(
    new URLSearchParams([...query].map(([key, value]) => [key, value])).toString(),
    method,
    declares,
  );
}

/** @param search a query, or a field of a form */
function plainlyIn(
  search: string,
  method: string,
  declares: ((name: string) => boolean) | undefined,
): string | undefined {
  if (!/method|verb|%/i.test(search)) return undefined;
  return queryReadings(search)
    .flat()
    .filter(([key]) => mayNameMethod(key) && !declares?.(key))
    .filter(([, value]) => namesMethod(value.trim()) && value.trim().toUpperCase() !== method)
    .map(([key, value]) => `${key}=${value}`)[0];
}

function unreadable(method: string, contentType: string | undefined, problem: string): Failure {
  const message =
    `The ${method} was not sent because its body cannot be read as ${contentType ?? "what it is"}: ${problem}. ` +
    `Servers may read it differently. Pass the body as an object, api.${method.toLowerCase()}(path, { body }), and leave the encoding to the client.`;
  return { kind: "denied", rule: "a body is what it says it is", message };
}

function refusal(method: string, found: string): Failure {
  const message =
    `The request is a ${method} with ${found.trim().slice(0, 100)}, which some servers read as another method. ` +
    "Leave it out and use that method directly, for example api.delete(path).";
  return { kind: "denied", rule: name, message };
}
