/** How several accounts of one user at an API are told apart. Pure. */

/** The label of the first account where the person did not name it: calls without `.as(…)` use it. */
export const nameless = "";

/** `"work" | "home"`: the labels that can be chosen, as a type. */
export function labelType(labels: readonly string[]): string {
  return labels
    .filter((label) => label !== nameless)
    .map((label) => JSON.stringify(label))
    .join(" | ");
}
