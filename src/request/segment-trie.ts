/** Routes by the segments of their templates, and the search of all that a path fits, in one walk. */
import type { Route } from "./routes.ts";
import { fitSegment, literalness, type TemplateSegment } from "./template.ts";

interface Node {
  literals: Map<string, Node>;
  mixed: { key: string; segment: TemplateSegment; node: Node }[];
  parameter: Node | undefined;
  /** Routes that end here. */
  routes: Route[];
}

export class SegmentTrie {
  readonly #root = emptyNode();

  /** @param segments those of the route, or another way to read them */
  insert(route: Route, segments: readonly TemplateSegment[] = route.segments): void {
    let node = this.#root;
    for (const segment of segments) node = childFor(node, segment);
    node.routes.push(route);
  }

  /** Every route that fits. A parameter takes one segment, which is not empty. */
  find(segments: readonly string[]): Route[] {
    const found: Route[] = [];
    walk(this.#root, segments, 0, found);
    return found;
  }
}

function emptyNode(): Node {
  return { literals: new Map(), mixed: [], parameter: undefined, routes: [] };
}

function childFor(node: Node, segment: TemplateSegment): Node {
  if (segment.names.length === 0) {
    const literal = segment.literals[0] ?? "";
    let child = node.literals.get(literal);
    if (!child) node.literals.set(literal, (child = emptyNode()));
    return child;
  }
  if (segment.names.length === 1 && literalness(segment) === 0) return (node.parameter ??= emptyNode());
  const key = segment.literals.join("\n");
  const known = node.mixed.find((child) => child.key === key);
  if (known) return known.node;
  const child = { key, segment, node: emptyNode() };
  node.mixed.push(child);
  return child.node;
}

function walk(node: Node, segments: readonly string[], depth: number, found: Route[]): void {
  if (depth === segments.length) {
    found.push(...node.routes);
    return;
  }
  const value = segments[depth] ?? "";
  const literal = node.literals.get(value);
  if (literal) walk(literal, segments, depth + 1, found);
  for (const { segment, node: child } of node.mixed)
    if (fitSegment(segment, value)) walk(child, segments, depth + 1, found);
  if (node.parameter && value !== "") walk(node.parameter, segments, depth + 1, found);
}
