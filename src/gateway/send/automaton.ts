/**
 * Finds spellings in bytes with one step for each byte, whatever the bytes are: a deterministic automaton, whose states
 * are made when they are first needed. The leftmost match counts, and the longest of several at one place.
 */
import { onceFor } from "../../terms/once.ts";
import type { Spelling } from "./spellings.ts";

/** Where nothing has begun, in a text where a spelling may begin anywhere. */
export const idle = 1;
/** Where a spelling begins, and begins only here. */
export const anchored = 2;

const endMark = 1;
const overMark = 2;

/** States in memory, some hundred bytes each. A long secret that is nearly there has one for each byte of it. */
const maxStates = 60_000;

/** The ways to write a unit, as a tree: a step for each byte. */
interface Node {
  next: Map<number, Node>;
  depth: number;
  isEnd: boolean;
}

/**
 * A place in a spelling: `node` in the ways to write its unit `unit`, or in what separates that unit from the one before.
 */
interface Place {
  spelling: Compiled;
  unit: number;
  node: Node;
  isGap: boolean;
}

/** A spelling, made ready for any number of automata. */
export interface Compiled {
  ways: Node[];
  gaps: Node | undefined;
  /** The most bytes before each unit. */
  before: number[];
  /** All that stand in it. */
  bytes: Set<number>;
  /** The places that were met, so that each is one object. */
  places: Map<Node, Map<number, Place>>;
}

export function compile({ units, between }: Spelling): Compiled {
  const bytes = new Set<number>();
  for (const texts of new Set([...units, between])) for (const byte of bytesOf(texts)) bytes.add(byte);
  return {
    ways: units.map(treeFor),
    gaps: between.length > 0 ? treeFor(between) : undefined,
    before: mostBefore(units, between),
    bytes,
    places: new Map(),
  };
}

interface State {
  /** Where the spellings are that have begun: those that began further left come first. */
  begun: Place[][];
  /** None may begin any more. */
  closed: boolean;
}

export class Automaton {
  readonly #spellings: readonly Compiled[];
  #states: State[] = [];
  #numbers = new Map<string, number>();
  /** The next state for each state and byte; 0: not known yet. */
  #table = new Uint16Array(0);
  /** What is asked of a state. */
  #marks = new Uint8Array(0);
  /** The column of each byte in the table: all that are in no spelling share one. */
  readonly #columns = new Uint8Array(256);
  #width = 1;
  readonly #ids = new Map<Place, number>();
  readonly #byFirst = new Map<number, Place[]>();

  constructor(spellings: readonly Compiled[]) {
    this.#spellings = spellings;
    for (const { bytes } of spellings) for (const byte of bytes) this.#addColumn(byte);
    this.#reset();
  }

  /** The state after one more byte. Ask `isEnd` before the next step: states may be numbered again. */
  step(state: number, byte: number): number {
    return this.#table[state * this.#width + this.#columns[byte]!] || this.#make(state, byte);
  }

  /** The most bytes of a spelling that has begun and not ended. */
  mostBegun(state: number): number {
    const [first = []] = this.#states[state]?.begun ?? [];
    return Math.max(0, ...first.map(({ spelling, unit, node }) => spelling.before[unit]! + node.depth));
  }

  /** Whether a spelling ends here; a longer one may follow. */
  isEnd(state: number): boolean {
    return (this.#marks[state]! & endMark) !== 0;
  }

  /** Whether nothing can match any more. */
  isOver(state: number): boolean {
    return (this.#marks[state]! & overMark) !== 0;
  }

  #addColumn(byte: number): void {
    // The last column of 256 would be that of no byte.
    if (this.#columns[byte] === 0 && this.#width < 256) this.#columns[byte] = this.#width++;
  }

  #reset(): void {
    this.#states = [{ begun: [], closed: true }];
    this.#numbers = new Map();
    this.#table = new Uint16Array(64 * this.#width);
    this.#marks = new Uint8Array(64);
    this.#number({ begun: [], closed: false }, false);
    this.#number({ begun: [this.#beginnings()], closed: true }, false);
  }

  #beginnings(): Place[] {
    return this.#spellings.map((spelling) => placeOf(spelling, 0, spelling.ways[0] as Node, false));
  }

