/** What the small servers of the styles are made of: seven things, three a page. */

export interface Ask {
  query: URLSearchParams;
  headers: Record<string, string | undefined>;
  // oxlint-disable-next-line typescript/no-explicit-any -- JSON of any shape
  body: any;
  /** Below the path of the list. */
  rest: string;
  /** Of the list. */
  url: string;
}

export interface Answered {
  body: unknown;
  headers?: Record<string, string>;
  status?: number;
}

export interface Style {
  name: string;
  /** Of the query; `#` marks an integer, `@` a header. Or a parameter in full. */
  takes?: (string | object)[];
  /** Properties of the JSON body of a POST. */
  posts?: object;
  /** Properties of the answer that the document lists. */
  lists?: object;
  /** Further members of the operation. */
  says?: object;
  answer(ask: Ask): Answered;
  /** Second argument of `api.pages`. */
  args?: string;
  requests: number;
  /** Ids that are read; all seven by default. */
  ids?: string;
  /** True by default. */
  complete?: boolean;
  hint?: string;
}

export const things = (count = 7) => Array.from({ length: count }, (_, index) => ({ id: `i${index + 1}` }));

export const all = things();
export const cut = (from: number, size = 3) => all.slice(from, from + size);
export const number = (text: unknown, preset: number) => Number(text ?? preset);
export const json = (body: unknown, headers?: Record<string, string>, status = 200): Answered => ({
  body,
  ...(headers && { headers }),
  status,
});
export const refused = (status = 400): Answered => json({ error: "invalid" }, {}, status);
/** Tokens are opaque: `t3`, `t6`; undefined after the last page. */
export const after = (from: number) => (from + 3 < all.length ? `t${from + 3}` : undefined);
export const at = (token: unknown) =>
  token === null || token === undefined || token === "" ? 0 : Number(String(token).slice(1));
export const isToken = (token: unknown) =>
  token === null || token === undefined || /^t[36]$/.test(String(token));
export const q = (ask: Ask, name: string) => ask.query.get(name) ?? undefined;

/** An API that pages by a token in the query. */
export const byToken =
  (parameter: string, answer: (items: unknown[], next: string | undefined, ask: Ask) => unknown) =>
  (ask: Ask): Answered => {
    const token = q(ask, parameter);
    return isToken(token) ? json(answer(cut(at(token)), after(at(token)), ask)) : refused();
  };

/** An API that pages by a number in the query. */
export const byPage =
  (
    parameter: string,
    first: number,
    answer: (items: unknown[], page: number, isLast: boolean, ask: Ask) => unknown,
  ) =>
  (ask: Ask): Answered => {
    const page = number(q(ask, parameter), first);
    const from = (page - first) * 3;
    return from < 0 ? refused() : json(answer(cut(from), page, from + 3 >= all.length, ask));
  };

/** An API that pages by a position in the query. */
export const byOffset =
  (
    parameter: string,
    first: number,
    answer: (items: unknown[], offset: number, isLast: boolean, ask: Ask) => unknown,
  ) =>
  (ask: Ask): Answered => {
    const offset = number(q(ask, parameter), first);
    return json(answer(cut(offset - first), offset, offset - first + 3 >= all.length, ask));
  };

export const integer = { type: "integer" };
export const text = { type: "string" };
export const inQuery = (name: string, schema: object, description = "") => ({
  name,
  in: "query",
  schema,
  description,
});
