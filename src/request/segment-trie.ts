/** Values by the segments of their templates, and the search of all whose template a path fits, in one walk. */
import { fitSegment, literalness, type TemplateSegment } from "./template.ts";

interface Node<Value> {
  literals: Map<string, Node<Value>>;
  mixed: { key: string; segment: TemplateSegment; node: Node<Value> }[];
  parameter: Node<Value> | undefined;
  /** Those whose template ends here. */
  values: Value[];
}

export class SegmentTrie<Value> {
  readonly #root: Node<Value> = emptyNode();

  insert(template: readonly TemplateSegment[], value: Value): void {
    let node = this.#root;
    for (const segment of template) node = childFor(node, segment);
    node.values.push(value);
  }

  /** The value of every template that fits. A parameter takes one segment, which is not empty. */
  find(segments: readonly string[]): Value[] {
    const found: Value[] = [];
    walk(this.#root, segments, 0, found);
    return found;
  }
}

function emptyNode<Value>(): Node<Value> {
  return { literals: new Map(), mixed: [], parameter: undefined, values: [] };
}

function childFor<Value>(node: Node<Value>, segment: TemplateSegment): Node<Value> {
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
  const child = { key, segment, node: emptyNode<Value>() };
  node.mixed.push(child);
  return child.node;
}

function walk<Value>(node: Node<Value>, segments: readonly string[], depth: number, found: Value[]): void {
  if (depth === segments.length) {
    found.push(...node.values);
    return;
  }
  const value = segments[depth] ?? "";
  const literal = node.literals.get(value);
  if (literal) walk(literal, segments, depth + 1, found);
  for (const { segment, node: child } of node.mixed)
    if (fitSegment(segment, value)) walk(child, segments, depth + 1, found);
  if (node.parameter && value !== "") walk(node.parameter, segments, depth + 1, found);
}
