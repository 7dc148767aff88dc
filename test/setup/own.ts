/** Stands for the module of an operator's project, as its bundle registers it (src/cli/own/bundle.ts). */
export function register(
  members: Record<string, unknown>,
  watch: (tick: () => void) => void = () => {},
): void {
  Object.assign(globalThis, { [Symbol.for("isogate.own")]: { members, watch } });
}
