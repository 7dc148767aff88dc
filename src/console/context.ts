/** What every page is made from. */
import type { Context } from "hono";
import type { Ledger } from "../store/ledger/ledger.ts";
import type { FormToken } from "./form.ts";
import { page, type PageContent } from "./parts/layout.ts";
import type { Person } from "./person.ts";

export interface ConsoleBindings {
  env: Env;
  ctx: ExecutionContext;
  person: Person;
  form: FormToken;
}

/** Hono's context with our bindings. */
export type ConsoleContext = Context<{ Bindings: ConsoleBindings }>;

export function ledgerOf(c: ConsoleContext): DurableObjectStub<Ledger> {
  return c.env.env.LEDGER.getByName(c.env.person.userId);
}

/** Renders a page in the console's frame. */
export async function show(c: ConsoleContext, content: PageContent): Promise<Response> {
  const response = await page(content, await ledgerOf(c).waiting());
  const { setCookie } = c.env.form;
  if (setCookie !== undefined) response.headers.append("Set-Cookie", setCookie);
  return response;
}
