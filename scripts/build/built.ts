/** Builds the Worker into the folder that is named, for `npm start`; or by another configuration. */
import { buildWorker } from "./worker.ts";

const [folder, configuration] = process.argv.slice(2);
if (folder === undefined) throw new Error("Name the folder for the Worker.");
await buildWorker(folder, undefined, configuration);
