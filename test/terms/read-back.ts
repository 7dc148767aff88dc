/** Reads marked text back: the inverse of `visibleExactly`. */
export function readBack(shown: string): string {
  return shown
    .replace(/[\u2067\u2069]/g, "")
    .replace(/⟨U\+([0-9A-F]{4,6})(?: × (\d+))?⟩/g, (_mark, code: string, times = "1") =>
      String.fromCodePoint(Number.parseInt(code, 16)).repeat(Number(times)),
    );
}
