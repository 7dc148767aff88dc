/** Whether a path with holes can be a path of a template. Pure. */

export interface HoleFit {
  /** Names of the template's parameters that the path fills. */
  given: ReadonlySet<string>;
  /** 3: every hole is a whole parameter; 2: a hole stands for a fixed word; 1: a hole spans several segments. */
  quality: number;
  /** A word of the path fills a parameter: `/repos/${name}/issues` hardly means a repository named issues. */
  doubtful: boolean;
}

/** How much comparing is left for one program, in pairs of characters. */
export interface Work {
  pairs: number;
}

/** There was too much to compare: what the text can mean is not known. */
export class TooMuchWork extends Error {}

/** A piece of a text; undefined for a hole. */
export type Piece = string | undefined;

/**
 * Compares a path with a template segment by segment.
 * @param segments the path, from `segmentsOf`
 * @param template its segments
 * @returns how the path fits; undefined if it does not, or has another number of segments
 */
export function fitsSegments(
  segments: readonly Piece[][],
  template: readonly string[],
  work: Work,
): HoleFit | undefined {
  if (segments.length !== template.length) return undefined;
  const given = new Set<string>();
  let quality = 3;
  let doubtful = false;
  for (const [index, segment] of segments.entries()) {
    const whole = template[index] ?? "";
    const open = segment.includes(undefined);
    if (!open && !whole.includes("{")) {
      if (segment.join("") !== whole) return undefined;
      continue;
    }
    if (!overlap(segment, tokensOf(whole), work)) return undefined;
    const names = namesIn(whole);
    // A parameter left in braces is filled from the arguments.
    if (open || !/\{[^{}]*\}/.test(segment.join(""))) for (const name of names) given.add(name);
    if (open && names.length === 0) quality = 2;
    doubtful ||= !open && names.length > 0;
  }
  return { given, quality, doubtful };
}

/**
 * Compares a path whose holes may contain slashes with a template. It is not known which parameters the holes fill, so
 * none counts as missing.
 * @param spans whether the parameter of this name may contain slashes; asked only if the ends fit
 * @returns how the path fits; undefined if it does not, or has no hole
 */
export function fitsSpanning(
  parts: readonly Piece[],
  template: string,
  spans: (name: string) => boolean,
  work: Work,
): HoleFit | undefined {
  if (!parts.includes(undefined) || !sameEnds(slashed(parts), template)) return undefined;
  const names = namesIn(template);
  const how = { wide: true, spans: names.some(spans) };
  if (!overlap(slashed(parts), slashed(tokensOf(template)), work, how)) return undefined;
  return { given: new Set(names), quality: 1, doubtful: false };
}

/** Whether the fixed beginnings and ends agree as far as both go. Rules out most templates at once. */
function sameEnds(path: readonly Piece[], template: string): boolean {
  const begin = path[0] ?? "";
  const end = path.at(-1) ?? "";
  const fixed = (template.startsWith("/") ? template : `/${template}`).split(/\{[^{}]*\}/);
  const first = fixed[0] ?? "";
  const last = fixed.at(-1) ?? "";
  return (begin.startsWith(first) || first.startsWith(begin)) && (end.endsWith(last) || last.endsWith(end));
}

function namesIn(template: string): string[] {
  return [...template.matchAll(/\{([^{}]*)\}/g)].map((found) => found[1] ?? "");
}

/** Pieces segment by segment; a slash in a piece ends a segment. */
export function segmentsOf(parts: readonly Piece[]): Piece[][] {
  const segments: Piece[][] = [[]];
  const [first, ...others] = slashed(parts);
  // The slash at the start is not part of a segment.
  for (const part of [first?.slice(1), ...others]) {
    if (part === undefined) {
      segments.at(-1)?.push(undefined);
      continue;
    }
    for (const [index, text] of part.split("/").entries()) {
      if (index > 0) segments.push([]);
      if (text !== "") segments.at(-1)?.push(text);
    }
  }
  return segments;
}

function slashed(parts: readonly Piece[]): Piece[] {
  const [first, ...others] = parts;
  return first === undefined || first.startsWith("/") ? [...parts] : [`/${first}`, ...others];
}

function tokensOf(template: string): Piece[] {
  return template.split(/(\{[^{}]*\})/).map((piece) => (/^\{[^{}]*\}$/.test(piece) ? undefined : piece));
}

/**
 * Whether some text fits both. A hole of the path stands for any text, even an empty one; a hole of the template for
 * any text without slashes.
 * @param how `wide`: a hole of the path takes slashes; `spans`: a hole of the template does
 * @throws TooMuchWork
 */
function overlap(
  path: readonly Piece[],
  template: readonly Piece[],
  work: Work,
  { wide, spans } = { wide: false, spans: false },
): boolean {
  const one = charactersOf(path);
  const other = charactersOf(template);
  const rows = one.length + 1;
  const columns = other.length + 1;
  if (rows * columns > 40_000) return true;
  work.pairs -= rows * columns;
  if (work.pairs < 0) throw new TooMuchWork();
  const reached = new Uint8Array(rows * columns);
  reached[0] = 1;
  for (let i = 0; i < rows; i++) {
    let alive = false;
    for (let j = 0; j < columns; j++) {
      if (reached[i * columns + j] === 0) continue;
      alive = true;
      const a = one[i];
      const b = other[j];
      const aHole = i < one.length && a === undefined;
      const bHole = j < other.length && b === undefined;
      // A hole may end, or take what the other side has next.
      if (aHole) reached[(i + 1) * columns + j] = 1;
      if (bHole) reached[i * columns + j + 1] = 1;
      if (aHole && j < other.length && (bHole || wide || b !== "/")) reached[i * columns + j + 1] = 1;
      if (bHole && i < one.length && (aHole || spans || a !== "/")) reached[(i + 1) * columns + j] = 1;
      if (!aHole && !bHole && i < one.length && a === b) reached[(i + 1) * columns + j + 1] = 1;
    }
    if (!alive) return false;
  }
  return reached[rows * columns - 1] === 1;
}

/** Code units; undefined for a hole. */
const charactersOf = (pieces: readonly Piece[]) => pieces.flatMap((piece) => piece?.split("") ?? [undefined]);
