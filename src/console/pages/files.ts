/** Files of the user: what they uploaded for code to read, and what runs made for them. */
import { html } from "hono/html";
import type { Markup } from "../../auth/pages/layout.ts";
import { maxFilesBytes } from "../../store/ledger/limits.ts";
import { maxFileBytes, type FileInfo } from "../../terms/file.ts";
import { ledgerOf, show, type ConsoleContext } from "../context.ts";
import { readUpload } from "../form.ts";
import { pageHead } from "../parts/layout.ts";
import { table } from "../parts/table.ts";
import { bytes, visibleLine, when } from "../text.ts";
import { missingPage, refusedPage } from "./missing.ts";

export async function filesPage(c: ConsoleContext): Promise<Response> {
  const files = await ledgerOf(c).files();
  const uploads = files.filter(({ run }) => run === undefined);
  const made = files.filter(({ run }) => run !== undefined);
  const used = files.reduce((sum, file) => sum + file.bytes, 0);
  return show(c, {
    title: "Files",
    section: "files",
    notice: notices[c.req.query("notice") ?? ""],
    body: html`${pageHead("Files", {
        under: html`<p class="lead">
          Code of every connected client can read what you upload here, as <code>files["name"]</code>, and
          hand you files with <code>file(…)</code>. Nobody else can open them.
        </p>`,
      })}
      <form method="post" action="/files" enctype="multipart/form-data" class="row end">
        ${c.env.form.field}
        <label class="field">File<input type="file" name="file" required /></label>
        <button class="primary">Upload</button>
      </form>
      <p class="quiet">
        ${bytes(used)} of ${bytes(maxFilesBytes)} are used. A file may have ${bytes(maxFileBytes)}; one of the
        same name is replaced.
      </p>
      <h2>Uploaded</h2>
      ${uploads.length === 0 ? html`<p class="quiet">Nothing yet.</p>` : filesTable("Uploaded files", uploads, c.env.form.field)}
      <h2>Made by runs</h2>
      ${made.length === 0 ? html`<p class="quiet">Nothing within the last day.</p>` : filesTable("Files made by runs", made, c.env.form.field)}`,
  });
}

function filesTable(caption: string, files: readonly FileInfo[], field: Markup): Markup {
  return table(
    caption,
    ["Name", "Type", { n: "Size" }, "From", "Kept until", { sr: "Actions" }],
    files.map(
      ({ id, name, type, bytes: size, run, atMs, expiresAtMs }) =>
        html`<tr>
          <td><a href="/files/${id}" download>${visibleLine(name)}</a></td>
          <td>${type}</td>
          <td class="n">${bytes(size)}</td>
          <td>${run === undefined ? when(atMs) : html`<a href="/runs/${run}">${run}</a>`}</td>
          <td>${when(expiresAtMs)}</td>
          <td>
            <form method="post" action="/files/${id}/delete">
              ${field}
              <button class="danger" aria-label="Delete ${visibleLine(name)}">Delete</button>
            </form>
          </td>
        </tr>`,
    ),
  );
}

/** The file itself, always as a download: a browser must not run what code or an API wrote in the console's origin. */
export async function downloadFile(c: ConsoleContext): Promise<Response> {
  const found = await ledgerOf(c).file(c.req.param("file") ?? "");
  if (!found)
    return missingPage(
      c,
      "This file does not exist, is older than it is kept, or belongs to another account.",
    );
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
