import { askServer } from "./ask-server.js";
import { heard, missedOne } from "./stale.js";

/** Keeps the number of waiting approvals true on pages that do not refresh themselves, or not now. */
const everyMs = 5_000;

export function watchWaiting() {
  setInterval(async () => {
    const { refresh, held } = document.getElementById("main").dataset;
    if (document.hidden || (refresh && held === undefined)) return;
    const response = await askServer("/waiting").catch(missedOne);
    if (!response) return;
    heard();
    if (!response.ok) return;
    const { waiting } = await response.json();
    for (const count of document.querySelector("body > header").querySelectorAll("[data-waiting]")) {
      count.querySelector("b").textContent = String(waiting);
      count.hidden = waiting === 0;
    }
    document.title = document.title.replace(/^(\(\d+\) )?/, waiting > 0 ? `(${waiting}) ` : "");
  }, everyMs);
}
