/**
 * What waits for a person, as an Atom feed (RFC 4287): the list that the page of approvals has, in its words. It holds no
 * address, header or body of a request: a reader of feeds may be somebody else's service.
 */
import { feedPath } from "../auth/feed.ts";
import { pathOf, type Waiting } from "../terms/waiting.ts";
import { pausedInWords, type Paused } from "./pages/approvals.ts";
import { documentsOf, type Documents } from "./parts/in-words.ts";
import { count, visibleLine } from "./text.ts";

/** The newest; the page has all of them. */
const maxEntries = 50;

/** @param origin that clients use */
export async function waitingFeed(env: Env, userId: string, origin: string): Promise<Response> {
  const ledger = env.LEDGER.getByName(userId);
  const things = (await ledger.waitingThings()).slice(0, maxEntries);
  const paused = things.some(({ what }) => what === "run") ? await ledger.pausedRunsWith(maxEntries) : [];
  const documents = await documentsOf(
    env.CATALOGS,
    paused.flatMap(({ requests }) => requests.map(({ request }) => request.api)),
  );
  const entries = things.map((thing) => entry(thing, titleFor(thing, paused, documents), origin));
  const updated = new Date(things[0]?.sinceMs ?? 0).toISOString();
  const xml = `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<title>isogate: what waits for you</title>
<id>${escaped(origin + feedPath)}</id>
<link rel="alternate" href="${escaped(`${origin}/approvals`)}"/>
<updated>${updated}</updated>
${entries.join("")}</feed>
`;
  return new Response(xml, {
    headers: {
      "Content-Type": "application/atom+xml; charset=utf-8",
      "Cache-Control": "no-store",
      "Referrer-Policy": "no-referrer",
      "X-Content-Type-Options": "nosniff",
    },
  });
}

function titleFor(thing: Waiting, paused: readonly Paused[], documents: Documents): string {
  if (thing.what === "program") return `Keep “${visibleLine(thing.name)}”`;
  const found = paused.find((one) => one.paused.id === thing.of);
  return found ? pausedInWords(found, documents) : count(thing.count, "request");
}

function entry(thing: Waiting, title: string, origin: string): string {
  const { client, sinceMs } = thing;
  const link = escaped(origin + pathOf(thing));
  const since = new Date(sinceMs).toISOString();
  const name = escaped(visibleLine(client.name ?? client.id));
  const what = thing.what === "run" ? count(thing.count, "request") : "A program";
  return `<entry>
<id>${link}#${encodeURIComponent(thing.id)}</id>
<title>${escaped(title)}</title>
<link rel="alternate" href="${link}"/>
<updated>${since}</updated>
<author><name>${name}</name></author>
<summary>${escaped(`${what} of ${visibleLine(client.name ?? client.id)} ${thing.count === 1 ? "waits" : "wait"} for you.`)}</summary>
</entry>
`;
}

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** What is visible has no control characters, which XML cannot hold. */
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => entities[sign]!);
