/** What the check of a call says of the code, at the line that it is about. */
export function problemsIn(form) {
  return async (view) => {
    const code = view.state.doc.toString();
    if (code.trim() === "") return [];
    const fields = new FormData(form);
    const asked = new URLSearchParams({
      token: fields.get("token"),
      tool: fields.get("tool") ?? "search",
      code,
    });
    const response = await fetch("/playground/check", { method: "POST", body: asked }).catch(() => undefined);
    if (!response?.ok) return [];
    const { problems } = await response.json();
    return problems.map(({ line, message }) => {
      const at = view.state.doc.line(Math.min(Math.max(1, line ?? 1), view.state.doc.lines));
      return { from: at.from, to: at.to, severity: line === undefined ? "warning" : "error", message };
    });
  };
}
