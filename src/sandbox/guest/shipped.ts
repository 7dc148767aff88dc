import { NativeReferenceError } from "./primordials.ts";

/** Only what the code names is shipped (src/sandbox/bundle.ts). Code that gets here named it in another way. */
export function shipped<T>(part: T | undefined): T {
  if (part !== undefined) return part;
  throw new NativeReferenceError(
    "This name is not there, because the code was not seen to use it: write the name itself into the code.",
  );
}
