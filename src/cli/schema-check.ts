/** Runs in a thread of its own: holds one document against the schema of OpenAPI, which takes seconds for a large one. */
import { parentPort, workerData } from "node:worker_threads";
import type { LoadedDocument } from "../spec/document.ts";
import { validate } from "../spec/load/validate.ts";

parentPort?.postMessage(await validate(workerData as LoadedDocument));