  /** Of many secrets, few begin with the same byte. */
  #beginningsWith(byte: number): Place[] {
    let found = this.#byFirst.get(byte);
    if (!found)
      this.#byFirst.set(byte, (found = this.#beginnings().filter(({ node }) => node.next.has(byte))));
    return found;
  }

  #make(from: number, byte: number): number {
    const { begun, closed } = this.#states[from] as State;
    const seen = new Set<Place>();
    const after: Place[][] = [];
    let ends = false;
    const follow = (places: Iterable<Place>): void => {
      const group: Place[] = [];
      for (const place of places) ends = stepFrom(place, byte, seen, group) || ends;
      if (group.length > 0) after.push(group);
    };
    for (const group of begun) {
      follow(group);
      // What began further right cannot be the leftmost.
      if (ends) break;
    }
    if (!closed && !ends) follow(this.#beginningsWith(byte));
    const state = { begun: after, closed: closed || ends };
    if (this.#states.length >= maxStates && !this.#numbers.has(this.#keyOf(state, ends))) {
      this.#reset();
      return this.#number(state, ends);
    }
    const next = this.#number(state, ends);
    this.#table[from * this.#width + this.#columns[byte]!] = next;
    return next;
  }

  #number(state: State, ends: boolean): number {
    const key = this.#keyOf(state, ends);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#states.push(state) - 1;
      this.#numbers.set(key, number);
      if (number >= this.#marks.length) {
        const [table, marks] = [this.#table, this.#marks];
        (this.#table = new Uint16Array(table.length * 2)).set(table);
        (this.#marks = new Uint8Array(marks.length * 2)).set(marks);
      }
      const isOver = state.closed && state.begun.length === 0;
      this.#marks[number] = (ends ? endMark : 0) | (isOver ? overMark : 0);
    }
    return number;
  }

  #keyOf({ begun, closed }: State, ends: boolean): string {
    const groups = begun.map((group) =>
      group
        .map((place) => this.#idOf(place))
        .sort((a, b) => a - b)
        .join(),
    );
    return `${closed} ${ends} ${groups.join(";")}`;
  }

  #idOf(place: Place): number {
    let id = this.#ids.get(place);
    if (id === undefined) this.#ids.set(place, (id = this.#ids.size));
    return id;
  }
}

/** @returns whether the spelling ends with this byte */
function stepFrom(place: Place, byte: number, seen: Set<Place>, group: Place[]): boolean {
  const { spelling, unit, isGap } = place;
  const node = place.node.next.get(byte);
  if (!node) return false;
  const add = (next: Place) => {
    if (seen.has(next)) return;
    seen.add(next);
    group.push(next);
  };
  if (node.next.size > 0) add(placeOf(spelling, unit, node, isGap));
  if (!node.isEnd) return false;
  if (isGap) {
    add(placeOf(spelling, unit, spelling.ways[unit] as Node, false));
    return false;
  }
  const following = spelling.ways[unit + 1];
  if (!following) return true;
  add(placeOf(spelling, unit + 1, following, false));
  if (spelling.gaps) add(placeOf(spelling, unit + 1, spelling.gaps, true));
  return false;
}

function placeOf(spelling: Compiled, unit: number, node: Node, isGap: boolean): Place {
  let units = spelling.places.get(node);
  if (!units) spelling.places.set(node, (units = new Map()));
  let place = units.get(unit);
  if (!place) units.set(unit, (place = { spelling, unit, node, isGap }));
  return place;
}

/** The most bytes that come before each unit. */
function mostBefore(units: readonly string[][], between: readonly string[]): number[] {
  const gap = mostBytes(between);
  let sum = 0;
  return units.map((ways, index) => {
    const before = sum + (index > 0 ? gap : 0);
    sum = before + mostBytes(ways);
    return before;
  });
}

function mostBytes(texts: readonly string[]): number {
  return texts.reduce((most, { length }) => Math.max(most, length), 0);
}

/** Secrets consist of the same characters: what is shared in `spellings.ts` has one tree for all secrets. */
const treeFor = onceFor(makeTree);
const bytesOf = onceFor((texts: readonly string[]) => new Set(Buffer.from(texts.join(""), "latin1")));

const nothing: Node["next"] = new Map();

/** @param texts latin1: one character for each byte */
function makeTree(texts: readonly string[]): Node {
  const root: Node = { next: nothing, depth: 0, isEnd: false };
  for (const text of texts) {
    let node = root;
    for (let at = 0; at < text.length; at += 1) {
      const byte = text.charCodeAt(at);
      let next = node.next.get(byte);
      if (!next) {
        // Most nodes are leaves.
        if (node.next === nothing) node.next = new Map();
        node.next.set(byte, (next = { next: nothing, depth: at + 1, isEnd: false }));
      }
      node = next;
    }
    node.isEnd = true;
  }
  return root;
}
