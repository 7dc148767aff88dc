/**
 * Refreshes the pages of runs in progress, shows local times, and copies settings. Every page works without it, by
 * links and forms alone.
 */
import { offerCopying } from "./copy.js";
import { keepFresh } from "./refresh.js";
import { localTimes } from "./times.js";

function enhance(root) {
  localTimes(root);
  offerCopying(root);
}

enhance(document);
keepFresh(enhance);
