/**
 * Forms of the console. The server takes a form only if it comes from one of our own pages (Origin) and holds the
 * token from this browser's cookie. The first check stops other sites and other ports of this machine; the second
 * stops a sender that can forge Origin but cannot read our pages.
 */
import { html } from "hono/html";
import { timingSafeEqual } from "hono/utils/buffer";
import { parse, serialize } from "hono/utils/cookie";
import { readFields } from "../auth/form.ts";
import type { Markup } from "../auth/pages/layout.ts";
import { failed, type Result } from "../terms/result.ts";

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
  const secure = new URL(request.url).protocol === "https:";
  const attributes = {
    path: "/",
    maxAge: cookieMaxAgeS,
    httpOnly: true,
    sameSite: "Strict",
    secure,
  } as const;
  return {
    field: html`<input type="hidden" name="token" value="${token}" />`,
    ...(known === undefined && { setCookie: serialize(cookieName, token, attributes) }),
  };
}

export type Refusal = { status: number; problem: string };

/** The fields of a form that one of our own pages sent. */
export async function readForm(request: Request): Promise<Result<{ fields: URLSearchParams }, Refusal>> {
  const refused = (status: number, problem: string) => failed({ status, problem });
  if (request.headers.get("Origin") !== new URL(request.url).origin)
    return refused(403, "The form was sent from another site.");
  const fields = await readFields(request, maxFormBytes);
  if (fields === 415) return refused(fields, "This is not one of this site's forms.");
  if (fields === 413) return refused(fields, `A form may hold at most ${maxFormBytes} bytes.`);
  const token = tokenOf(request);
  if (token !== undefined && (await timingSafeEqual(fields.get("token") ?? "", token)))
    return { ok: true, fields };
  return refused(
    403,
    "This page has expired, or cookies are blocked. Go back, reload the page and try again.",
  );
}

function tokenOf(request: Request): string | undefined {
  const token = parse(request.headers.get("Cookie") ?? "", cookieName)[cookieName];
  return token !== undefined && /^[0-9a-f-]{36}$/.test(token) ? token : undefined;
}
