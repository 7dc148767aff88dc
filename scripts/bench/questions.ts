/** What is searched for: operations by a word in their paths, with what their bodies want, as each contestant takes it. */

export interface Questions {
  isogate: string;
  literal: string;
  codemode: string;
}

/** Words that about ten operations of an API have in their paths. */
const words: Record<string, string> = {
  github: "/issues",
  cloudflare: "/dns_records",
  msgraph: "/me/onlineMeetings",
};

/** @param document of an API that has no word yet: the segment is taken that comes nearest to ten operations */
export function questionsFor(name: string, document: Record<string, unknown>): Questions {
  const word = JSON.stringify(words[name] ?? segmentOfTen(Object.keys(document["paths"] ?? {})));
  const found = `({ path, summary: item.post.summary, body: item.post.requestBody })`;
  const overPaths = `Object.entries(spec.paths).flatMap(([path, item]) => path.includes(${word}) && item.post ? [${found}] : [])`;
  return {
    isogate: `return operations.filter((o) => o.path.includes(${word}) && o.method === "post")
    .map((o) => ({ path: o.path, summary: o.summary, body: spec.paths[o.path].post.requestBody }))`,
    literal: `return ${overPaths}`,
    codemode: `async () => { const spec = await codemode.spec(); return ${overPaths} }`,
  };
}

/** Every parameter of every operation is touched. */
export const everyParameter = `let count = 0;
for (const item of Object.values(spec.paths)) for (const method of ["get", "put", "post", "delete", "patch"])
  for (const parameter of item[method]?.parameters ?? []) if (parameter.name && parameter.schema) count++;
return count`;

function segmentOfTen(paths: string[]): string {
  const counts = new Map<string, number>();
  for (const path of paths)
    for (const segment of new Set(path.split("/").filter((part) => /^\w+$/.test(part))))
      counts.set(segment, (counts.get(segment) ?? 0) + 1);
  const [nearest] = [...counts].toSorted(([, a], [, b]) => Math.abs(a - 10) - Math.abs(b - 10));
  return `/${nearest?.[0] ?? ""}`;
}
