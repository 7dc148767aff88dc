/**
 * The attack: 23 addresses. Each sends at least one request that an attack rule matched, with a bot score below 30,
 * without being a verified bot. Most of what they send looks like anybody's.
 */
import { browsers, crawlerAgent, hour, someTurns, visit, type Actor } from "./visit.ts";

const probedPaths = [
  "/.env",
  "/.git/config",
  "/wp-login.php",
  "/wp-admin/setup-config.php",
  "/phpinfo.php",
  "/server-status",
  "/backup.zip",
  "/api/swagger.json",
  "/actuator/env",
  "/.aws/credentials",
];

export const hostileActors: Actor[] = [
  {
    // Spread out: a dozen requests from each address over three hours, few of them caught, and those only logged.
    name: "credential stuffing",
    hostile: true,
    addresses: 17,
    family: "both",
    visits: (random) => {
      const count = random.between(9, 14);
      const caught = someTurns(random, count, 3);
      const start = 19 * hour + random.between(0, hour);
      return Array.from({ length: count }, (_, turn) => {
        const request = {
          atSecond: start + turn * 12 * 60 + random.between(0, 600),
          zone: "shop",
          method: "POST",
          path: "/account/login",
          status: random.chance(0.04) ? 200 : 401,
          user_agent: random.pick(browsers),
        } as const;
        return caught.has(turn)
          ? visit({
              ...request,
              action: "log",
              rule_id: "leaked-credentials",
              bot_score: random.between(3, 24),
            })
          : visit({ ...request, bot_score: random.between(5, 55) });
      });
    },
  },
  {
    // Claims to be a search engine. Only `verified_bot` tells it from the real one.
    name: "scanner",
    hostile: true,
    addresses: 1,
    family: 4,
    visits: (random) =>
      Array.from({ length: 64 }, (_, turn) =>
        visit({
          atSecond: 20 * hour + turn * 14 + random.between(0, 9),
          zone: turn % 2 === 0 ? "shop" : "journal",
          path: random.pick(probedPaths),
          status: 403,
          user_agent: crawlerAgent,
          action: "block",
          rule_id: "scanner-paths",
          bot_score: random.between(1, 4),
        }),
      ),
  },
  {
    name: "SQL injection",
    hostile: true,
    addresses: 2,
    family: 4,
    visits: (random) => {
      const count = random.between(9, 13);
      const caught = someTurns(random, count, 6);
      const start = random.between(17, 21) * hour;
      return Array.from({ length: count }, (_, turn) => {
        const request = {
          atSecond: start + turn * 40 + random.between(0, 30),
          zone: "shop",
          path: random.pick(["/search", "/products", "/products/filter"]),
          user_agent: browsers[0] ?? "",
          bot_score: random.between(4, 20),
        } as const;
        return caught.has(turn)
          ? visit({ ...request, status: 403, action: "challenge", rule_id: "sql-injection" })
          : visit({ ...request, status: random.pick([200, 500]) });
      });
    },
  },
  {
    name: "card testing",
    hostile: true,
    addresses: 2,
    family: 6,
    visits: (random) => {
      const count = random.between(12, 16);
      const caught = someTurns(random, count, 2);
      const start = random.between(18, 22) * hour;
      return Array.from({ length: count }, (_, turn) => {
        const request = {
          atSecond: start + turn * 5 * 60 + random.between(0, 240),
          zone: "pay",
          method: "POST",
          path: "/v2/charges",
          status: 402,
          user_agent: random.pick(browsers),
        } as const;
        return caught.has(turn)
          ? visit({ ...request, action: "log", rule_id: "card-testing", bot_score: random.between(8, 29) })
          : visit({ ...request, bot_score: random.between(15, 60) });
      });
    },
  },
  {
    name: "flood",
    hostile: true,
    addresses: 1,
    family: 4,
    visits: (random) =>
      Array.from({ length: 90 }, (_, turn) => {
        const request = {
          atSecond: 22 * hour + turn * 4 + random.between(0, 3),
          zone: "shop",
          path: "/search",
          user_agent: browsers[1] ?? "",
          bot_score: random.between(2, 9),
        } as const;
        return turn % 3 === 2
          ? visit({ ...request, status: 429, action: "challenge", rule_id: "request-flood" })
          : visit(request);
      }),
  },
];
