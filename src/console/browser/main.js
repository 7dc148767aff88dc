/**
 * Keeps pages like the server's newest version, shows local times, searches as a person types, and copies. Every page
 * works without it, by links and forms alone.
 */
import { runAfterPaint } from "./after-paint.js";
import { copyOnClick } from "./copy.js";
import { searchAsTyped } from "./live-search.js";
import { closeMenus } from "./menus.js";
import { loadOlder } from "./older.js";
import { keepFresh } from "./refresh.js";
import { keepTimes, localTimes } from "./times.js";
import { watchWaiting } from "./waiting.js";

localTimes(document);
runAfterPaint();
copyOnClick();
closeMenus();
keepTimes();
searchAsTyped(localTimes);
keepFresh(localTimes);
loadOlder(localTimes);
watchWaiting();
