/**
 * What the console does in the browser beyond links and forms. Every page works without it: it refreshes pages of
 * runs that are going, shows times where the reader lives, and copies settings.
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
