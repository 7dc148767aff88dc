/**
 * Who must not be blocked although something about them looks bad. Each misses at least one of the three conditions
 * in every single request: an attack rule, a bot score below 30, not a verified bot.
 */
import { browsers, crawlerAgent, hour, logSeconds, someTurns, visit, type Actor } from "./visit.ts";

const pages = ["/", "/products", "/products/lamp-04", "/cart", "/search", "/about", "/contact"];

export const harmlessActors: Actor[] = [
  {
    // The most requests of all, logins with a known password among them; a verified bot.
    name: "monitoring",
    hostile: false,
    addresses: 2,
    family: 4,
    visits: (random) =>
      Array.from({ length: 288 }, (_, turn) => {
        const request = {
          atSecond: turn * 300 + random.between(0, 20),
          zone: turn % 2 === 0 ? "shop" : "pay",
          user_agent: "PulseWatch/3.2 (+https://pulsewatch.example)",
          bot_score: 1,
          verified_bot: true,
        } as const;
        return turn % 12 === 0
          ? visit({
              ...request,
              method: "POST",
              path: "/account/login",
              action: "log",
              rule_id: "leaked-credentials",
            })
          : visit({ ...request, path: "/health" });
      }),
  },
  {
    name: "search engine",
    hostile: false,
    addresses: 3,
    family: "both",
    visits: (random) =>
      Array.from({ length: random.between(50, 70) }, () => {
        const request = {
          atSecond: random.between(0, logSeconds - 1),
          zone: random.pick(["shop", "journal"] as const),
          user_agent: crawlerAgent,
          bot_score: random.between(2, 5),
          verified_bot: true,
        };
        return random.chance(0.15)
          ? visit({
              ...request,
              path: "/backup.zip",
              status: 403,
              action: "block",
              rule_id: "scanner-paths",
            })
          : visit({ ...request, path: random.pick(pages) });
      }),
  },
  {
    // Editors paste SQL-looking text into the shop's back office; plainly people.
    name: "office",
    hostile: false,
    addresses: 1,
    family: 4,
    visits: (random) =>
      Array.from({ length: 180 }, (_, turn) => {
        const request = {
          // From 20:00 to 24:00 of the log: the working morning.
          atSecond: 20 * hour + turn * 78 + random.between(0, 60),
          zone: "shop",
          user_agent: random.pick(browsers.slice(0, 3)),
          bot_score: random.between(72, 99),
        } as const;
        return turn % 25 === 7
          ? visit({
              ...request,
              method: "POST",
              path: "/admin/products",
              status: 403,
              action: "challenge",
              rule_id: "sql-injection",
            })
          : visit({ ...request, path: random.pick(["/admin/orders", "/admin/products", ...pages]) });
      }),
  },
  {
    name: "customers with an old password",
    hostile: false,
    addresses: 6,
    family: "both",
    visits: (random) => {
      // As many failed logins as the attackers have.
      const count = random.between(9, 14);
      const caught = someTurns(random, count, 2);
      const start = random.between(0, 23 * hour);
      return Array.from({ length: count }, (_, turn) => {
        const request = {
          atSecond: start + turn * 45 + random.between(0, 30),
          zone: "shop",
          method: "POST",
          path: "/account/login",
          status: 401,
          user_agent: browsers[turn % 2] ?? "",
          action: "log",
          bot_score: random.between(55, 96),
        } as const;
        return visit({ ...request, rule_id: caught.has(turn) ? "leaked-credentials" : "login-failures" });
      });
    },
  },
  {
    // At the threshold, not below it.
    name: "password manager",
    hostile: false,
    addresses: 1,
    family: 4,
    visits: (random) =>
      Array.from({ length: 6 }, (_, turn) =>
        visit({
          atSecond: 21 * hour + turn * 90 + random.between(0, 60),
          zone: "shop",
          method: "POST",
          path: "/account/login",
          status: 401,
          user_agent: browsers[2] ?? "",
          action: "log",
          rule_id: "leaked-credentials",
          bot_score: 30 + turn,
        }),
      ),
  },
  {
    // Surely automated, not verified, and wanted: no attack rule ever matches.
    name: "partner integration",
    hostile: false,
    addresses: 1,
    family: 4,
    visits: (random) =>
      Array.from({ length: 150 }, (_, turn) =>
        visit({
          atSecond: turn * 570 + random.between(0, 400),
          zone: "pay",
          method: "POST",
          path: "/v2/charges",
          status: random.chance(0.1) ? 402 : 201,
          user_agent: "lantern-sync/1.9",
          action: "log",
          rule_id: "unusual-client",
          bot_score: random.between(3, 15),
        }),
      ),
  },
  {
    // Many people behind one address: scripts with low scores, and people whom an attack rule matched, never both.
    name: "mobile carrier",
    hostile: false,
    addresses: 1,
    family: 4,
    visits: (random) =>
      Array.from({ length: 85 }, (_, turn) => {
        const request = {
          atSecond: random.between(0, logSeconds - 1),
          zone: "shop",
          user_agent: random.pick(browsers.slice(3)),
        } as const;
        if (turn % 17 === 3)
          return visit({
            ...request,
            method: "POST",
            path: "/account/login",
            status: 401,
            action: "log",
            rule_id: "leaked-credentials",
            bot_score: random.between(60, 95),
          });
        return turn % 9 === 4
          ? visit({
              ...request,
              path: "/search",
              action: "log",
              rule_id: "unusual-client",
              bot_score: random.between(6, 25),
            })
          : visit({ ...request, path: random.pick(pages), bot_score: random.between(6, 98) });
      }),
  },
  {
    name: "visitors from a country that is not served",
    hostile: false,
    addresses: 12,
    family: "both",
    visits: (random) =>
      Array.from({ length: random.between(2, 5) }, () =>
        visit({
          atSecond: random.between(0, logSeconds - 1),
          zone: "shop",
          path: random.pick(pages),
          status: 451,
          user_agent: random.pick(browsers),
          action: "block",
          rule_id: "restricted-country",
          bot_score: random.between(10, 95),
        }),
      ),
  },
  {
    name: "sites that embed our pictures",
    hostile: false,
    addresses: 8,
    family: 4,
    visits: (random) =>
      Array.from({ length: random.between(3, 6) }, () =>
        visit({
          atSecond: random.between(0, logSeconds - 1),
          zone: "journal",
          path: `/images/${random.between(10, 99)}.webp`,
          status: 403,
          user_agent: random.pick(browsers),
          action: "challenge",
          rule_id: "hotlink",
          bot_score: random.between(15, 90),
        }),
      ),
  },
];

/** Everybody else. Their number of requests is what is missing to a full log. */
export const visitors: Actor = {
  name: "visitors",
  hostile: false,
  addresses: 340,
  family: "both",
  visits: (random) => {
    // Fewer at night, most in the evening.
    const atSecond = Math.floor((random.fraction() ** 0.8 * 18 + random.fraction() * 6) * hour);
    const request = {
      atSecond,
      zone: random.pick(["shop", "shop", "shop", "pay", "journal"] as const),
      user_agent: random.pick(browsers),
    };
    const kind = random.fraction();
    if (kind < 0.04)
      return [
        visit({
          ...request,
          zone: "shop",
          method: "POST",
          path: "/account/login",
          status: 401,
          action: "log",
          rule_id: "login-failures",
          bot_score: random.between(25, 97),
        }),
      ];
    if (kind < 0.09)
      return [
        visit({
          ...request,
          path: random.pick(pages),
          action: "log",
          rule_id: "unusual-client",
          bot_score: random.between(2, 40),
        }),
      ];
    const status = random.chance(0.05) ? 404 : 200;
    return [visit({ ...request, path: random.pick(pages), status, bot_score: random.between(18, 99) })];
  },
};
