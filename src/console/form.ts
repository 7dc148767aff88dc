/**
 * Forms of the console. The server takes a form only if it comes from one of our own pages (Origin) and holds the
 * token from this browser's cookie. The first check stops other sites and other ports of this machine; the second
 * stops a sender that can forge Origin but cannot read our pages.
 */
import { timingSafeEqual } from "node:crypto";
import { html } from "hono/html";
import { fieldsOf, readFormBytes } from "../auth/form.ts";
import type { Markup } from "../auth/pages/layout.ts";

const cookieName = "isogate-form";
/** Longer than anybody keeps a page open. */
const cookieMaxAgeS = 30 * 24 * 60 * 60;
/** The playground's code is the largest thing anyone sends. */
const maxFormBytes = 1_000_000;

export interface FormToken {
  /** The hidden field; put it into every form that posts. */
  field: Markup;
  /** The cookie to set, if the browser has none. */
  setCookie?: string;
}

/** The token of this browser, new if it has none. */
export function formToken(request: Request): FormToken {
  const known = tokenOf(request);
  const token = known ?? crypto.randomUUID();
  const secure = new URL(request.url).protocol === "https:" ? "; Secure" : "";
  return {
    field: html`<input type="hidden" name="token" value="${token}" />`,
    ...(known === undefined && {
      setCookie: `${cookieName}=${token}; Path=/; Max-Age=${cookieMaxAgeS}; HttpOnly; SameSite=Strict${secure}`,
    }),
  };
}

type FormResult = { ok: true; fields: URLSearchParams } | { ok: false; problem: string; status: number };

const refused = (status: number, problem: string): FormResult => ({ ok: false, status, problem });

/** The fields of a form that one of our own pages sent. */
export async function readForm(request: Request): Promise<FormResult> {
  if (request.headers.get("Origin") !== new URL(request.url).origin)
    return refused(403, "The form was sent from another site.");
  const type = request.headers.get("Content-Type")?.split(";")[0]?.trim();
  if (type !== "application/x-www-form-urlencoded")
    return refused(415, "This is not one of this site's forms.");
  const body = await readFormBytes(request, maxFormBytes);
  if (!body) return refused(413, `A form may hold at most ${maxFormBytes} bytes.`);
  const fields = fieldsOf(body);
  const token = tokenOf(request);
  if (token === undefined || !same(fields.get("token") ?? "", token))
    return refused(
      403,
      "This page has expired, or cookies are blocked. Go back, reload the page and try again.",
    );
  return { ok: true, fields };
}

function tokenOf(request: Request): string | undefined {
  const cookies = request.headers.get("Cookie") ?? "";
  return new RegExp(`(?:^|;\\s*)${cookieName}=([0-9a-f-]{36})(?:;|$)`).exec(cookies)?.[1];
}

function same(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
