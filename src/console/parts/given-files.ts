/**
 * What a run handed over besides its result: pictures as they are, everything to download. A picture has its frame before
 * it is there, so nothing moves when it comes.
 */
import { html } from "hono/html";
import { icon } from "../../auth/pages/icons.ts";
import type { Markup } from "../../auth/pages/layout.ts";
import type { FileInfo } from "../../terms/file.ts";
import { bytes, count, visibleLine, when } from "../text.ts";

/** Kinds that hold nothing but a picture; a drawing (SVG) is code, and only downloaded. */
const pictures = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

export const isPicture = ({ type }: Pick<FileInfo, "type">) => pictures.has(type);

const pathOf = ({ id }: FileInfo) => `/files/${id}`;

/**
 * @param files of one run; nothing is shown for none
 * @param srcOf where a picture is
 */
export function givenFiles(files: readonly FileInfo[], srcOf = pathOf): Markup | false {
  const [first] = files;
  return (
    first !== undefined &&
    html`<section class="section">
      <div class="row">
        <h2>${count(files.length, "file")}</h2>
        <span class="quiet small">for you alone, until ${when(first.expiresAtMs)}</span>
      </div>
      ${files.some(isPicture) && html`<div class="pictures">${files.filter(isPicture).map((one) => pictureOf(one, srcOf(one)))}</div>`}
      ${
        !files.every(isPicture) &&
        html`<ul class="list">
          ${files.filter((one) => !isPicture(one)).map(fileRow)}
        </ul>`
      }
    </section>`
  );
}

function pictureOf({ id, name, bytes: size }: FileInfo, src: string): Markup {
  return html`<figure data-key="${id}">
    <img src="${src}" alt="${visibleLine(name)}" loading="lazy" decoding="async" />
    <figcaption>
      <a class="cut" href="/files/${id}" download>${icon("download")} ${visibleLine(name)}</a>
      <span class="num">${bytes(size)}</span>
    </figcaption>
  </figure>`;
}

function fileRow({ id, name, type, bytes: size }: FileInfo): Markup {
  return html`<li data-key="${id}">
    ${icon("file")}
    <div class="grow"><a class="whole what cut" href="/files/${id}" download>${visibleLine(name)}</a></div>
    <span class="quiet small cut type">${type}</span>
    <span class="num">${bytes(size)}</span>
    ${icon("download")}
  </li>`;
}
