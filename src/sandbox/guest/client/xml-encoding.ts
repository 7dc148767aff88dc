/** RFC 7303 section 3.2: without a charset in the header, the one that the document says. */
export function declaredIn(xml: string): string | undefined {
  return /^\uFEFF?<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)/.exec(xml)?.[1];
}
