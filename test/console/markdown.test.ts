/** Descriptions of documents are CommonMark of strangers: whatever stands in them, a page shows text and web links. */
import { describe, expect, it } from "vitest";
import { markdown } from "../../src/console/parts/markdown.ts";

const rendered = async (text: string) => String(await markdown(text));

/** Everything that CommonMark and its tables can become. */
const harmless = new Set(
  "div p em strong code pre span blockquote ul ol li hr br a h1 h2 h3 h4 h5 h6 table thead tbody tr th td".split(
    " ",
  ),
);

describe("the description of an operation", () => {
  it.each([
    ["emphasis and code", "**Bold** and `code`", "<strong>Bold</strong> and <code>code</code>"],
    ["a list", "- one\n- two", "<li>one</li>"],
    ["a table", "| a | b |\n| - | - |\n| 1 | 2 |", "<td>1</td>"],
    [
      "a link to a web page",
      "[docs](https://example.com/x)",
      '<a rel="noreferrer noopener" target="_blank" href="https://example.com/x">docs</a>',
    ],
    ["code, a line at a time", "```sh\na <b\n  c\n```", '<span>a &lt;b\n</span><span class="i2">  c</span>'],
    ["code by its indent", "    a\n\n    b", "<span>a\n</span><span>\n</span><span>b</span>"],
    ["a note of GitHub", "> [!NOTE]\n> Read this.", "<strong>Note.</strong>"],
  ])("shows %s", async (_what, text, want) => {
    expect(await rendered(text)).toContain(want);
  });

  it.each([
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "a <b onclick=alert(1)>b</b>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:x)",
    "<javascript:alert(1)>",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "![x](https://evil.example/pixel.png)",
    '![x"><script>alert(1)</script>](https://evil.example/p.png)',
    "[x](/connections/revoke)",
    "[x](//evil.example/)",
    '[x](https://example.com/ "><script>alert(1)</script>")',
    "[x](https://example.com/%22%3E%3Cscript%3E)",
    "<style>body { display: none }</style>",
    "<form action=https://evil.example><input name=token></form>",
    "| a |\n| - |\n| <script>alert(1)</script> |",
    '```html"><script>\n</code></pre><script>alert(1)</script>\n```',
  ])("makes nothing else of %s", async (text) => {
    const html = await rendered(text);
    for (const [, name = ""] of html.matchAll(/<\/?([a-z][a-z0-9]*)/gi))
      expect(harmless, html).toContain(name);
    for (const [tag, attributes = ""] of html.matchAll(/<[a-z][a-z0-9]*((?:\s[^>]*)?)>/gi)) {
      const names = [...attributes.matchAll(/\s([a-z-]+)=/gi)].map(([, name]) => name);
      for (const name of names)
        expect(["class", "href", "rel", "target", "start", "tabindex"], tag).toContain(name);
    }
    for (const [, address = ""] of html.matchAll(/href="([^"]*)"/g)) expect(address).toMatch(/^https?:\/\//);
  });

  it("marks what cannot be seen, and leaves a book as it is", async () => {
    expect(await rendered("a\u202eb")).toContain("⟨U+202E⟩");
    expect(await rendered(`# ${"x".repeat(30_000)}`)).toContain("<pre");
  });
});
