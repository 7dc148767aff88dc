/**
 * Forms of the console. A form is taken only if the browser says that it comes from one of our own pages (Origin) and
 * if it holds the token that this browser was given in a cookie: the first keeps other sites and other ports of this
 * machine out, the second whoever can send an Origin of their choice but not read our pages.
 */
import { timingSafeEqual } from "node:crypto";
import { html } from "hono/html";
import type { Markup } from "./parts/layout.ts";

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

const tooLarge: FormResult = {
  ok: false,
  status: 413,
  problem: `A form may hold ${maxFormBytes} bytes at most.`,
};

/** The fields of a form that one of our own pages sent. */
export async function readForm(request: Request): Promise<FormResult> {
  if (request.headers.get("Origin") !== new URL(request.url).origin)
    return { ok: false, status: 403, problem: "This form was not sent from this site." };
  if (Number(request.headers.get("Content-Length") ?? "0") > maxFormBytes)
    return { ok: false, status: 413, problem: `A form may hold ${maxFormBytes} bytes at most.` };
  const type = request.headers.get("Content-Type")?.split(";")[0]?.trim();
  if (type !== "application/x-www-form-urlencoded")
    return { ok: false, status: 415, problem: "This is not one of this site's forms." };
  const body = await request.arrayBuffer();
  if (body.byteLength > maxFormBytes) return tooLarge;
  const fields = new URLSearchParams(new TextDecoder().decode(body));
  const token = tokenOf(request);
  if (token === undefined || !same(fields.get("token") ?? "", token))
    return {
      ok: false,
      status: 403,
      problem: "This page is too old, or cookies are blocked. Go back, load the page again, and repeat it.",
    };
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
