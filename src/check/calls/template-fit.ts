/** Whether a path with holes and a template can be the same path. Pure. */

export interface HoleFit {
  /** Names of the template's parameters that the path fills. */
  given: ReadonlySet<string>;
  /** 3: every hole is a whole parameter; 2: a hole stands for a fixed word; 1: a hole spans several segments. */
  quality: number;
  /** Whether a word of the path stands for a parameter: `/repos/${name}/issues` is no repository called issues. */
  doubtful: boolean;
}

/** A piece of a text; undefined is a hole. */
export type Piece = string | undefined;

/**
 * A path and a template of as many segments.
 * @param segments the path, from `segmentsOf`
 */
export function fitsSegments(segments: readonly Piece[][], template: readonly string[]): HoleFit | undefined {
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
    if (!overlap(segment, tokensOf(whole), false, false)) return undefined;
    const names = namesIn(whole);
    // A parameter left in braces is to be filled from the arguments.
    if (open || !/\{[^{}]*\}/.test(segment.join(""))) for (const name of names) given.add(name);
    if (open && names.length === 0) quality = 2;
    doubtful ||= !open && names.length > 0;
  }
  return { given, quality, doubtful };
}

/**
 * A path whose holes may hold slashes. Which parameters they fill is not known: none counts as missing.
 * @param spans whether parameters of the template may hold slashes too
 */
export function fitsSpanning(
  parts: readonly Piece[],
  template: string,
  spans: () => boolean,
): HoleFit | undefined {
  if (!parts.includes(undefined) || !sameEnds(slashed(parts), template)) return undefined;
  if (!overlap(slashed(parts), slashed(tokensOf(template)), true, spans())) return undefined;
  return { given: new Set(namesIn(template)), quality: 1, doubtful: false };
}

/** Whether the fixed beginnings and ends are the same as far as both go: rules out most templates at once. */
function sameEnds(path: readonly Piece[], template: string): boolean {
  const begin = path[0] ?? "";
  const end = path.at(-1) ?? "";
  const hole = /\{[^{}]*\}/;
  const fixed = (template.startsWith("/") ? template : `/${template}`).split(hole);
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
 * Whether two texts with holes have a text in common. A hole of the path takes anything, nothing included; one of
 * the template takes what is no slash.
 * @param wide whether a hole of the path may hold slashes
 * @param spans whether one of the template may
 */
function overlap(path: readonly Piece[], template: readonly Piece[], wide: boolean, spans: boolean): boolean {
  const one = charactersOf(path);
  const other = charactersOf(template);
  const rows = one.length + 1;
  const columns = other.length + 1;
  if (rows * columns > 40_000) return true;
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
      if (aHole && j < other.length && (bHole || wide || b !== slash)) reached[i * columns + j + 1] = 1;
      if (bHole && i < one.length && (aHole || spans || a !== slash)) reached[(i + 1) * columns + j] = 1;
      if (!aHole && !bHole && i < one.length && a === b) reached[(i + 1) * columns + j + 1] = 1;
    }
    if (!alive) return false;
  }
  return reached[rows * columns - 1] === 1;
}

/** Code units; undefined for a hole. */
function charactersOf(pieces: readonly Piece[]): (number | undefined)[] {
  const units: (number | undefined)[] = [];
  for (const piece of pieces) {
    if (piece === undefined) units.push(undefined);
    else for (let index = 0; index < piece.length; index++) units.push(piece.charCodeAt(index));
  }
  return units;
}

const slash = 47;
