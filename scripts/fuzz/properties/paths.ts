/**
 * The path matcher against a reference that is slow and obviously right: every template as a regular expression,
 * every operation tried, nothing shared with `src/gateway`.
 */
import * as fc from "fast-check";
import { match } from "../../../src/request/match.ts";
import { plainCatalog, type PlainDocument } from "../../../test/setup/plain-catalog.ts";

const origin = "https://api.test";
const letters = fc.constantFrom(
  ..."a|b|me|Me|a.b|é|x y|1|-|é;b|a;|a,b|$|a:b|v1|a.json|a.json.json|va-b-c|b:del|b:del:del|f(id='a')".split(
    "|",
  ),
);

const literalSegment = fc.constantFrom("a", "b", "me", "a.b", "%C3%A9", "x%20y", "$batch", "f()", "a:b");
const templateSegment = fc.oneof(
  { weight: 3, arbitrary: literalSegment },
  { weight: 3, arbitrary: fc.constant("{p}") },
  fc.constantFrom("{p}.json", "v{p}", "{p}-{q}", "{p}:del", "a{p}", "{p}{q}", "f(id='{p}')"),
);
const template = fc
  .tuple(
    fc.array(templateSegment, { minLength: 1, maxLength: 4 }),
    fc.constantFrom("", "", "", "", "?beta=true", "#again", "/"),
  )
  .map(([segments, tail]) => `/${uniqueNames(segments).join("/")}${tail}`);
const method = fc.constantFrom("get", "get", "post", "delete");

/** One template does not repeat a name. */
function uniqueNames(segments: string[]): string[] {
  let count = 0;
  return segments.map((segment) => segment.replace(/\{[pq]\}/g, () => `{n${(count += 1)}}`));
}

const document = fc
  .tuple(
    fc.array(fc.tuple(method, template), { minLength: 1, maxLength: 8 }),
    fc.constantFrom("", "/v1", "/v1/x%20y"),
  )
  .map(([operations, base]): PlainDocument => {
    const paths: PlainDocument["paths"] = {};
    for (const [verb, path] of operations) (paths[path] ??= {})[verb] = { operationId: `${verb} ${path}` };
    return { servers: [{ url: origin + base }], paths };
  });

