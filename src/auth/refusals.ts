/**
 * Why a request to log in was refused, for the person in front of it: the OAuth library's own words are for who writes a
 * client, and name neither the value nor the way on.
 */
import { withoutQuery } from "../terms/log.ts";
import { visibleLine } from "../terms/visible.ts";

export interface Refused {
  /** What is wrong, with the value. */
  sentence: string;
  /** What to do next. */
  next: string;
}

const again = "Nothing was granted. Go back to your client and connect again.";
const readded =
  "Nothing was granted. Remove this server in your client and add it again: it then registers again.";

/** Anybody can make a person open such an address: what is shown of it has no room for a message of theirs. */
const shownWhole = /^[\w.~:/[\]!$&'()*+,;=%-]{1,120}$/;

function named(url: URL, name: string): string {
  const given = url.searchParams.get(name) ?? "";
  // A query may hold a secret.
  const value = URL.canParse(given) ? withoutQuery(given) : given;
  return shownWhole.test(value) ? ` “${value}”` : "";
}

/** By the library's description, or ours (`authorize.ts`). */
const known: Record<string, (url: URL) => Refused> = {
  "client_id is required": () => ({
    sentence: "This address names no client: its client_id is missing.",
    next: "Open it from your client: do not type or shorten it.",
  }),
  "Invalid client_id": (url) => ({
    sentence: `This server does not know the client${named(url, "client_id")}: it registered with another server, or this server's storage was emptied since.`,
    next: readded,
  }),
  "Invalid redirect URI": (url) => {
    const isMissing = !url.searchParams.get("redirect_uri");
    return isMissing
      ? { sentence: "The client did not say where the access goes: redirect_uri is missing.", next: again }
      : {
          sentence: `The client wants the access sent to an address${named(url, "redirect_uri")} that it did not register with this server, or that cannot be trusted with it.`,
          next: readded,
        };
  },
  "Missing transaction handle": () => ({
    sentence: "This was not sent from the page that asks for access.",
    next: again,
  }),
  "This authorization was not started in this browser; start again": () => ({
    sentence:
      "This page was answered before, was opened in another browser, or this browser keeps no cookies for this server.",
    next: again,
  }),
  "This authorization belongs to a different browser session; start again": () => ({
    sentence: "This page was opened in another browser session.",
    next: again,
  }),
  "This authorization expired or was already used; start again": () => ({
    sentence:
      "This page has expired, or was answered before. Each is good for one answer within ten minutes.",
    next: again,
  }),
};

/** @param description of the error that the library threw @param url that was opened */
export function refusedInWords(description: string, url: URL): Refused {
  return known[description]?.(url) ?? { sentence: `${visibleLine(description)}.`, next: again };
}
