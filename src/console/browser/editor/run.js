/** Runs the form without loading the page again: says how far it is, and lets a person stop it. */
import { askServer } from "../ask-server.js";

const tickMs = 100;
/** How often it is asked what the run has requested. */
const lookMs = 1_000;

export function runInPlace(form) {
  const [run, cancel, going, answer] = ["run", "cancel", "going", "answer"].map((id) =>
    document.getElementById(id),
  );
  // The name of the call that is waited for.
  let call;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (call) return;
    call = crypto.getRandomValues(new Uint32Array(4)).join("-");
    const began = performance.now();
    const seconds = () => `${((performance.now() - began) / 1_000).toFixed(1)} s`;
    let requests = "";
    const clock = setInterval(() => {
      const what = cancel.hasAttribute("aria-disabled") ? "Stopping" : "Running";
      going.textContent = `${what} … ${seconds()}${requests}`;
    }, tickMs);
    const looking = setInterval(async () => {
      const response = await fetch("/playground/going").catch(() => undefined);
      const { run: underWay } = response?.ok ? await response.json() : {};
      if (underWay) requests = `, ${underWay.requests} so far`;
    }, lookMs);
    // Now, as the person presses, and not when the reply comes: that is to move nothing.
    document.getElementById("examples")?.removeAttribute("open");
    // What is there is the reply to something else.
    answer.setAttribute("aria-busy", "true");
    // Not disabled: that would take the focus away from it.
    run.setAttribute("aria-disabled", "true");
    cancel.hidden = false;
    const said = await reply(form, answer, call).then(
      () => `Done in ${seconds()}`,
      (error) => `No reply. ${error.message}`,
    );
    clearInterval(clock);
    clearInterval(looking);
    going.textContent = said;
    answer.removeAttribute("aria-busy");
    run.removeAttribute("aria-disabled");
    if (document.activeElement === cancel) run.focus();
    cancel.hidden = true;
    cancel.removeAttribute("aria-disabled");
    call = undefined;
  });
  // The reply comes all the same, with what had been sent by then.
  cancel.addEventListener("click", () => {
    cancel.setAttribute("aria-disabled", "true");
    const body = new URLSearchParams({ token: new FormData(form).get("token"), call });
    fetch("/playground/stop", { method: "POST", body }).catch(() => cancel.removeAttribute("aria-disabled"));
  });
  shareLink(form);
}

async function reply(form, answer, call) {
  const body = new URLSearchParams(new FormData(form));
  body.set("call", call);
  const response = await askServer(form.action, { method: "POST", body });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const found = page.getElementById("answer");
  if (!found)
    throw new Error(
      page.querySelector(".note")?.textContent?.trim() || `The server answered ${response.status}.`,
    );
  answer.replaceChildren(...found.childNodes);
}

const shownMs = 4_000;
/** What every browser and server takes. */
const maxLinkChars = 8_000;

function shareLink(form) {
  const share = document.getElementById("share");
  const words = share.querySelector("span");
  const label = words.textContent;
  share.addEventListener("click", async () => {
    const fields = new FormData(form);
    const query = new URLSearchParams({
      tool: fields.get("tool") ?? "search",
      code: fields.get("code") ?? "",
    });
    const link = `${location.origin}/playground?${query}`;
    words.textContent =
      link.length > maxLinkChars
        ? `Too long for a link: ${link.length.toLocaleString("en")} characters, at most ${maxLinkChars.toLocaleString("en")}`
        : await copied(link);
    setTimeout(() => (words.textContent = label), shownMs);
  });
}

async function copied(link) {
  try {
    await navigator.clipboard.writeText(link);
    return "Copied";
  } catch {
    // Only pages that are served safely may write there.
    history.replaceState(null, "", link);
    return "The link is in the address bar";
  }
}
