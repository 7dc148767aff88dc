/** Runs the form without loading the page again: says how long it takes, and lets a person stop waiting. */
const tickMs = 100;

export function runInPlace(form) {
  const [run, cancel, going, answer] = ["run", "cancel", "going", "answer"].map((id) =>
    document.getElementById(id),
  );
  let stop;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (stop) return;
    const controller = new AbortController();
    stop = () => controller.abort();
    const began = performance.now();
    const clock = setInterval(() => {
      going.textContent = `Running … ${((performance.now() - began) / 1_000).toFixed(1)} s`;
    }, tickMs);
    // Not disabled: that would take the focus away from it.
    run.setAttribute("aria-disabled", "true");
    cancel.hidden = false;
    going.textContent = await reply(form, answer, controller.signal).then(
      () => `Done in ${((performance.now() - began) / 1_000).toFixed(1)} s`,
      (error) =>
        error.name === "AbortError"
          ? "Not waiting any more. The run ends by itself; see Runs."
          : `No reply: ${error.message}`,
    );
    clearInterval(clock);
    run.removeAttribute("aria-disabled");
    cancel.hidden = true;
    stop = undefined;
  });
  cancel.addEventListener("click", () => stop?.());
  shareLink(form);
}

async function reply(form, answer, signal) {
  const body = new URLSearchParams(new FormData(form));
  const response = await fetch(form.action, {
    method: "POST",
    body,
    signal,
    headers: { accept: "text/html" },
  });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const found = page.getElementById("answer");
  if (!found)
    throw new Error(
      page.querySelector(".note")?.textContent?.trim() || `the server answered ${response.status}`,
    );
  answer.replaceChildren(...found.childNodes);
}

const shownMs = 2_000;

function shareLink(form) {
  const share = document.getElementById("share");
  share.addEventListener("click", async () => {
    const fields = new FormData(form);
    const query = new URLSearchParams({
      tool: fields.get("tool") ?? "search",
      code: fields.get("code") ?? "",
    });
    const words = share.querySelector("span");
    await navigator.clipboard.writeText(`${location.origin}/playground?${query}`);
    words.textContent = "Copied";
    setTimeout(() => (words.textContent = "Copy a link to this code"), shownMs);
  });
}
