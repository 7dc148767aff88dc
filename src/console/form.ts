/**
 * Forms of the console. The server takes a form only if it comes from one of our own pages (Origin) and holds the
 * token from this browser's cookie. The first check stops other sites and other ports of this machine; the second
 * stops a sender that can forge Origin but cannot read our pages.
 */
import { html } from "hono/html";
import { timingSafeEqual } from "hono/utils/buffer";
import { parse, serialize } from "hono/utils/cookie";
import { readFields, readFormBytes } from "../auth/form.ts";
import type { Markup } from "../auth/pages/layout.ts";
import { maxFileBytes } from "../terms/file.ts";
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
  if (isForeign(request)) return failed(foreign);
  const fields = await readFields(request, maxFormBytes);
  if (fields === 415) return failed(noForm);
  if (fields === 413)
    return failed({ status: 413, problem: `A form may hold at most ${maxFormBytes} bytes.` });
  return (await isOurs(request, fields.get("token"))) ? { ok: true, fields } : failed(expired);
}

/** The file of a form that one of our own pages sent. */
export async function readUpload(
  request: Request,
): Promise<Result<{ name: string; type: string; content: Uint8Array }, Refusal>> {
  if (isForeign(request)) return failed(foreign);
  const type = request.headers.get("Content-Type") ?? "";
  if (!/^multipart\/form-data\s*;/i.test(type)) return failed(noForm);
  const body = await readFormBytes(request, maxFileBytes + maxFormBytes);
  if (!body) return failed({ status: 413, problem: `A file may have at most ${maxFileBytes} bytes.` });
  const form = await new Response(body, { headers: { "Content-Type": type } })
    .formData()
    .catch(() => undefined);
  const token = form?.get("token");
  if (!(await isOurs(request, typeof token === "string" ? token : null))) return failed(expired);
  const file = form?.get("file");
  if (!(file instanceof File) || file.name === "")
    return failed({ status: 400, problem: "No file was chosen. Go back and choose one." });
  const content = new Uint8Array(await file.arrayBuffer());
  return { ok: true, name: file.name, type: file.type, content };
}

const foreign: Refusal = { status: 403, problem: "The form was sent from another site." };
const noForm: Refusal = { status: 415, problem: "This is not one of this site's forms." };
const expired: Refusal = {
  status: 403,
  problem: "This page has expired, or cookies are blocked. Go back, reload the page and try again.",
};

function isForeign(request: Request): boolean {
  return request.headers.get("Origin") !== new URL(request.url).origin;
}

/** Whether the form's token is that of this browser's cookie. */
async function isOurs(request: Request, given: string | null): Promise<boolean> {
  const token = tokenOf(request);
  return token !== undefined && (await timingSafeEqual(given ?? "", token));
}

function tokenOf(request: Request): string | undefined {
  const token = parse(request.headers.get("Cookie") ?? "", cookieName)[cookieName];
  return token !== undefined && /^[0-9a-f-]{36}$/.test(token) ? token : undefined;
}
