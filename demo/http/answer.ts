/** What a handler gives back: data, turned into an HTTP response in one place. Problems are RFC 9457. */

/** One thing wrong with a request. `pointer` is a JSON pointer (RFC 6901) within `in`; `line` counts from 1. */
export interface Issue {
  in: "path" | "query" | "header" | "body";
  pointer: string;
  detail: string;
  line?: number;
}

export interface Answer {
  status: 200 | 201 | 204 | 400 | 401 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 500;
  contentType?: string;
  /** Sent as it is. */
  text?: string;
  headers?: Record<string, string>;
}

export function ok(value: unknown): Answer {
  return { status: 200, contentType: "application/json", text: JSON.stringify(value) };
}

/** @param location path of the new object, with the base path */
export function created(location: string, value: unknown): Answer {
  return { ...ok(value), status: 201, headers: { Location: location } };
}

export const deleted: Answer = { status: 204 };

const titles = {
  400: ["bad-request", "Bad request"],
  401: ["unauthorized", "Unauthorized"],
  404: ["not-found", "Not found"],
  405: ["method-not-allowed", "Method not allowed"],
  409: ["conflict", "Conflict"],
  413: ["too-large", "Body too large"],
  415: ["unsupported-media-type", "Unsupported media type"],
  422: ["invalid", "Invalid request"],
  429: ["too-many-requests", "Too many requests"],
  500: ["internal", "Internal error"],
} as const;

/** @param more further members of the problem, such as `errors` */
export function problem(status: keyof typeof titles, detail: string, more: object = {}): Answer {
  const [type, title] = titles[status];
  const body = { type: `/problems/${type}`, title, status, detail, ...more };
  return { status, contentType: "application/problem+json", text: JSON.stringify(body) };
}

export function notFound(kind: string, id: string): Answer {
  return problem(404, `There is no ${kind} ${JSON.stringify(id)}.`);
}

/** @param conflictingId the object that is in the way */
export function conflict(detail: string, conflictingId?: string): Answer {
  return problem(409, detail, conflictingId === undefined ? {} : { conflicting_id: conflictingId });
}

/** A 422 that names every issue, and in its `detail` the first three. */
export function invalid(issues: readonly Issue[]): Answer {
  const shown = issues.slice(0, 3).map((issue) => {
    const line = issue.line === undefined ? "" : ` line ${issue.line}`;
    return `${issue.in} ${issue.pointer}${line} ${issue.detail}`;
  });
  const rest = issues.length > shown.length ? "; the rest is in errors" : "";
  const count = issues.length === 1 ? "1 problem" : `${issues.length} problems`;
  return problem(422, `${count}: ${shown.join("; ")}${rest}.`, { errors: issues });
}
