/** Reads `fetch(url, init)` as a call of a client: its method, and the arguments that a document describes. Pure. */
import { absent, alternatives, type Member, unknown, type Value } from "../values/value.ts";

export interface Fetched {
  /** Lower case. */
  method: string;
  args: Value;
}

/** @returns one for each value that `init` may have; none where the method is not known */
export function fetchedWith(init: Value): Fetched[] {
  return alternatives(init).flatMap((one) => {
    if (one.kind === "absent") return [{ method: "get", args: absent }];
    if (one.kind !== "object") return [];
    const { members, open } = one;
    return methodsOf(members.get("method"), open).map((method) => ({
      method,
      args: argumentsOf(members, open),
    }));
  });
}

function methodsOf(member: Member | undefined, open: boolean): string[] {
  if (!member) return open ? [] : ["get"];
  return alternatives(member.value).flatMap((value) => {
    if (value.kind === "absent") return ["get"];
    return value.kind === "literal" ? [String(value.value).toLowerCase()] : [];
  });
}

/** Headers and body; path and query are in the URL. The body is known where it is made by `JSON.stringify`. */
function argumentsOf(members: ReadonlyMap<string, Member>, open: boolean): Value {
  const args = new Map<string, Member>();
  const headers = members.get("headers");
  if (headers) args.set("headers", plainOnly(headers));
  const body = members.get("body");
  if (body) args.set("body", { ...body, value: jsonIn(body.value) });
  return { kind: "object", members: args, open };
}

/** Headers that are a list of pairs or a `Headers` are not examined. */
function plainOnly(member: Member): Member {
  const plain = alternatives(member.value).every(({ kind }) => kind === "object" || kind === "absent");
  return plain ? member : { ...member, value: unknown };
}

/** The value that a JSON text stands for; unknown for any other text. */
export function jsonIn(value: Value): Value {
  if (value.kind === "absent") return value;
  return value.kind === "some" && value.type === "string" ? (value.json ?? unknown) : unknown;
}

/** The beginning of a URL up to its first hole; undefined if that is not enough to tell which API it belongs to. */
export function knownStart(target: Value): string | undefined {
  if (target.kind === "literal") return typeof target.value === "string" ? target.value : undefined;
  const [first] = target.kind === "text" ? target.parts : [];
  return first !== undefined && /^(?:https?:\/\/[^/?#]+[/?#]|\/)/i.test(first) ? first : undefined;
}
