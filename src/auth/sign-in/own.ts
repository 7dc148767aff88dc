/**
 * A sign-in of the operator's project. Whatever it does, it signs in nobody but who it names, under ids of its own: they
 * begin with its name and a full stop, so that no other way to sign in has them.
 */
import { z } from "zod";
import { digest } from "../../terms/digest.ts";
import { held, heldAnswer, ownFailed } from "../../terms/own.ts";
import type * as project from "../../terms/public.ts";
import { messagePage } from "../pages/message.ts";
import { redirect } from "../redirect.ts";
import { readSession, startSession } from "../sign-in-cookie.ts";
import { noteUser } from "../users.ts";
import type { SignIn, User } from "./sign-in.ts";

const Known = z.object({
  id: z.string().min(1).max(1_000),
  label: z.string().min(1).max(200),
  address: z.string().max(320).optional(),
});
/** No other address: `//host` and `/\\host` are some of another server. */
const ReturnTo = z.string().regex(/^\/(?![/\\])/, "is no path of this server");

/** Makes a sign-in of the house of one of the project. */
export function adopted(signIn: project.SignIn): SignIn {
  const { name } = signIn;
  const userOf = (known: unknown): User => {
    const { id, ...rest } = Known.parse(known);
    return { ...rest, id: `${name}.${digest(id)}` };
  };
  const failed = (error: unknown) => {
    ownFailed("sign-in", name, error);
    return messagePage({
      title: "You are not signed in",
      sentence: "The sign-in of this server failed.",
      next: "Try again in a moment. If it keeps failing, tell its operator, who finds the reason in the server's log.",
      status: 503,
    });
  };
  const admits = (user: User, variables: project.Variables) => {
    try {
      return (
        user.id.startsWith(`${name}.`) && held(() => signIn.admits?.(user, { variables }) ?? true) === true
      );
    } catch (error) {
      ownFailed("sign-in", name, error);
      return false;
    }
  };
  return {
    name,
    admits: (user, { variables }) => admits(user, variables),

    async identify(request, context) {
      const { origin, variables } = context;
      const kept = signIn.callback && (await readSession(request, context));
      if (kept) return { user: kept };
      try {
        const found = await heldAnswer(() => signIn.identify(request, { origin, variables }));
        if ("respond" in found && found.respond instanceof Response) return { respond: found.respond };
        const user = userOf((found as { user?: unknown }).user);
        return admits(user, variables) ? { user } : { respond: await notAdmitted() };
      } catch (error) {
        return { respond: await failed(error) };
      }
    },

    ...(signIn.callback && {
      async callback(request, { env, settings, origin, variables }) {
        try {
          const found = await heldAnswer(() => signIn.callback!(request, { origin, variables }));
          if (found instanceof Response) return found;
          const user = userOf(found.user);
          if (!admits(user, variables)) return notAdmitted();
          const to = new URL(`${origin}${ReturnTo.parse(found.returnTo)}`);
          await noteUser(env.OAUTH_KV, user);
          const session = await startSession(user, settings.ISOGATE_SECRET ?? "");
          return redirect(to.href, new Headers(), session);
        } catch (error) {
          return failed(error);
        }
      },
    }),
  };
}

function notAdmitted(): Promise<Response> {
  return messagePage({
    title: "You are not signed in",
    sentence: "This account may not use this server.",
    next: "Go back to your client and connect again.",
    status: 403,
  });
}
