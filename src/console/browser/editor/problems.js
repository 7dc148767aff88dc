/**
 * What the check of a call says of the code: at the line that it is about, and in words below the editor, where a touch, the
 * keyboard and a screen reader find it too.
 */
const listed = document.getElementById("problems");

export function problemsIn(form) {
  return async (view) => {
    const found = await check(form, view.state.doc.toString());
    const { doc } = view.state;
    const all = found.map(({ line, message, severity = line === undefined ? "warning" : "error" }) => {
      const at = doc.line(Math.min(Math.max(1, line ?? 1), doc.lines));
      return { from: at.from, to: at.to, severity, message, line, renderMessage: () => wordsOf(message) };
    });
    listed.replaceChildren(...all.map((one) => lineOf(one, view)));
    return all;
  };
}

async function check(form, code) {
  if (code.trim() === "") return [];
  const fields = new FormData(form);
  const asked = new URLSearchParams({
    token: fields.get("token"),
    tool: fields.get("tool") ?? "search",
    code,
  });
  const response = await fetch("/playground/check", {
    method: "POST",
    body: asked,
    redirect: "manual",
  }).catch(() => undefined);
  if (!response?.ok) return [];
  return (await response.json()).problems;
}

/** A sentence, and below it what may be code. */
function wordsOf(message) {
  const [sentence, ...rest] = message.split("\n");
  const words = document.createElement("div");
  words.textContent = sentence;
  if (rest.length > 0)
    words.append(Object.assign(document.createElement("pre"), { textContent: rest.join("\n") }));
  return words;
}

/** Its first sentence, which leads to its line; all of it is at the line. */
function lineOf({ line, message, severity, from }, view) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = `plain little ${severity}`;
  button.textContent = `${line === undefined ? "" : `Line ${line}: `}${message.split("\n", 1)[0]}`;
  button.addEventListener("click", () => {
    view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
    view.focus();
  });
  return button;
}
