/** What `{ ...value }` puts into an object. Pure. */
import { alternatives, choice, type Member, unknown, type Value } from "./value.ts";

/** Merges what is spread into the members. Returns whether there may be more than what is known. */
export function spreadInto(members: Map<string, Member>, value: Value): boolean {
  let open = false;
  const options = alternatives(value);
  for (const option of options) {
    if (option.kind !== "object") {
      const empty =
        ["absent", "literal"].includes(option.kind) || (option.kind === "some" && option.type === "falsy");
      open ||= !empty;
      continue;
    }
    open ||= option.open;
    for (const [name, member] of option.members) {
      const before = members.get(name);
      // What a spread that may not happen, or a member that may not be there, leaves standing is still possible.
      const sure = member.sure && options.length === 1;
      const merged = sure || !before ? member.value : choice([before.value, member.value]);
      members.set(name, { value: merged, sure: sure || (before?.sure ?? false) });
    }
  }
  // Something unknown may have been put over everything before it.
  if (open)
    for (const [name, member] of members)
      members.set(name, { ...member, value: choice([member.value, unknown]) });
  return open;
}
