/** The variables and secrets that the operator's project reads, from the environment of the command. */
import { ownNames } from "../../terms/own.ts";
import { environmentIn } from "../secrets.ts";

/** @returns those that are set */
export function ownValues(environment = environmentIn(process.cwd())): Record<string, string> {
  const names = [...ownNames("variables"), ...ownNames("secrets")];
  return Object.fromEntries(names.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])));
}

/** A sentence for each secret of the project that the environment lacks. */
export function unsetLines(environment = environmentIn(process.cwd())): string[] {
  return ownNames("secrets")
    .filter((name) => !environment[name])
    .map((name) => `isogate.config.ts reads the secret ${name}, which is not set in the environment.`);
}
