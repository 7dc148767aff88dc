/** Runs after packing. */
import { ownManifest } from "./manifest.ts";

await ownManifest();
