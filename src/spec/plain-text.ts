/** What a document says of a thing, on one line and without markup. Pure. */

/** Longer texts are articles; what a call needs stands at their beginning. */
const maxRead = 6_000;

const tags =
  /<\/?(?:a|b|blockquote|br|code|dd|div|dl|dt|em|font|h[1-6]|hr|i|img|li|ol|p|pre|small|span|strong|sub|sup|table|tbody|td|th|thead|tr|u|ul)(?:[\s/][^<>]{0,400})?>/gi;
/** At the end of a text that was cut. */
const cutTag = /<\/?(?:a|code|em|li|p|span|strong)?(?:\s[^<>]{0,400})?…$/;
const link = /!?\[([^\][]{1,300})\]\([^()\s]{0,600}\)/g;
/** `_so_`, and not the beginning of a name. */
const emphasis = /(^|[\s(])_(?![\s_])([^_]{1,600})(?<![\s_])_(?=[\s.,;:)!?]|$)/g;
const entities: Record<string, string> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&nbsp;": " ",
  "&amp;": "&",
};

/** Text on one line, without HTML and links. */
export function plain(text: unknown): string {
  if (typeof text !== "string") return "";
  return text
    .slice(0, maxRead)
    .replace(tags, " ")
    .replace(cutTag, "…")
    .replace(link, "$1")
    .replace(emphasis, "$1$2")
    .replace(/&(?:lt|gt|quot|#39|nbsp|amp);/g, (entity) => entities[entity] as string)
    .replace(
      /^[ \t]{0,8}>[ \t]?|\*\*|__(?=\w)|^[ \t]{0,3}#{1,6}\s|\[!(?:NOTE|TIP|WARNING|IMPORTANT|CAUTION)\]/gm,
      "",
    )
    .replace(/\s+/g, " ")
    .trim();
}
