/** Why a request is allowed, asked about or refused, in the words of every page and of the question in a person's client. */
import type { PolicyRule } from "../../terms/api-file.ts";
import type { RequestRecord } from "../../terms/failure.ts";

const verbs: Record<PolicyRule["effect"], [does: string, becomes: string]> = {
  allow: ["allows it", "is allowed"],
  ask: ["asks a person", "waits for a person"],
  deny: ["refuses it", "is refused"],
};

/** The rule that decided on a request, for people who never saw the API file. */
export function ruleInWords({ rule = "", grounds }: Pick<RequestRecord, "rule" | "grounds">): string {
  switch (grounds?.by) {
    case undefined:
      return `Rule: ${rule}`;
    case "grant":
      return `The connection has ${grounds.access} access, and no rule holds it back`;
    case "no grant":
      return "The connection was not given this access";
    case "otherwise":
      return `No rule of this API names it, and what none names ${verbs[grounds.effect][1]}${ending(grounds)}`;
    case "own":
      return `The rule “${grounds.name}” of this server ${verbs[grounds.effect][0]}${ending(grounds)}`;
    case "policy": {
      const which = grounds.index === undefined ? "A rule" : `Rule ${grounds.index + 1}`;
      const itself = grounds.what === "" ? "" : `: “${grounds.what}”`;
      return `${which} of this API ${verbs[grounds.effect][0]}${itself}${ending(grounds)}`;
    }
  }
}

const ending = ({ approved }: { approved?: true }) => (approved ? "; approved" : "");
