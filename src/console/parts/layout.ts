/**
 * The frame of every page of the console: one document without inline script or style, which loads nothing from
 * elsewhere. `html` escapes every value that is put into it.
 */
import { html } from "hono/html";
import { note } from "../../auth/pages/elements.ts";
import { icon, type IconName } from "../../auth/pages/icons.ts";
import { documentOf, type Markup } from "../../auth/pages/layout.ts";
import { digest } from "../../terms/digest.ts";
import { assetPaths } from "../assets.ts";
import { visibleLine } from "../text.ts";

export interface PageContent {
  title: string;
  /** The page's entry in the navigation. */
  section?: keyof typeof sections;
  body: Markup;
  status?: number | undefined;
  /** The page looks for a new version of itself after this time, in milliseconds, until one comes without this. */
  refreshMs?: number | undefined;
  /**
   * What changes while the page is open is announced, and shown when the person asks for it: a button must never come to
   * decide on more than was there when they read the page.
   */
  asksBeforeChange?: boolean;
  /** What a form has just done: shown at the top and read by screen readers. */
  notice?: string | undefined;
  /** A further script of ours that only this page loads, and runs once it is painted (browser/after-paint.js). */
  script?: string;
}

const sections = {
  connect: ["/", "Connect", "plug"],
  runs: ["/runs", "Runs", "activity"],
  approvals: ["/approvals", "Approvals", "shield"],
  programs: ["/programs", "Programs", "repeat"],
  playground: ["/playground", "Playground", "terminal"],
  files: ["/files", "Files", "file"],
  apis: ["/apis", "APIs", "boxes"],
  connections: ["/connections", "Connections", "link"],
  tokens: ["/tokens", "Access tokens", "key"],
  users: ["/users", "Users", "users"],
} satisfies Record<string, [path: string, label: string, drawing: IconName]>;

const policy = [
  "default-src 'none'",
  ...["script-src", "style-src", "img-src", "connect-src", "form-action"].map((name) => `${name} 'self'`),
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** What the frame shows of the person, beside the page. */
export interface FrameFacts {
  /** Number of approvals that wait for them. */
  waiting: number;
  /** Shows the way to the pages of operators. */
  isOperator: boolean;
  /** Shows the way to their access tokens; there are none without login. */
  hasTokens: boolean;
}

/** Names what a page says, apart from times that pass and the token of its forms. */
function versionOf(body: string): string {
  return digest(body.replaceAll(/<time [^<>]*>[^<]*<\/time>|name="token" value="[^"]*"/g, ""), "hex").slice(
    0,
    16,
  );
}

export async function page(content: PageContent, facts: FrameFacts): Promise<Response> {
  const { title, section, body, status, refreshMs, notice, asksBeforeChange = false, script } = content;
  const { waiting } = facts;
  const hidden = { users: !facts.isOperator, tokens: !facts.hasTokens } as Record<string, boolean>;
  const links = Object.entries(sections)
    .filter(([name]) => !hidden[name])
    .map(
      ([name, [path, label, drawing]]) =>
        html`<a href="${path}" ${name === section && html`aria-current="page"`}
          >${icon(drawing)}${label}${
            name === "approvals" &&
            html` <span class="count" data-waiting ${waiting === 0 && "hidden"}
              ><b>${waiting}</b><span class="sr"> waiting</span></span
            >`
          }</a
        >`,
    );
  const text = await body;
  const frame = {
    policy,
    head: html`<link rel="icon" href="${assetPaths.icon}" type="image/svg+xml" />
      <link rel="stylesheet" href="${assetPaths.style}" />
      <script type="module" src="${assetPaths.script}" blocking="render"></script>
      ${script !== undefined && html`<link rel="modulepreload" href="${script}" />`}`,
    body: html`<a class="skip" href="#main">Skip to the content</a>
      <header>
        <a class="brand" href="/">${icon("shield")} isogate</a>
        <a class="waits" href="/approvals" data-waiting ${waiting === 0 && "hidden"}
          >${icon("clock")} <b>${waiting}</b> <span class="words">to decide</span></a
        >
        <button class="little plain" type="button" id="menu" popovertarget="nav">${icon("menu")} Menu</button>
        <nav id="nav" aria-label="Main" popover>${links}</nav>
      </header>
      <main
        id="main"
        tabindex="-1"
        ${refreshMs !== undefined && html`data-refresh="${refreshMs}" data-version="${versionOf(String(text))}"`}
        ${asksBeforeChange && html`data-asks`}
      >
        <div class="page">${notice !== undefined && note("ok", notice, "status")} ${text}</div>
      </main>`,
  };
  const shown = visibleLine(title);
  return documentOf(waiting > 0 ? `(${waiting}) ${shown}` : shown, frame, { status });
}

/**
 * The head of a page.
 * @param under a sentence or a row of states below the title
 * @param actions at the right
 */
export function pageHead(
  title: Markup | string,
  { under, actions, crumb }: { under?: Markup | string; actions?: Markup | false; crumb?: Markup } = {},
): Markup {
  return html`<div class="head">
    <div>
      ${crumb && html`<p class="crumb">${crumb}</p>`}
      <h1>${title}</h1>
      ${typeof under === "string" ? html`<p class="lead">${under}</p>` : under}
    </div>
    ${actions && html`<div class="row">${actions}</div>`}
  </div>`;
}

/** What a page says when there is nothing to show: why, and the next step. */
export function empty(drawing: IconName, title: string, words: Markup | string, action?: Markup): Markup {
  return html`<div class="empty">
    ${icon(drawing)}
    <h2>${title}</h2>
    <p>${words}</p>
    ${action}
  </div>`;
}

/** The same for a part of a page, in a line or two. */
export function nothing(drawing: IconName, title: string, words: Markup | string): Markup {
  return html`<div class="empty little">
    ${icon(drawing)}
    <p><strong>${title}.</strong> ${words}</p>
  </div>`;
}
