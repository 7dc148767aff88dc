/**
 * Stands for the module of an operator's project, as its bundle registers it (src/cli/own/bundle.ts).
 * @param pagings the source of the module that isolates get
 */
export function register(
  members: Record<string, unknown>,
  watch: (tick: () => void) => void = () => {},
  pagings?: string,
): void {
  Object.assign(globalThis, { [Symbol.for("isogate.own")]: { members, watch, pagings } });
}
