/** The links of a Link header (RFC 8288), in every spelling that servers use: quotes of either kind or none, blanks anywhere. */

export interface Link {
  url: string;
  rels: string[];
  /** Sentry links to a next page that holds nothing, and says so. */
  isEmpty: boolean;
}

/** Common servers send no longer header, and each "<" of a longer one would be looked for to its end. */
const maxChars = 8 * 1024;

export function linksOf(header: string): Link[] {
  return [...header.slice(0, maxChars).matchAll(/<([^>]*)>((?:"[^"]*"|[^"<])*)/g)].map(
    ([, url = "", rest = ""]) => {
      const parameters = parametersOf(rest);
      return {
        url: url.trim(),
        rels: (parameters.get("rel") ?? "").toLowerCase().split(/\s+/),
        isEmpty: parameters.get("results") === "false",
      };
    },
  );
}

/** Read one after the other, so that nothing inside a quoted title is taken for a parameter. The first of a name counts. */
function parametersOf(text: string): Map<string, string> {
  const found = new Map<string, string>();
  const parameter = /;\s*([^\s=;,"']+)\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|([^\s;,"']*)))?/g;
  for (const [, name = "", double, single, bare] of text.matchAll(parameter)) {
    const key = name.toLowerCase();
    if (!found.has(key)) found.set(key, double ?? single ?? bare ?? "");
  }
  return found;
}
