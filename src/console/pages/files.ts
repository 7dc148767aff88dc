/** Files of the user: what they uploaded for code to read, and what runs made for them. */
import { html } from "hono/html";
import { icon } from "../../auth/pages/icons.ts";
import type { Markup } from "../../auth/pages/layout.ts";
import { maxFilesBytes } from "../../store/ledger/limits.ts";
import { maxFileBytes, type FileInfo } from "../../terms/file.ts";
import { ledgerOf, noticeOf, show, type ConsoleContext } from "../context.ts";
import { readUpload } from "../form.ts";
import { nothing, pageHead } from "../parts/layout.ts";
import { isPicture } from "../parts/given-files.ts";
import { ago, bytes, visibleLine, when } from "../text.ts";
import { missingPage, refusedPage } from "./missing.ts";

const refreshMs = 5_000;

export async function filesPage(c: ConsoleContext): Promise<Response> {
  const files = await ledgerOf(c).files();
  const uploads = files.filter(({ run }) => run === undefined);
  const made = files.filter(({ run }) => run !== undefined);
  const used = files.reduce((sum, file) => sum + file.bytes, 0);
  return show(c, {
    title: "Files",
    section: "files",
    refreshMs,
    notice: noticeOf(c, notices),
    body: html`${pageHead("Files", {
        under: html`<p class="lead">
          Code of every connected client can read what you upload here, as <code>files["name"]</code>, and
          hand you files with <code>file(…)</code>. Nobody else can open them.
        </p>`,
      })}
      <form method="post" action="/files" enctype="multipart/form-data" class="card">
        ${c.env.form.field}
        <div class="row">
          <label class="wide"><span class="sr">File</span><input type="file" name="file" required /></label>
          <button class="primary">Upload</button>
        </div>
        <p class="quiet small">
          Up to ${bytes(maxFileBytes)}; one of the same name is replaced. ${bytes(used)} of
          ${bytes(maxFilesBytes)} are used.
        </p>
      </form>
      <section class="section">
        <h2>Uploaded</h2>
        ${
          uploads.length === 0
            ? nothing(
                "file",
                "Nothing is uploaded",
                html`Choose a file above. Code then reads it: <code>await files["data.csv"].text()</code>`,
              )
            : filesList("Uploaded files", uploads, c.env.form.field)
        }
      </section>
      <section class="section">
        <h2>Made by runs</h2>
        ${
          made.length === 0
            ? nothing(
                "download",
                "No run has made a file within the last day",
                html`Ask your client for one, or make one in the <a href="/playground">playground</a>:
                  <code>await file(text, "report.csv")</code>`,
              )
            : filesList("Files made by runs", made, c.env.form.field)
        }
      </section>`,
  });
}

function filesList(label: string, files: readonly FileInfo[], field: Markup): Markup {
  return html`<ul class="list files" aria-label="${label}">
    ${files.map(
      ({ id, name, type, bytes: size, run, atMs, expiresAtMs }) =>
        html`<li data-key="${id}">
          ${isPicture({ type }) ? html`<img class="thumb" src="/files/${id}" alt="" loading="lazy" decoding="async" />` : icon("file")}
          <div class="grow">
            <a class="whole what cut" href="/files/${id}" download title="${visibleLine(name)}"
              >${visibleLine(name)}</a
            >
            <p class="quiet small">
              ${bytes(size)}, ${type},
              ${run === undefined ? html`uploaded ${ago(atMs)}` : html`<a href="/runs/${run}">made ${ago(atMs)}</a>`},
              kept until ${when(expiresAtMs)}
            </p>
          </div>
          <details class="menu">
            <summary class="button plain little">
              ${icon("trash")}<span class="sr">Delete ${visibleLine(name)} …</span>
            </summary>
            <form class="pop" method="post" action="/files/${id}/delete">
              ${field}
              <p>Deletes it for good, here and for code.</p>
              <button class="danger" aria-label="Delete ${visibleLine(name)}">Delete</button>
            </form>
          </details>
        </li>`,
    )}
  </ul>`;
}

/** The file itself, always as a download: a browser must not run what code or an API wrote in the console's origin. */
export async function downloadFile(c: ConsoleContext): Promise<Response> {
  const found = await ledgerOf(c).file(c.req.param("file") ?? "");
  if (!found) return missingPage(c, "file");
  const { name, type } = found.file;
  const ascii = name.replace(/[^ -~]|["\\%]/g, "_");
  return new Response(found.content, {
    headers: {
      "Content-Type": type,
      "Content-Disposition": `attachment; filename="${ascii}"; filename*=UTF-8''${encodeName(name)}`,
      "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
      "X-Content-Type-Options": "nosniff",
      "Cross-Origin-Resource-Policy": "same-origin",
      "Cache-Control": "private, no-store",
      "Referrer-Policy": "no-referrer",
    },
  });
}

/** RFC 8187, section 3.2.1: more is left as it is by `encodeURIComponent` than may be. */
function encodeName(name: string): string {
  return encodeURIComponent(name).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

export async function uploadFile(c: ConsoleContext): Promise<Response> {
  const upload = await readUpload(c.req.raw);
  if (!upload.ok) return refusedPage(c, upload.failure);
  const { name, type, content } = upload;
  const kept = await ledgerOf(c).keepFile({ name, type, content });
  return kept.ok
    ? c.redirect("/files?notice=uploaded", 303)
    : refusedPage(c, { status: 413, problem: kept.failure });
}

export async function deleteFile(c: ConsoleContext): Promise<Response> {
  const known = await ledgerOf(c).forgetFile(c.req.param("file") ?? "");
  return c.redirect(`/files?notice=${known ? "deleted" : "not-there"}`, 303);
}

const notices: Record<string, string> = {
  uploaded: "The file is there. Code reads it by its name.",
  deleted: "The file was deleted.",
  "not-there": "This file was not there any more.",
};
