/** Block lists as CSV (RFC 4180): `type,value[,mode[,notes]]`, a header line is optional. */
import { canonicalTarget } from "./network-address.ts";
import type { AccessRuleInput, AccessTarget } from "./resources.ts";

export interface ReadBlockList {
  rules: { line: number; rule: AccessRuleInput }[];
  issues: { line: number; detail: string }[];
}

const types = ["ip", "cidr", "country", "asn"];
const modes = ["block", "challenge", "allow"];

/** Reads every line, and says of each what is wrong with it. Line breaks within quotes are not taken. */
export function readBlockList(text: string): ReadBlockList {
  const result: ReadBlockList = { rules: [], issues: [] };
  for (const [index, whole] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    const fail = (detail: string) => void result.issues.push({ line, detail });
    if (whole.trim() === "") continue;
    const [type = "", value = "", mode = "", notes = "", ...more] = cells(whole);
    if (line === 1 && type.toLowerCase() === "type") continue;
    if (more.length > 0)
      fail(`has ${more.length + 4} columns, at most 4 are taken; quote a text with commas`);
    else if (!types.includes(type))
      fail(`type must be one of ${types.join(", ")}, got ${JSON.stringify(type)}`);
    else if (mode !== "" && !modes.includes(mode))
      fail(`mode must be one of ${modes.join(", ")}, got ${JSON.stringify(mode)}`);
    else if (notes.length > 500) fail(`notes have ${notes.length} characters, at most 500 are taken`);
    else {
      const target = { type, value } as AccessTarget;
      const canonical = canonicalTarget(target);
      if (!canonical.ok) fail(`value ${canonical.detail}`);
      else {
        const rule = {
          mode: mode || "block",
          target: { ...target, value: canonical.value },
          notes,
          expires_at: null,
        };
        result.rules.push({ line, rule: rule as AccessRuleInput });
      }
    }
  }
  return result;
}

function cells(line: string): string[] {
  return Array.from(line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g), ([, quoted, plain = ""]) =>
    (quoted?.replaceAll('""', '"') ?? plain).trim(),
  );
}
