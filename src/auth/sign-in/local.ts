/**
 * Local sign-in: whoever sits at this machine is the one user, and the consent page is the one click. Only for a
 * server that is reached through loopback; anywhere else it would let everybody in.
 */
import { fromThisMachine } from "../origin.ts";
import { messagePage } from "../pages/message.ts";
import type { SignIn } from "./sign-in.ts";

export const local: SignIn = {
  async identify(request, { loopback }) {
    if (loopback && fromThisMachine(request.headers))
      return { user: { id: "local", label: "you, on this computer" } };
    const respond = await messagePage({
      title: "Sign-in is not set up",
      sentence: "This server signs people in by trusting its own machine, and you are not on it.",
      next: "Whoever runs it can choose another way to sign in with the variable SIGN_IN.",
      status: 403,
    });
    return { respond };
  },
};
