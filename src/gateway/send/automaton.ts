/**
 * Finds spellings in bytes with one step for each byte, whatever the bytes are: a deterministic automaton, whose states
 * are made when they are first needed. The leftmost match counts, and the longest of several at one place.
 */
import type { Spelling } from "./spellings.ts";

/** Where nothing has begun, in a text where a spelling may begin anywhere. */
export const idle = 1;
/** Nothing can match any more. */
export const dead = 2;
/** Where a spelling begins, and begins only here. */
export const anchored = 3;

/** States in memory: 512 bytes each. Long secrets have as many as they have characters. */
const maxStates = 4_096;

/** The ways to write a unit, as a tree: a step for each byte. */
interface Node {
  next: Map<number, Node>;
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

interface Compiled {
  ways: Node[];
  gaps: Node | undefined;
  /** The places that were met, so that each is one object. */
  places: Map<Node, Map<number, Place>>;
}

interface State {
  /** Where the spellings are that have begun: those that began further left come first. */
  begun: Place[][];
  /** None may begin any more. */
  closed: boolean;
}

export class Automaton {
  readonly #spellings: Compiled[];
  #states: State[] = [];
  #numbers = new Map<string, number>();
  /** The next state for each state and byte; 0: not known yet. */
  #table = new Uint16Array(0);
  /** Whether a spelling ends with the step to a state. */
  #ends = new Uint8Array(maxStates);
  readonly #ids = new Map<Place, number>();

  constructor(spellings: readonly Spelling[]) {
    const trees = new Map<readonly string[], Node>();
    const treeOf = (texts: readonly string[]) => {
      let tree = trees.get(texts);
      if (!tree) trees.set(texts, (tree = treeFor(texts)));
      return tree;
    };
    this.#spellings = spellings.map(({ units, between }) => ({
      ways: units.map(treeOf),
      gaps: between.length > 0 ? treeOf(between) : undefined,
      places: new Map(),
    }));
    this.#reset();
  }

  /** The state after one more byte. Ask `isEnd` before the next step: states may be numbered anew. */
  step(state: number, byte: number): number {
    return this.#table[(state << 8) | byte] || this.#make(state, byte);
  }

  isEnd(state: number): boolean {
    return this.#ends[state] === 1;
  }

  #reset(): void {
    this.#states = [{ begun: [], closed: true }];
    this.#numbers = new Map();
    this.#table = new Uint16Array(64 << 8);
    const roots = this.#spellings.map((spelling) => placeOf(spelling, 0, spelling.ways[0] as Node, false));
    this.#number({ begun: [], closed: false }, false);
    this.#number({ begun: [], closed: true }, false);
    this.#number({ begun: [roots], closed: true }, false);
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
    if (!closed && !ends)
      follow(this.#spellings.map((spelling) => placeOf(spelling, 0, spelling.ways[0] as Node, false)));
    const state = { begun: after, closed: closed || ends };
    if (this.#states.length >= maxStates && !this.#numbers.has(this.#keyOf(state, ends))) {
      this.#reset();
      return this.#number(state, ends);
    }
    const next = this.#number(state, ends);
    this.#table[(from << 8) | byte] = next;
    return next;
  }

  #number(state: State, ends: boolean): number {
    const key = this.#keyOf(state, ends);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#states.push(state) - 1;
      this.#numbers.set(key, number);
      this.#ends[number] = ends ? 1 : 0;
      if (this.#states.length << 8 > this.#table.length) {
        const table = new Uint16Array(this.#table.length * 2);
        table.set(this.#table);
        this.#table = table;
      }
    }
    return number;
  }

  #keyOf({ begun, closed }: State, ends: boolean): string {
    const groups = begun.map((group) => group.map((place) => this.#idOf(place)).sort((a, b) => a - b).join());
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

/** @param texts latin1: one character for each byte */
function treeFor(texts: readonly string[]): Node {
  const root: Node = { next: new Map(), isEnd: false };
  for (const text of texts) {
    let node = root;
    for (let at = 0; at < text.length; at += 1) {
      const byte = text.charCodeAt(at);
      let next = node.next.get(byte);
      if (!next) node.next.set(byte, (next = { next: new Map(), isEnd: false }));
      node = next;
    }
    node.isEnd = true;
  }
  return root;
}
