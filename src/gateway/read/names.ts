/**
 * The names at the top of a body, one by one, as it is read: nothing is kept of what was read before. A body that some
 * server may read differently ends in the reason. Pure.
 */

/** Yields names; returns why the body cannot be read as what it says it is, in words that follow "because". */
export type Names = Generator<string, string | undefined>;

/** Bytes of a name that may be of interest: an override in the longest spelling has fewer. */
export const maxNameBytes = 400;

/** Servers take 1,000 (PHP, Django, qs) to 10,000 (Tomcat). */
export const maxNames = 20_000;

/** A field of a form whose value may count: of a name for methods, with its value. What is encoded may be one. */
export function* fieldNamed(name: string, value: string, least: number): Generator<string, void> {
  if (name.length >= least) yield name;
  if (/method|verb|%/i.test(name)) yield `${name}=${value}`;
}

/** Bytes of a value: a name of a method has fewer, however it is encoded. */
export const maxValueBytes = 120;

/** @param body in a charset that has ASCII in its place @param least bytes of a name: shorter ones are of no interest */
export function* formNames(body: Buffer, least: number): Names {
  let count = 0;
  for (let from = 0; from < body.length;) {
    if ((count += 1) > maxNames) return `it has more than ${maxNames} names`;
    const end = endOfPair(body, from);
    const last = Math.min(end, from + maxNameBytes);
    const sign = body.subarray(from, last).indexOf("=");
    const name = body.toString("latin1", from, sign < 0 ? last : from + sign);
    const value =
      sign < 0
        ? ""
        : body.toString("latin1", from + sign + 1, Math.min(end, from + sign + 1 + maxValueBytes));
    yield* fieldNamed(name.replaceAll("+", " "), value, least);
    from = end + 1;
  }
  return undefined;
}

function endOfPair(body: Buffer, from: number): number {
  for (let at = from; at < body.length; at += 1) if (body[at] === 0x26 || body[at] === 0x3b) return at;
  return body.length;
}
