/** The words in which the seed describes traffic. */
import type { FirewallEvent } from "../world/resources.ts";
import type { Random } from "./random.ts";

export type ZoneKey = "shop" | "pay" | "journal";

/** One request, before it has a client and an id. */
export interface Visit extends Pick<
  FirewallEvent,
  "method" | "path" | "status" | "user_agent" | "action" | "rule_id" | "bot_score" | "verified_bot"
> {
  /** Seconds since the log began. */
  atSecond: number;
  zone: ZoneKey;
}

/** Somebody who sends requests, from one address or from several. */
export interface Actor {
  name: string;
  /** Decided only here, in the plan: the log has to show it by the documented rule. */
  hostile: boolean;
  addresses: number;
  family: 4 | 6 | "both";
  /** All that one of the addresses sends. */
  visits: (random: Random) => Visit[];
}

export const logBegin = "2026-11-19T12:00:00Z";
export const logSeconds = 24 * 60 * 60;
export const hour = 60 * 60;

export const browsers = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
  "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
  "Mozilla/5.0 (Linux; Android 16; Pixel 10) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
];

export const crawlerAgent = "Mozilla/5.0 (compatible; AtlasBot/2.4; +https://atlas-search.example/bot)";

const plain = { method: "GET", action: "allow", rule_id: null, status: 200, verified_bot: false } as const;

/** A request that no rule matched, with whatever is different about it. */
export function visit(
  own: Pick<Visit, "atSecond" | "zone" | "path" | "user_agent" | "bot_score"> & Partial<Visit>,
): Visit {
  return { ...plain, ...own };
}

/** Which of `count` turns are special: at least one, at most `most`, spread by chance. */
export function someTurns(random: Random, count: number, most: number): Set<number> {
  const turns = new Set([random.between(0, count - 1)]);
  const wanted = random.between(1, most);
  while (turns.size < wanted) turns.add(random.between(0, count - 1));
  return turns;
}
