/**
 * Local sign-in: the person at this machine is the only user and confirms with one click on the consent page. Only
 * for a server that is reached through loopback; anywhere else it would let everybody in.
 */
import { fromThisMachine } from "../origin.ts";
import { messagePage } from "../pages/message.ts";
import type { SignIn } from "./sign-in.ts";

export const local: SignIn = {
  // A token was made on this machine.
  admits: () => true,

  async identify(request, { loopback }) {
    if (loopback && fromThisMachine(request.headers))
      return { user: { id: "local", label: "you, on this computer" } };
    const respond = await messagePage({
      title: "Sign-in is not set up",
      sentence: "This server trusts only people at its own machine, and your request comes from elsewhere.",
      next: "Its operator can choose another way to sign in with the setting SIGN_IN.",
      status: 403,
    });
    return { respond };
  },
};
