/** Reads `fetch(url, init)` as a call of a client: its method, and the arguments that a document can describe. Pure. */
import { absent, alternatives, type Known, type Member, unknown } from "../../request/known.ts";

/** @returns a call, its method in lower case, for each value that `init` may have; none where the method is not known */
export function fetchedWith(init: Known): { method: string; args: Known }[] {
  return alternatives(init).flatMap((one) => {
    if (one.kind === "absent") return [{ method: "get", args: absent }];
    if (one.kind !== "object") return [];
    const args = argumentsOf(one.members, one.open);
    return methodsOf(one.members.get("method"), one.open).map((method) => ({ method, args }));
  });
}

function methodsOf(member: Member | undefined, open: boolean): string[] {
  if (!member) return open ? [] : ["get"];
  return alternatives(member.value).flatMap((value) => {
    if (value.kind === "absent") return ["get"];
    return value.kind === "literal" ? [String(value.value).toLowerCase()] : [];
  });
}

/** Headers and body; path and query are in the URL. The body is known if `JSON.stringify` makes it. */
function argumentsOf(members: ReadonlyMap<string, Member>, open: boolean): Known {
  const args = new Map<string, Member>();
  const headers = members.get("headers");
  if (headers) args.set("headers", plainOnly(headers));
  const body = members.get("body");
  if (body) args.set("body", { ...body, value: sourceOf(body.value) });
  return { kind: "object", members: args, open };
}

/** Headers in a list of pairs or in a `Headers` object are not examined. */
function plainOnly(member: Member): Member {
  const plain = alternatives(member.value).every(({ kind }) => kind === "object" || kind === "absent");
  return plain ? member : { ...member, value: unknown };
}

/** The value that a text is the JSON of; unknown for any other text. */
function sourceOf(value: Known): Known {
  if (value.kind === "absent") return value;
  return value.kind === "some" && value.type === "string" ? (value.json ?? unknown) : unknown;
}

/** The beginning of a URL up to its first hole; undefined if it does not show which API the URL belongs to. */
export function knownStart(target: Known): string | undefined {
  if (target.kind === "literal") return typeof target.value === "string" ? target.value : undefined;
  const [first] = target.kind === "text" ? target.parts : [];
  return first !== undefined && /^(?:https?:\/\/[^/?#]+[/?#]|\/)/i.test(first) ? first : undefined;
}