/** A raw piece of a path, as hostile or careless code might write one. */
const piece = fc.oneof(
  { weight: 5, arbitrary: letters },
  { weight: 5, arbitrary: letters.map(encodeURIComponent) },
  literalSegment,
  fc.string({ unit: "binary-ascii", maxLength: 6 }).map((text) => text.replace(/[/?#\\]/g, "_")),
  fc.string({ unit: "grapheme", maxLength: 4 }).map(encodeURIComponent),
  fc.constantFrom(
    ...(
      "%2e %2E%2e .. . %2e%2e%20 %20. %2F a%2Fb a%2f..%2fb %5c %252e %25 %00 %0a ..; %EF%BC%8F %EF%BC%8E%EF%BC%8E %E0%A4%A " +
      "%c0%af \\ ..\\ %3B a;b=c %2C %61 v1 a%20 %20a a. %2e%20 %E2%80%A4 ａ"
    ).split(" "),
    "",
  ),
);
const rawPath = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => `/${pieces.join("/")}`);
const search = fc.constantFrom("", "", "?beta=true", "?beta=true&beta=false", "?x=1", "?beta=%74rue");

const baseOf = (doc: PlainDocument) => String((doc.servers as { url: string }[])[0]?.url);

/** A request for one of the document's own templates, or for anything. */
const world = document.chain((doc) => {
  const paths = Object.keys(doc.paths);
  const base = baseOf(doc);
  const own = fc
    .tuple(fc.constantFrom(...paths), fc.array(letters, { minLength: 8, maxLength: 8 }))
    .map(([path, values]) => {
      let index = 0;
      const filled = path.replace(/\{[^}]*\}/g, () => encodeURIComponent(values[(index += 1) % 8] ?? "a"));
      return base + filled;
    });
  const any = fc.tuple(rawPath, search).map(([path, query]) => base + path + query);
  return fc.record({
    doc: fc.constant(doc),
    verb: fc.oneof(method, fc.constant("head")),
    url: fc.oneof({ weight: 2, arbitrary: own }, { weight: 3, arbitrary: any }),
  });
});

/** Segments as an upstream may read them, worst first; undefined if the URL is not valid, or not valid UTF-8. */
function decodedSegments(url: string): string[] | undefined {
  try {
    return new URL(url).pathname.slice(1).split("/").map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

/** Whether some server may take a segment for something else than one name. */
export function readsOtherwise(segment: string): boolean {
  const readings = new Set([segment]);
  for (let round = 0; round < 3; round += 1) {
    for (const text of Array.from(readings)) {
      readings.add(text.normalize("NFKC"));
      readings.add(text.split(";")[0] ?? "");
      readings.add(text.trim());
      try {
        readings.add(decodeURIComponent(text));
      } catch {
        // Not encoded.
      }
    }
  }
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return [...readings].some((text) => /[/\\\u0000-\u001f\u007f]/.test(text) || text === "." || text === "..");
}

interface Reference {
  id: string;
  values: Record<string, string>;
  weights: number[];
}

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

/** Every operation tried by a regular expression made of its template. */
function fitsOf(doc: PlainDocument, verb: string, url: string): string[] {
  const parsed = new URL(url);
  const segments = (decodedSegments(url) ?? []).join("\n");
  const tried = (wanted: string) =>
    Object.entries(doc.paths).flatMap(([path, item]) => {
      if (!item[wanted]) return [];
      const base = new URL(baseOf(doc)).pathname.replace(/\/$/, "");
      const [withoutFragment = ""] = path.split("#");
      const [pathname = "", query = ""] = withoutFragment.split("?");
      const parts = (base + pathname).slice(1).split("/");
      const parameters: { name: string; quoted: boolean }[] = [];
      const source = parts
        .map((part) =>
          part
            .split(/(\{[^}]*\})/)
            .map((text, index, all) => {
              if (!text.startsWith("{")) return escaped(decodeURIComponent(text));
              // OData: between quotes, a quote of the value is doubled.
              const quoted = [all[index - 1]?.at(-1), all[index + 1]?.[0]].every((sign) => sign === "'");
              parameters.push({ name: text.slice(1, -1), quoted });
              return quoted ? "((?:[^\\n']|'')+)" : "([^\\n]+?)";
            })
            .join(""),
        )
        .join("\\n");
      const found = new RegExp(`^${source}$`, "u").exec(segments);
      if (!found) return [];
      for (const [name, value] of new URLSearchParams(query))
        if (parsed.searchParams.getAll(name).join("\0") !== value) return [];
      const weights = parts.map((part) => {
        const text = part.replace(/\{[^}]*\}/g, "");
        return text === part ? 1e9 : decodeURIComponent(text).length;
      });
      weights.push(query === "" ? 0 : 1);
      const values = Object.fromEntries(
        parameters.map(({ name, quoted }, index) => {
          const value = found[index + 1] ?? "";
          return [name, quoted ? value.replaceAll("''", "'") : value];
        }),
      );
      return [{ id: `${wanted} ${path}`, values, weights } satisfies Reference];
    });
  let all = tried(verb);
  if (all.length === 0 && verb === "head") all = tried("get");
  const beaten = (one: Reference, other: Reference) =>
    other.weights.every((weight, index) => weight >= (one.weights[index] ?? 0)) &&
    other.weights.some((weight, index) => weight > (one.weights[index] ?? 0));
  return all
    .filter((one) => !all.some((other) => beaten(one, other)))
    .map(({ id, values }) => `${id} ${JSON.stringify(values)}`)
    .sort();
}

export const matchesWhatTheReferenceMatches = fc.property(world, ({ doc, verb, url }) => {
  const found = match(plainCatalog(doc), {}, verb, url);
  if (found.kind === "refused") return;
  const want = fitsOf(doc, verb, url);
  // Fits beyond those of the reference only make the decision stricter; the first one is what is sent.
  const got =
    found.kind === "outside"
      ? []
      : found.matched.fits.map((fit) => `${fit.operation.id} ${JSON.stringify(fit.values)}`);
  const exact = got.filter((text) => want.includes(text)).sort();
  if (want.length > 0 && !want.includes(got[0] ?? ""))
    throw new Error(`sends ${got[0]}, should be ${want[0]}`);
  if (want.length === 0 && got.length > 0)
    throw new Error(`matched ${got.join(" | ")}, should match nothing`);
  if (exact.join(" | ") !== want.join(" | "))
    throw new Error(`matched ${got.join(" | ")}, should be ${want.join(" | ")}`);
});

export const refusesWhatAServerMayReadOtherwise = fc.property(world, ({ doc, verb, url }) => {
  const found = match(plainCatalog(doc), {}, verb, url);
  const segments = decodedSegments(url);
  if (found.kind === "matched") {
    if (!segments) throw new Error("matched what is not valid UTF-8");
    const bad = segments.find(readsOtherwise);
    if (bad !== undefined) throw new Error(`matched with the segment ${JSON.stringify(bad)}`);
  }
  const plain = segments?.every((segment) => /^[\w.:$ ,()'-]*$/.test(segment) && !/^[. ]*$/.test(segment));
  if (found.kind === "refused" && plain) throw new Error(`refused a plain URL: ${found.problem}`);
});

export const sendsWhatWasMatched = fc.property(world, ({ doc, verb, url }) => {
  const catalog = plainCatalog(doc);
  const found = match(catalog, {}, verb, url);
  if (found.kind !== "matched") return;
  const { href, fits } = found.matched;
  if (new URL(href).href !== href) throw new Error(`the URL parser changes ${href}`);
  const sent = decodedSegments(href);
  if (JSON.stringify(sent) !== JSON.stringify(decodedSegments(url))) throw new Error(`sends ${href}`);
  const again = match(catalog, {}, verb, href);
  if (again.kind !== "matched" || again.matched.href !== href)
    throw new Error("another spelling when matched again");
  if (
    JSON.stringify(again.matched.fits.map(({ values }) => values)) !==
    JSON.stringify(fits.map(({ values }) => values))
  )
    throw new Error("other values when matched again");
});

/** With a parameter that takes several segments: what is sent still fits a template, slash for slash. */
export const spansOnlyWhereItMay = fc.property(world, ({ doc, verb, url }) => {
  const paths = Object.keys(doc.paths);
  const listed = paths[0] ?? "";
  const found = match(plainCatalog(doc), { slashes: [{ path: listed, as: "raw" }] }, verb, url);
  if (found.kind !== "matched") return;
  for (const { operation, values } of found.matched.fits) {
    for (const [name, value] of Object.entries(values)) {
      if (value.includes("/") && operation.path !== listed)
        throw new Error(`${name} of ${operation.path} spans`);
      if (value.includes("/") && value.split("/").some((part) => readsOtherwise(part)))
        throw new Error(`${name} is ${value}`);
    }
  }
});
