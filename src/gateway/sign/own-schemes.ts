/** The security schemes of the operator's project. One that fails signs nothing, and then nothing is sent. */
import { messageOf, logEvent } from "../../terms/log.ts";
import { onceFor } from "../../terms/once.ts";
import { heldAnswer, own } from "../../terms/own.ts";
import type * as project from "../../terms/public.ts";
import { isHandledBy, placeOf } from "../../request/security.ts";
import { misconfigured } from "../../terms/result.ts";
import type { Scheme } from "./schemes/scheme.ts";

export function ownSchemes(): readonly Scheme[] {
  return adopted(own().scheme);
}

const adopted = onceFor((schemes: readonly project.Scheme[]) => schemes.map(adopt));

/** Shorter words of a credential say how it is meant, and stand in answers by chance. */
const minTokenChars = 16;

/** What an API may repeat of a credential without the name before it (RFC 9110, 11.4). */
const tokensIn = (value: string): string[] =>
  value
    .split(" ")
    .slice(1)
    .filter(({ length }) => length >= minTokenChars);

function adopt(scheme: project.Scheme): Scheme {
  const { name } = scheme;
  return {
    name,
    examples: [],
    heldIn: (secret) => [secret],
    handles: (declared) => isHandledBy(scheme, declared),
    async sign(context) {
      try {
        const signed = await heldAnswer(() => scheme.sign(context));
        if (!signed.ok) return misconfigured(String(signed.failure.message), String(signed.failure.next));
        const { credential, secrets, renew } = signed;
        // What code set there was removed, and nowhere else.
        const place = placeOf(context.declared);
        if (credential.in !== place.in || credential.name !== place.name)
          throw new TypeError(
            `it put the credential into the ${credential.in} ${credential.name}; the declaration says ${place.in} ${place.name}`,
          );
        if (typeof credential.value !== "string" || !secrets.every((one) => typeof one === "string"))
          throw new TypeError("the credential and the secrets have to be texts");
        return {
          ok: true,
          credential,
          // The value itself is one, whatever it says, and what follows the name of its scheme.
          secrets: [...secrets, credential.value, ...tokensIn(credential.value)],
          ...(renew && { renew: () => renew() }),
        };
      } catch (error) {
        logEvent(
          "isogate.own.failed",
          // The message may quote the secret.
          {
            "isogate.own.kind": "scheme",
            "isogate.own.name": name,
            "error.message": messageOf(error).replaceAll(context.secret, "…"),
          },
        );
        return misconfigured(
          `The security scheme "${name}" of this server's operator failed, so nothing was sent.`,
          "Tell the user that the operator finds the reason in the server's log.",
        );
      }
    },
  };
}
