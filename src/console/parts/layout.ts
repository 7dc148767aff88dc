/**
 * The frame of every page of the console: one document without inline script or style, which loads nothing from
 * elsewhere. `html` escapes every value that is put into it.
 */
import { html } from "hono/html";
import { documentOf, type Markup } from "../../auth/pages/layout.ts";
import { assetPaths } from "../assets.ts";

export interface PageContent {
  title: string;
  /** The page's entry in the navigation. */
  section?: keyof typeof sections;
  body: Markup;
  status?: number | undefined;
  /** The page reloads itself after this time, in milliseconds, until a version of it comes without this. */
  refreshMs?: number | undefined;
  /** What a form has just done: shown at the top and read by screen readers. */
  notice?: string | undefined;
}

const sections = {
  connect: ["/", "Connect"],
  runs: ["/runs", "Runs"],
  approvals: ["/approvals", "Approvals"],
  apis: ["/apis", "APIs"],
  files: ["/files", "Files"],
  playground: ["/playground", "Playground"],
  connections: ["/connections", "Connections"],
  users: ["/users", "Users"],
};

const policy = [
  "default-src 'none'",
  ...["script-src", "style-src", "img-src", "connect-src", "form-action"].map((name) => `${name} 'self'`),
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * @param waiting number of approvals that wait for the user, shown in the navigation
 * @param isOperator shows the way to the pages of operators
 */
export function page(content: PageContent, waiting: number, isOperator: boolean): Promise<Response> {
  const { title, section, body, status, refreshMs, notice } = content;
  const known = Object.entries(sections).filter(([name]) => name !== "users" || isOperator);
  const links = known.map(([name, [path, label]]) => {
    const badge = html` <span class="badge ask">${waiting}<span class="sr"> waiting</span></span>`;
    return html`<a href="${path}" ${name === section && html`aria-current="page"`}
      >${label}${name === "approvals" && waiting > 0 && badge}</a
    >`;
  });
  const frame = {
    policy,
    head: html`<link rel="icon" href="${assetPaths.icon}" type="image/svg+xml" />
      <link rel="stylesheet" href="${assetPaths.style}" />
      <script type="module" src="${assetPaths.script}"></script>`,
    body: html`<a class="skip" href="#main">Skip to the content</a>
      <header>
        <a class="brand" href="/">isogate</a>
        <nav aria-label="Main">${links}</nav>
      </header>
      <main id="main" tabindex="-1" ${refreshMs !== undefined && html`data-refresh="${refreshMs}"`}>
        ${notice !== undefined && html`<p class="notice" role="status">${notice}</p>`} ${body}
      </main>`,
  };
  return documentOf(title, frame, { status });
}
