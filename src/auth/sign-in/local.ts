/**
 * Local sign-in: the person at this machine is the only user and confirms with one click on the consent page. Only
 * for a server that is reached through loopback; anywhere else it would let everybody in.
 */
import { messagePage } from "../pages/message.ts";
import { redirect } from "../redirect.ts";
import { placeOf, serveOthers } from "../this-machine.ts";
import { localUserId } from "../../terms/user.ts";
import type { SignIn } from "./sign-in.ts";

export const local: SignIn = {
  name: "local",

  // Who signed in otherwise, on a server that had another SIGN_IN, is not the person at this machine.
  admits: ({ id }) => id === localUserId,

  async identify(request, { env, loopback }) {
    const place = placeOf(request.headers, loopback, env.SUPERVISED === "true");
    if (place.is === "here") return { user: { id: localUserId, label: "you, on this computer" } };
    if (place.is === "unproven" && request.method === "GET")
      return { respond: toDoor(new URL(request.url), place.door) };
    const why = place.is === "elsewhere" ? place.why : "your browser has not shown yet that it is there";
    const respond = await messagePage({
      title: "Nobody can sign in from here",
      sentence: `This server trusts only browsers on its own machine, and ${why}.`,
      next:
        place.is === "elsewhere"
          ? serveOthers
          : "Go back, reload the page and try again, with cookies allowed.",
      status: 403,
    });
    return { respond };
  },
};

/** The browser shows there that it is on this machine, and comes back to the same address. */
function toDoor({ hostname, pathname, search }: URL, door: number): Response {
  return redirect(`http://${hostname}:${door}/?${new URLSearchParams({ to: pathname + search })}`);
}
