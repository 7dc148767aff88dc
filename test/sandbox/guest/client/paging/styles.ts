/**
 * How APIs page, each as a small server of seven things, three a page: what it takes, what it answers, and how many
 * requests the list needs. A server takes only what it documents, and refuses or ignores the rest as the real one does.
 * The answers are shortened from the documentation of the API that a row is named after.
 */

import { furtherStyles } from "./further-styles.ts";
import {
  after,
  all,
  at,
  byOffset,
  byPage,
  byToken,
  cut,
  inQuery,
  integer,
  json,
  number,
  q,
  refused,
  text,
  things,
  type Answered,
  type Ask,
  type Style,
} from "./small-server.ts";

export { things, type Style };

const apis: Style[] = [
  {
    name: "github",
    takes: ["page#", "per_page#"],
    answer: (ask) => {
      const page = number(q(ask, "page"), 1);
      const to = (one: number, rel: string) => `<${ask.url}?page=${one}>; rel="${rel}"`;
      const links = page < 3 ? [to(page + 1, "next"), to(3, "last")] : [to(1, "first"), to(page - 1, "prev")];
      return json(cut((page - 1) * 3), { link: links.join(", ") });
    },
    requests: 3,
  },
  {
    name: "github-search",
    takes: ["q", "page#"],
    answer: (ask) => {
      const page = number(q(ask, "page"), 1);
      const link =
        page < 3 ? `<${ask.url}?q=x&page=${page + 1}>; rel="next"` : `<${ask.url}?page=1>; rel="first"`;
      return json({ total_count: 7, incomplete_results: false, items: cut((page - 1) * 3) }, { link });
    },
    requests: 3,
  },
  {
    name: "gitlab",
    takes: ["page#", "per_page#"],
    answer: (ask) => {
      const page = number(q(ask, "page"), 1);
      const headers = {
        "x-next-page": page < 3 ? String(page + 1) : "",
        "x-page": String(page),
        "x-per-page": "3",
        "x-prev-page": "",
      };
      return json(cut((page - 1) * 3), headers);
    },
    requests: 3,
  },
  {
    name: "gitlab-totals",
    takes: ["page#", "per_page#"],
    answer: (ask) => json(cut((number(q(ask, "page"), 1) - 1) * 3), { "x-total": "7", "x-total-pages": "3" }),
    requests: 3,
  },
  {
    name: "wordpress",
    takes: ["page#", inQuery("per_page", { type: "integer", default: 10 })],
    answer: (ask) => {
      const page = number(q(ask, "page"), 1);
      if (page > 3) return refused();
      return json(cut((page - 1) * 3), { "x-wp-total": "7", "x-wp-totalpages": "3" });
    },
    requests: 3,
  },
  {
    name: "heroku",
    answer: ({ headers }) => {
      const from = number(/^\]id (\d)/.exec(headers["range"] ?? "]id 0")?.[1], 0);
      const isLast = from + 3 >= all.length;
      return json(
        cut(from),
        {
          "content-range": `id ${from}..${from + 2}`,
          ...(!isLast && { "next-range": `]id ${from + 3}..; max=3` }),
        },
        isLast ? 200 : 206,
      );
    },
    requests: 3,
  },
  {
    name: "postgrest",
    takes: ["offset", "limit", "@Range"],
    answer: (ask) => {
      const from = number(q(ask, "offset"), 0);
      return json(cut(from), { "content-range": `${from}-${Math.min(from + 2, 6)}/7` }, 206);
    },
    requests: 3,
  },
  {
    name: "content-range",
    answer: ({ headers }) => {
      const from = number(/^items=(\d+)-/.exec(headers["range"] ?? "items=0-")?.[1], 0);
      const last = Math.min(from + 2, 6);
      return json({ things: cut(from) }, { "content-range": `items ${from}-${last}/7` }, 206);
    },
    requests: 3,
  },
  {
    name: "shopify",
    takes: ["limit#", "page_info"],
    answer: (ask) => {
      const from = at(q(ask, "page_info"));
      const next = after(from);
      return json(
        { products: cut(from) },
        {
          link: next
            ? `<${ask.url}?limit=3&page_info=${next}>; rel="next"`
            : `<${ask.url}?page_info=t0>; rel="previous"`,
        },
      );
    },
    requests: 3,
  },
  {
    name: "mastodon",
    takes: ["max_id", "since_id", "min_id", "limit#"],
    answer: (ask) => {
      const from = at(q(ask, "max_id"));
      const next = after(from);
      return json(cut(from), {
        link: [
          ...(next ? [`<${ask.url}?max_id=${next}>; rel="next"`] : []),
          `<${ask.url}?min_id=t0>; rel="prev"`,
        ].join(", "),
      });
    },
    requests: 3,
  },
  {
    name: "okta",
    takes: ["after", "limit#"],
    answer: (ask) => {
      const next = after(at(q(ask, "after")));
      return json(cut(at(q(ask, "after"))), {
        link: `<${ask.url}>; rel="self"${next ? `, <${ask.url}?after=${next}>; rel="next"` : ""}`,
      });
    },
    requests: 3,
  },
  {
    name: "servicenow",
    takes: ["sysparm_offset#", "sysparm_limit#", "sysparm_query"],
    args: "{ query: { sysparm_limit: 3 } }",
    answer: (ask) => json({ result: cut(number(q(ask, "sysparm_offset"), 0)) }, { "x-total-count": "7" }),
    requests: 3,
  },
  {
    name: "stripe",
    takes: ["starting_after", "ending_before", "limit#"],
    answer: (ask) => {
      const from = all.findIndex(({ id }) => id === q(ask, "starting_after")) + 1;
      return json({ object: "list", url: "/v1/things", data: cut(from), has_more: from + 3 < all.length });
    },
    requests: 3,
  },
  {
    name: "anthropic",
    takes: ["before_id", "after_id", "limit#"],
    answer: (ask) => {
      const from = all.findIndex(({ id }) => id === q(ask, "after_id")) + 1;
      const data = cut(from);
      return json({ data, has_more: from + 3 < all.length, first_id: data[0]?.id, last_id: data.at(-1)?.id });
    },
    requests: 3,
  },
  {
    name: "slack",
    takes: ["cursor", "limit#"],
    answer: byToken("cursor", (members, next) => ({
      ok: true,
      members,
      response_metadata: { next_cursor: next ?? "" },
    })),
    requests: 3,
  },
  {
    name: "zendesk",
    takes: ["page[size]#", "page[after]", "page[before]"],
    // Its link is there on the last page, too.
    answer: byToken("page[after]", (tickets, next, { url }) => ({
      tickets,
      meta: { has_more: next !== undefined, after_cursor: next ?? "t9", before_cursor: "t0" },
      links: { next: `${url}?page[after]=${next ?? "t9"}`, prev: null },
    })),
    requests: 3,
  },
  {
    name: "zendesk-incremental",
    takes: ["start_time#"],
    answer: (ask) => {
      const from = number(q(ask, "start_time"), 0);
      return json({
        tickets: cut(from),
        end_time: from + 3,
        next_page: `${ask.url}?start_time=${from + 3}`,
        end_of_stream: from + 3 >= 7,
      });
    },
    requests: 3,
  },
  {
    name: "hubspot",
    takes: ["after", "limit#"],
    answer: byToken("after", (results, next, { url }) => ({
      results,
      ...(next && { paging: { next: { after: next, link: `${url}?after=${next}` } } }),
    })),
    requests: 3,
  },
  {
    name: "elasticsearch-from",
    posts: { query: {}, from: integer, size: integer },
    args: "{ body: { query: { match_all: {} }, size: 3 } }",
    answer: ({ body }) =>
      json({
        took: 1,
        timed_out: false,
        _shards: { total: 5, successful: 5 },
        hits: { total: { value: 7, relation: "eq" }, max_score: 1, hits: cut(number(body.from, 0)) },
      }),
    requests: 3,
  },
  {
    name: "elasticsearch-search-after",
    posts: { query: {}, sort: {}, size: integer, search_after: { type: "array", items: {} } },
    args: "{ body: { size: 3, sort: ['n'] } }",
    answer: ({ body }) => {
      const from = number(body.search_after?.[0], 0);
      return json({
        hits: {
          total: { value: 7, relation: "eq" },
          hits: cut(from).map((one, index) => ({ ...one, sort: [from + index + 1] })),
        },
      });
    },
    requests: 3,
  },
  {
    name: "dynamodb",
    posts: { TableName: text, Limit: integer, ExclusiveStartKey: { type: "object" } },
    args: "{ body: { TableName: 't' } }",
    answer: ({ body }) => {
      const from = number(body.ExclusiveStartKey?.id?.N, 0);
      return json({
        Count: cut(from).length,
        ScannedCount: 9,
        Items: cut(from),
        ...(from < 6 && { LastEvaluatedKey: { id: { N: String(from + 3) } } }),
      });
    },
    requests: 3,
  },
  {
    name: "dynamodb-key-in-the-query",
    takes: ["cursor_key", "start_key"],
    answer: ({ query }) => {
      const key = query.get("start_key");
      const from = number(key === null ? undefined : JSON.parse(key).id, 0);
      return json({ Items: cut(from), ...(from < 6 && { LastEvaluatedKey: { id: String(from + 3) } }) });
    },
    requests: 4,
  },
  {
    name: "graphql",
    posts: { query: text, variables: { type: "object" } },
    args: "{ body: { query: 'q', variables: { first: 3, after: null } } }",
    answer: ({ body }) => {
      const from = at(body.variables.after);
      return json({
        data: {
          repository: {
            labels: { nodes: [{ name: "x" }], pageInfo: { hasNextPage: true, endCursor: "l1" } },
            issues: {
              totalCount: 7,
              nodes: cut(from),
              pageInfo: { endCursor: `t${from + 3}`, hasNextPage: from + 3 < 7 },
            },
          },
        },
      });
    },
    requests: 3,
  },
  {
    name: "scim",
    takes: ["startIndex#", "count#"],
    answer: byOffset("startIndex", 1, (Resources, startIndex) => ({
      schemas: ["urn:x"],
      totalResults: 7,
      itemsPerPage: Resources.length,
      startIndex,
      Resources,
    })),
    requests: 3,
  },
  {
    name: "laravel",
    takes: ["page#"],
    answer: byPage("page", 1, (data, current_page, isLast, { url }) => ({
      current_page,
      data,
      first_page_url: `${url}?page=1`,
      from: (current_page - 1) * 3 + 1,
      last_page: 3,
      last_page_url: `${url}?page=3`,
      links: [{ url: null, label: "Previous", active: false }],
      next_page_url: isLast ? null : `${url}?page=${current_page + 1}`,
      path: url,
      per_page: 3,
      prev_page_url: null,
      to: 3,
      total: 7,
    })),
    requests: 3,
  },
  {
    name: "django",
    takes: ["page#"],
    answer: byPage("page", 1, (results, page, isLast, { url }) => ({
      count: 7,
      next: isLast ? null : `${url}?page=${page + 1}`,
      previous: null,
      results,
    })),
    requests: 3,
  },
  {
    name: "twilio",
    takes: ["PageSize#", "Page#", "PageToken"],
    answer: byPage("Page", 0, (calls, page, isLast, { url }) => ({
      calls,
      page,
      page_size: 3,
      first_page_uri: "/x",
      next_page_uri: isLast ? null : `${new URL(url).pathname}?Page=${page + 1}&PageToken=P`,
    })),
    requests: 3,
  },
  {
    name: "facebook",
    takes: ["after", "before", "limit#"],
    answer: byToken("after", (data, next, { url }) => ({
      data,
      paging: {
        cursors: { before: "t0", after: next ?? "t9" },
        ...(next && { next: `${url}?after=${next}` }),
      },
    })),
    requests: 3,
  },
  {
    name: "google",
    takes: ["pageToken", "maxResults#", "pageSize#"],
    answer: byToken("pageToken", (files, next) => ({
      kind: "drive#fileList",
      files,
      ...(next && { nextPageToken: next }),
    })),
    requests: 3,
  },
  {
    name: "google-numbered-page-token",
    takes: ["page_token", "page_size#", "skip#"],
    answer: byToken("page_token", (files, next) => ({ files, next_page_token: next ?? "", total_size: 7 })),
    requests: 3,
  },
  {
    name: "notion",
    posts: { filter: {}, start_cursor: text, page_size: integer },
    args: "{ body: { filter: {} } }",
    answer: ({ body }) => {
      const from = at(body.start_cursor);
      return json({
        object: "list",
        results: cut(from),
        next_cursor: after(from) ?? null,
        has_more: after(from) !== undefined,
      });
    },
    requests: 3,
  },
  {
    name: "box",
    takes: ["marker", "usemarker", "limit#"],
    answer: byToken("marker", (entries, next) => ({ entries, limit: 3, next_marker: next ?? "" })),
    requests: 3,
  },
  {
    name: "confluence",
    takes: ["start#", "limit#"],
    answer: byOffset("start", 0, (results, start, isLast, { url }) => ({
      results,
      start,
      limit: 3,
      size: results.length,
      _links: {
        base: new URL(url).origin,
        context: "",
        self: url,
        ...(!isLast && { next: `${new URL(url).pathname}?limit=3&start=${start + 3}` }),
      },
    })),
    requests: 3,
  },
  {
    name: "bitbucket",
    takes: ["page#", "pagelen#"],
    answer: byPage("page", 1, (values, page, isLast, { url }) => ({
      pagelen: 3,
      size: 7,
      page,
      values,
      ...(!isLast && { next: `${url}?page=${page + 1}` }),
    })),
    requests: 3,
  },
  {
    name: "bitbucket-server",
    takes: ["start#", "limit#"],
    answer: byOffset("start", 0, (values, start, isLastPage) => ({
      size: values.length,
      limit: 3,
      start,
      isLastPage,
      values,
      nextPageStart: isLastPage ? null : start + 3,
    })),
    requests: 3,
  },
  {
    name: "jira",
    takes: ["startAt#", "maxResults#"],
    answer: byOffset("startAt", 0, (issues, startAt) => ({ startAt, maxResults: 3, total: 7, issues })),
    requests: 3,
  },
  {
    name: "jira-new",
    takes: ["nextPageToken", "maxResults#"],
    answer: byToken("nextPageToken", (issues, next) => ({
      issues,
      ...(next && { nextPageToken: next }),
      isLast: next === undefined,
    })),
    requests: 3,
  },
  {
    name: "discord",
    takes: ["before", "after", "around", inQuery("limit", { type: "integer", default: 3, maximum: 100 })],
    answer: (ask) => {
      const ids = [97, 96, 95, 94, 93, 92, 91].map((id) => ({ id: String(id) }));
      const from =
        q(ask, "before") === undefined ? 0 : ids.findIndex(({ id }) => id === q(ask, "before")) + 1;
      return json(ids.slice(from, from + 3));
    },
    ids: "97,96,95,94,93,92,91",
    requests: 3,
  },
  {
    name: "discord-members",
    takes: ["after", inQuery("limit", { type: "integer", default: 3, maximum: 1000 })],
    answer: (ask) => {
      const ids = [91, 92, 93, 94, 95, 96, 97].map((id) => ({ id: String(id) }));
      return json(ids.filter(({ id }) => Number(id) > number(q(ask, "after"), 0)).slice(0, 3));
    },
    ids: "91,92,93,94,95,96,97",
    requests: 3,
  },
  {
    name: "telegram",
    takes: [inQuery("offset", integer, "Identifier of the first update to be returned."), "limit#"],
    args: "{ query: { limit: 3 } }",
    answer: (ask) => {
      const ids = [91, 92, 93, 94, 95, 96, 97].map((update_id) => ({ update_id, id: `u${update_id}` }));
      return json({
        ok: true,
        result: ids.filter(({ update_id }) => update_id >= number(q(ask, "offset"), 0)).slice(0, 3),
      });
    },
    ids: "u91,u92,u93,u94,u95,u96,u97",
    requests: 3,
  },
  {
    name: "plaid",
    posts: { client_id: text, cursor: text, count: integer },
    args: "{ body: { client_id: 'c' } }",
    answer: ({ body }) => {
      const from = at(body.cursor);
      return json({
        added: cut(from),
        modified: [],
        removed: [],
        next_cursor: `t${from + 3}`,
        has_more: from + 3 < 7,
      });
    },
    requests: 3,
  },
  {
    name: "paypal",
    takes: ["page#", "page_size#"],
    answer: byPage("page", 1, (items, page, isLast, { url }) => ({
      items,
      links: [
        { href: url, rel: "self", method: "GET" },
        ...(isLast ? [] : [{ href: `${url}?page=${page + 1}`, rel: "next", method: "GET" }]),
      ],
    })),
    requests: 3,
  },
  {
    name: "mailchimp",
    takes: ["offset#", "count#"],
    answer: byOffset("offset", 0, (lists) => ({
      lists,
      total_items: 7,
      _links: [{ rel: "self", href: "x" }],
    })),
    requests: 3,
  },
  {
    name: "datadog",
    takes: ["page[cursor]", "page[limit]#"],
    answer: byToken("page[cursor]", (data, next) => ({ data, meta: { page: next ? { after: next } : {} } })),
    requests: 3,
  },
  {
    name: "datadog-offset",
    takes: ["page[offset]#", "page[limit]#"],
    args: "{ query: { 'page[limit]': 3 } }",
    answer: byOffset("page[offset]", 0, (data) => ({ data })),
    requests: 3,
  },
  {
    name: "trello",
    takes: ["before", "since", "limit#"],
    args: "{ query: { limit: 3 } }",
    answer: (ask) => {
      const ids = [17, 16, 15, 14, 13, 12, 11].map((id) => ({ id: String(id) }));
      const from =
        q(ask, "before") === undefined ? 0 : ids.findIndex(({ id }) => id === q(ask, "before")) + 1;
      return json(ids.slice(from, from + 3));
    },
    ids: "17,16,15,14,13,12,11",
    requests: 3,
  },
  {
    name: "netsuite",
    takes: ["offset#", "limit#"],
    answer: byOffset("offset", 0, (items, offset, isLast, { url }) => ({
      links: [
        { rel: "self", href: url },
        ...(isLast ? [] : [{ rel: "next", href: `${url}?offset=${offset + 3}` }]),
      ],
      count: items.length,
      hasMore: !isLast,
      items,
      offset,
      totalResults: 7,
    })),
    requests: 3,
  },
  {
    name: "sharepoint",
    takes: ["$skiptoken", "$top#"],
    answer: byToken("$skiptoken", (results, next, { url }) => ({
      d: { results, ...(next && { __next: `${url}?$skiptoken=${next}` }) },
    })),
    requests: 3,
  },
  {
    name: "adyen",
    takes: ["pageNumber#", "pageSize#"],
    answer: byPage("pageNumber", 1, (data, page, isLast, { url }) => ({
      _links: {
        first: { href: url },
        self: { href: url },
        ...(!isLast && { next: { href: `${url}?pageNumber=${page + 1}` } }),
      },
      itemsTotal: 7,
      pagesTotal: 3,
      data,
    })),
    requests: 3,
  },
  {
    name: "cloudflare",
    takes: ["page#", "per_page#"],
    answer: byPage("page", 1, (result, page) => ({
      success: true,
      errors: [],
      messages: [],
      result,
      result_info: { page, per_page: 3, count: result.length, total_count: 7, total_pages: 3 },
    })),
    requests: 3,
  },
  {
    name: "cloudflare-cursors",
    takes: ["cursor", "per_page#"],
    answer: byToken("cursor", (result, next) => ({
      success: true,
      errors: [],
      result,
      result_info: { count: result.length, cursors: { before: "t0", ...(next && { after: next }) } },
    })),
    requests: 3,
  },
  {
    name: "kubernetes",
    takes: ["continue", "limit#"],
    answer: byToken("continue", (items, next) => ({
      kind: "PodList",
      metadata: {
        resourceVersion: "9",
        ...(next ? { continue: next, remainingItemCount: 4 } : { continue: "" }),
      },
      items,
    })),
    requests: 3,
  },
  {
    name: "azure",
    takes: ["$skiptoken", "api-version"],
    answer: byToken("$skiptoken", (value, next, { url }) => ({
      value,
      ...(next && { nextLink: `${url}?$skiptoken=${next}` }),
    })),
    requests: 3,
  },
  {
    name: "cosmos",
    takes: ["@x-ms-continuation", "@x-ms-max-item-count"],
    answer: ({ headers }) => {
      const from = at(headers["x-ms-continuation"]);
      return json(
        { _rid: "r", Documents: cut(from), _count: cut(from).length },
        after(from) ? { "x-ms-continuation": after(from) as string } : {},
      );
    },
    requests: 3,
  },
  {
    name: "spring",
    takes: ["page#", "size#", "sort"],
    answer: byPage("page", 0, (content, page, last) => ({
      content,
      pageable: { pageNumber: page, pageSize: 3, offset: page * 3, paged: true },
      totalPages: 3,
      totalElements: 7,
      last,
      first: page === 0,
      size: 3,
      number: page,
      numberOfElements: content.length,
      empty: false,
    })),
    requests: 3,
  },
  {
    name: "spring-slim",
    takes: ["page#", "size#"],
    answer: byPage("page", 0, (content, page) => ({
      content,
      page: { size: 3, number: page, totalElements: 7, totalPages: 3 },
    })),
    requests: 3,
  },
  {
    name: "fastapi",
    takes: ["page#", "size#"],
    answer: byPage("page", 1, (items, page) => ({ items, total: 7, page, size: 3, pages: 3 })),
    requests: 3,
  },
  {
    name: "salesforce",
    takes: ["q"],
    args: "{ query: { q: 'SELECT Id' } }",
    answer: ({ rest, url }) => {
      const from = rest === "" ? 0 : at(rest.slice(4));
      return json({
        totalSize: 7,
        done: from + 3 >= 7,
        ...(from + 3 < 7 && { nextRecordsUrl: `${new URL(url).pathname}/01g-t${from + 3}` }),
        records: cut(from),
      });
    },
    requests: 3,
  },
  {
    // AutoRest's extension names the member, which no rule would take for the next page.
    name: "autorest",
    says: { "x-ms-pageable": { nextLinkName: "resumeHere", itemName: "jobs" } },
    answer: (ask) => {
      const from = number(q(ask, "from"), 0);
      const jobs = cut(from);
      const items = [{ id: "x" }, { id: "y" }, { id: "z" }, { id: "w" }];
      return json({ items, jobs, ...(from < 6 && { resumeHere: `${ask.url}?from=${from + 3}` }) });
    },
    requests: 3,
  },
  {
    name: "fhir",
    takes: ["_count#"],
    answer: (ask) => {
      const from = number(q(ask, "_getpagesoffset"), 0);
      const to = (relation: string, offset: number) => ({
        relation,
        url: `${ask.url}?_getpagesoffset=${offset}`,
      });
      return json({
        resourceType: "Bundle",
        link: [to("self", from), ...(from < 6 ? [to("next", from + 3)] : []), to("first", 0), to("last", 6)],
        entry: cut(from),
      });
    },
    requests: 3,
  },
  {
    name: "discourse",
    answer: (ask) => {
      const page = number(q(ask, "page"), 0);
      const more = page < 2 ? { more_topics_url: `${new URL(ask.url).pathname}?page=${page + 1}` } : {};
      const users = [{ id: "u1" }, { id: "u2" }, { id: "u3" }, { id: "u4" }];
      return json({ users, topic_list: { ...more, per_page: 3, topics: cut(page * 3) } });
    },
    requests: 3,
  },
  {
    // The last page has a token for later changes in place of the next page.
    name: "google-calendar",
    takes: ["pageToken", "syncToken"],
    answer: byToken("pageToken", (items, next) => ({
      items,
      ...(next === undefined ? { nextSyncToken: "later" } : { nextPageToken: next }),
    })),
    requests: 3,
  },
  {
    name: "microsoft-graph-delta",
    answer: (ask) => {
      const from = at(q(ask, "$skiptoken"));
      const next = after(from);
      return json({
        ...(next === undefined
          ? { "@odata.deltaLink": `${ask.url}?$deltatoken=later` }
          : { "@odata.nextLink": `${ask.url}?$skiptoken=${next}` }),
        value: cut(from),
      });
    },
    requests: 3,
  },
  {
    // The mark is on every page; it stays the same when there is nothing more.
    name: "solr",
    takes: ["cursorMark", "rows#"],
    args: '{ query: { cursorMark: "*" } }',
    answer: (ask) => {
      const mark = q(ask, "cursorMark") ?? "*";
      const from = mark === "*" ? 0 : Number(mark.slice(1));
      const docs = cut(from);
      return json({
        response: { numFound: 7, start: 0, docs },
        nextCursorMark: docs.length > 0 ? `m${from + docs.length}` : mark,
      });
    },
    requests: 4,
  },
  {
    name: "crossref",
    takes: ["cursor", "rows#"],
    args: '{ query: { cursor: "*" } }',
    answer: (ask) => {
      const cursor = q(ask, "cursor") ?? "*";
      const from = cursor === "*" ? 0 : Number(cursor.slice(1));
      const items = cut(from);
      return json({ message: { "total-results": 7, items, "next-cursor": `k${from + items.length}` } });
    },
    requests: 4,
  },
  {
    name: "bigcommerce",
    takes: ["page#", "limit#"],
    answer: byPage("page", 1, (data, page, isLast) => ({
      data,
      meta: {
        pagination: {
          total: 7,
          count: data.length,
          per_page: 3,
          current_page: page,
          links: isLast ? {} : { next: `?page=${page + 1}` },
        },
      },
    })),
    requests: 3,
  },
  {
    // The rest is another operation's, which nothing but words tells.
    name: "dropbox",
    posts: { path: text },
    args: '{ body: { path: "" } }',
    answer: ({ body }) =>
      body.cursor === undefined ? json({ entries: cut(0), cursor: "c3", has_more: true }) : refused(),
    ids: "i1,i2,i3",
    requests: 2,
    complete: false,
    hint: "refused",
  },
  {
    name: "airtable",
    takes: ["pageSize#", "offset"],
    answer: (ask) => {
      const from = { "": 0, "itrA/recB": 3, "itrC/recD": 6 }[q(ask, "offset") ?? ""];
      if (from === undefined) return refused(422);
      return json({
        records: cut(from),
        ...(from < 6 && { offset: from === 0 ? "itrA/recB" : "itrC/recD" }),
      });
    },
    requests: 3,
  },
  {
    name: "asana",
    takes: ["offset", "limit#"],
    answer: byToken("offset", (data, next, { url }) => ({
      data,
      next_page: next ? { offset: next, path: `/x?offset=${next}`, uri: `${url}?offset=${next}` } : null,
    })),
    requests: 3,
  },
  {
    name: "odata",
    takes: ["$skip#", "$top#"],
    answer: byOffset("$skip", 0, (value, skip, isLast, { url }) => ({
      "@odata.context": "x",
      "@odata.count": 7,
      value,
      ...(!isLast && { "@odata.nextLink": `${url}?$skip=${skip + 3}` }),
    })),
    requests: 3,
  },
  {
    name: "json-api",
    takes: ["page[number]#", "page[size]#"],
    answer: byPage("page[number]", 1, (data, page, isLast, { url }) => ({
      data,
      links: {
        self: url,
        ...(isLast ? { next: null } : { next: { href: `${url}?page[number]=${page + 1}` } }),
      },
      included: [{ id: "other" }, {}, {}, {}],
    })),
    requests: 3,
  },
  {
    name: "json-api-numbers",
    takes: [
      {
        name: "page",
        in: "query",
        style: "deepObject",
        schema: { type: "object", properties: { number: integer, size: integer } },
      },
    ],
    answer: byPage("page[number]", 1, (data) => ({ data, meta: { total: 7 } })),
    requests: 3,
  },
  {
    name: "nexus",
    takes: ["continuationToken", "repository"],
    answer: byToken("continuationToken", (items, next) => ({ items, continuationToken: next ?? null })),
    requests: 3,
  },
  {
    name: "twitter",
    takes: ["pagination_token", "max_results#"],
    answer: byToken("pagination_token", (data, next) => ({
      data,
      meta: { result_count: data.length, ...(next && { next_token: next }) },
    })),
    requests: 3,
  },
  {
    name: "figma",
    takes: ["page_size#", "before#", "after#"],
    answer: byOffset("after", 0, (versions, start, isLast, { url }) => ({
      versions,
      pagination: { prev_page: null, ...(!isLast && { next_page: `${url}?page_size=3&after=${start + 3}` }) },
    })),
    requests: 3,
  },
  {
    name: "clickup",
    takes: [inQuery("page", integer, "Page to fetch (starts at 0).")],
    answer: byPage("page", 0, (tasks, _page, last_page) => ({ tasks, last_page })),
    requests: 3,
  },
  {
    name: "strapi",
    takes: ["pagination[page]", "pagination[pageSize]"],
    answer: byPage("pagination[page]", 1, (data, page) => ({
      data,
      meta: { pagination: { page, pageSize: 3, pageCount: 3, total: 7 } },
    })),
    requests: 3,
  },
  {
    name: "hal-template",
    takes: ["page#", "projection"],
    args: "{ query: { projection: 'brief' } }",
    answer: (ask) =>
      q(ask, "projection") !== "brief"
        ? refused()
        : byPage("page", 0, (rows, page, isLast, { url }) => ({
            _embedded: { things: rows },
            _links: {
              self: { href: "x" },
              ...(!isLast && { next: { href: `${url}?page=${page + 1}{&projection}`, templated: true } }),
            },
            page: { size: 3, totalElements: 7, totalPages: 3, number: page },
          }))(ask),
    requests: 3,
  },
  {
    name: "intercom",
    takes: ["page#", "starting_after", "per_page#"],
    answer: byToken("starting_after", (data, next) => ({
      type: "list",
      data,
      total_count: 7,
      pages: {
        type: "pages",
        page: 1,
        per_page: 3,
        total_pages: 3,
        ...(next && { next: { page: 2, starting_after: next } }),
      },
    })),
    requests: 3,
  },
  {
    name: "mediawiki",
    takes: ["action", "apcontinue", "continue"],
    answer: (ask) => {
      const from = at(q(ask, "apcontinue"));
      if (from > 0 && q(ask, "continue") !== "-||") return refused();
      return json({
        batchcomplete: "",
        ...(from < 6 && { continue: { apcontinue: `t${from + 3}`, continue: "-||" } }),
        query: { allpages: cut(from) },
      });
    },
    requests: 3,
  },
  {
    name: "contentful",
    takes: ["skip#", "limit#"],
    answer: byOffset("skip", 0, (items, skip) => ({
      sys: { type: "Array" },
      total: 7,
      skip,
      limit: 3,
      items,
    })),
    requests: 3,
  },
  {
    name: "reddit",
    takes: ["after", "before", "limit#"],
    answer: byToken("after", (children, next) => ({
      kind: "Listing",
      data: { after: next ?? null, before: null, dist: 3, children },
    })),
    requests: 3,
  },
  {
    name: "square",
    posts: { cursor: text, limit: integer, query: {} },
    args: "{ body: { query: {} } }",
    answer: ({ body }) =>
      json({
        objects: cut(at(body.cursor)),
        ...(after(at(body.cursor)) && { cursor: after(at(body.cursor)) }),
      }),
    requests: 3,
  },
  {
    name: "zoho",
    takes: ["page#", "per_page#"],
    answer: byPage("page", 1, (data, page, isLast) => ({
      data,
      info: { per_page: 3, count: data.length, page, more_records: !isLast },
    })),
    requests: 3,
  },
  {
    name: "algolia",
    takes: [inQuery("page", integer, "Zero-based."), "hitsPerPage#"],
    answer: byPage("page", 0, (hits, page) => ({ hits, page, nbHits: 7, nbPages: 3, hitsPerPage: 3 })),
    requests: 3,
  },
  {
    name: "s3",
    takes: ["continuation-token", "max-keys#", "start-after"],
    answer: byToken("continuation-token", (Contents, next, ask) => ({
      IsTruncated: next !== undefined,
      Contents,
      KeyCount: Contents.length,
      ContinuationToken: q(ask, "continuation-token"),
      ...(next && { NextContinuationToken: next }),
    })),
    requests: 3,
  },
  {
    name: "aws-next-token",
    posts: { nextToken: text, maxResults: integer },
    args: "{ body: {} }",
    answer: ({ body }) => json({ services: cut(at(body.nextToken)), nextToken: after(at(body.nextToken)) }),
    requests: 3,
  },
  {
    name: "spotify",
    takes: ["offset#", "limit#"],
    answer: byOffset("offset", 0, (items, offset, isLast, { url }) => ({
      href: url,
      items,
      limit: 3,
      next: isLast ? null : `${url}?offset=${offset + 3}&limit=3`,
      offset,
      previous: null,
      total: 7,
    })),
    requests: 3,
  },
  {
    name: "typeform",
    takes: ["page#", "page_size#"],
    answer: byPage("page", 1, (items) => ({ total_items: 7, page_count: 3, items })),
    requests: 3,
  },
  {
    name: "sendgrid",
    takes: ["page_token", "page_size#"],
    answer: byToken("page_token", (result, next, { url }) => ({
      result,
      _metadata: { self: url, count: 7, ...(next && { next: `${url}?page_token=${next}` }) },
    })),
    requests: 3,
  },
  {
    name: "stackexchange",
    takes: ["page#", "pagesize#"],
    answer: byPage("page", 1, (items, _page, isLast) => ({
      items,
      has_more: !isLast,
      quota_max: 300,
      quota_remaining: 299,
    })),
    requests: 4,
  },
  {
    name: "monday",
    posts: { query: text, cursor: text },
    args: "{ body: { query: 'q' } }",
    answer: ({ body }) =>
      json({
        data: { next_items_page: { cursor: after(at(body.cursor)) ?? null, items: cut(at(body.cursor)) } },
      }),
    requests: 3,
  },
  {
    name: "x-pagination-header",
    takes: ["pageNumber#", "pageSize#"],
    answer: (ask) =>
      json(cut((number(q(ask, "pageNumber"), 1) - 1) * 3), {
        "x-pagination": JSON.stringify({
          TotalCount: 7,
          PageSize: 3,
          CurrentPage: number(q(ask, "pageNumber"), 1),
          TotalPages: 3,
          HasNext: number(q(ask, "pageNumber"), 1) < 3,
        }),
      }),
    requests: 3,
  },
  {
    name: "timestamps",
    takes: ["since", "limit#"],
    answer: (ask) => {
      const days = ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z"];
      const page = Math.max(0, days.indexOf(q(ask, "since") ?? ""));
      return json({ events: cut(page * 3), next: days[page + 1] ?? null });
    },
    requests: 3,
  },
  {
    name: "map-of-items",
    takes: ["cursor"],
    answer: byToken("cursor", (items, next) => ({
      records: Object.fromEntries((items as { id: string }[]).map((one) => [one.id, one])),
      next_cursor: next ?? null,
    })),
    requests: 3,
  },
  {
    name: "options-in-an-object",
    takes: [
      {
        name: "options",
        in: "query",
        style: "deepObject",
        schema: { type: "object", properties: { offset: integer, limit: integer } },
      },
    ],
    args: "{ query: { options: { limit: 3 } } }",
    answer: (ask) =>
      q(ask, "options[limit]") === "3"
        ? byOffset("options[offset]", 0, (rows) => ({ rows, total: 7 }))(ask)
        : refused(),
    requests: 3,
  },
  {
    name: "options-with-a-dot",
    takes: ["options.offset#", "options.limit#"],
    answer: byOffset("options.offset", 0, (rows) => ({ rows, total: 7 })),
    requests: 3,
  },
  {
    name: "pagination-in-a-body",
    posts: { filter: {}, pagination: { type: "object", properties: { page: integer, perPage: integer } } },
    args: "{ body: { filter: { a: 1 }, pagination: { perPage: 3 } } }",
    answer: ({ body }) =>
      body.filter.a === 1 && body.pagination.perPage === 3
        ? json({ rows: cut((number(body.pagination.page, 1) - 1) * 3), pagination: { total: 7 } })
        : refused(),
    requests: 3,
  },
  {
    name: "a-token-that-the-document-describes",
    takes: [inQuery("from_where", text, "Value of `resume_here` in the answer before."), "cursor"],
    answer: byToken("from_where", (rows, next) => ({ rows, paging: { resume_here: next ?? null } })),
    requests: 3,
  },
  {
    name: "a-header-of-its-own",
    takes: ["@X-Cursor"],
    answer: ({ headers }) =>
      json(
        cut(at(headers["x-cursor"])),
        after(at(headers["x-cursor"])) ? { "x-next-cursor": after(at(headers["x-cursor"])) as string } : {},
      ),
    requests: 3,
  },
];

const awkward: Style[] = [
  {
    name: "a-token-that-is-a-number",
    takes: ["cursor", "page#"],
    answer: (ask) =>
      json({
        items: cut(number(q(ask, "cursor"), 0)),
        next_cursor: number(q(ask, "cursor"), 0) < 6 ? number(q(ask, "cursor"), 0) + 3 : 0,
      }),
    requests: 3,
  },
  {
    name: "a-token-that-looks-like-the-limit",
    takes: ["cursor#", "limit#"],
    args: "{ query: { limit: 3 } }",
    answer: (ask) => {
      const from = number(q(ask, "cursor"), 0);
      return json({ items: cut(from), cursor: from < 6 ? from + 3 : null });
    },
    requests: 3,
  },
  {
    name: "a-token-where-pages-are-counted",
    takes: ["page#", "limit#"],
    answer: byToken("cursor", (items, next) => ({ items, next_cursor: next ?? null })),
    requests: 3,
  },
  {
    name: "pages-and-positions-where-the-answer-has-positions",
    takes: ["page#", "offset#"],
    answer: byOffset("offset", 0, (items, offset) => ({ items, offset, total: 7 })),
    requests: 3,
  },
  {
    name: "next-is-a-page-number",
    takes: ["page#"],
    answer: byPage("page", 1, (items, page, isLast) => ({ items, next: isLast ? false : page + 1 })),
    requests: 3,
  },
  {
    name: "next-is-an-offset",
    takes: ["offset#", "limit#"],
    answer: byOffset("offset", 0, (items, offset, isLast) => ({ items, next: isLast ? "null" : offset + 3 })),
    requests: 3,
  },
  {
    name: "next-is-empty-text",
    takes: ["page#"],
    answer: byPage("page", 1, (items, page, isLast, { url }) => ({
      items,
      next: isLast ? "" : `${url}?page=${page + 1}`,
    })),
    requests: 3,
  },
  {
    name: "next-is-zero",
    takes: ["page#"],
    answer: byPage("page", 1, (items, page, isLast) => ({ items, next_page: isLast ? 0 : page + 1 })),
    requests: 3,
  },
  {
    name: "next-is-true",
    takes: ["page#"],
    answer: byPage("page", 1, (items, _page, isLast) => ({ items, next: !isLast })),
    requests: 4,
  },
  {
    name: "same-page-by-number",
    takes: ["page#", "offset#", "limit#"],
    answer: byOffset("offset", 0, (items, _offset, isLast) => ({ items, more: !isLast })),
    requests: 5,
  },
  {
    name: "same-page-by-token",
    takes: ["after", "cursor"],
    answer: byToken("cursor", (items, next) => ({ items, paging: { after: next ?? null } })),
    requests: 4,
  },
  {
    name: "cycle-of-links",
    answer: ({ query, url }) =>
      json({
        items: query.get("p") === "b" ? cut(3) : cut(0),
        next: `${url}?p=${query.get("p") === "b" ? "a" : "b"}`,
      }),
    ids: "i1,i2,i3,i4,i5,i6",
    requests: 3,
    complete: false,
    hint: "same page again",
  },
  {
    name: "link-to-itself",
    answer: ({ url }) => json({ items: cut(0), next: url }),
    ids: "i1,i2,i3",
    requests: 1,
    complete: false,
    hint: "already read",
  },
  {
    name: "empty-page-in-the-middle",
    takes: ["page#"],
    answer: byPage("page", 1, (items, page, isLast) => ({
      items: page === 2 ? [] : items,
      has_more: !isLast,
    })),
    ids: "i1,i2,i3,i7",
    requests: 4,
  },
  {
    name: "empty-page-with-a-token",
    takes: ["cursor"],
    answer: byToken("cursor", (items, next) => ({
      items: next === "t6" ? [] : items,
      next_cursor: next ?? null,
    })),
    ids: "i1,i2,i3,i7",
    requests: 3,
  },
  {
    name: "empty-page-among-pages",
    takes: ["page#"],
    answer: byPage("page", 1, (items, page) => ({ items: page === 2 ? [] : items, total_pages: 3 })),
    ids: "i1,i2,i3,i7",
    requests: 4,
  },
  {
    name: "empty-list",
    takes: ["page#", "per_page#"],
    answer: () => json({ items: [] }),
    ids: "",
    requests: 1,
  },
  {
    name: "total-of-the-page",
    takes: ["offset#", "limit#"],
    args: "{ query: { limit: 3 } }",
    answer: byOffset("offset", 0, (items) => ({ items, total: items.length })),
    requests: 3,
  },
  {
    name: "total-too-low",
    takes: ["offset#", "limit#"],
    args: "{ query: { limit: 3 } }",
    answer: byOffset("offset", 0, (items) => ({ items, total: 5 })),
    requests: 3,
  },
  {
    name: "total-too-high",
    takes: ["offset#", "limit#"],
    answer: byOffset("offset", 0, (items) => ({ items, total: 12 })),
    requests: 4,
    complete: false,
    hint: "counts 12 items, its pages hold 7",
  },
  {
    name: "total-against-next",
    takes: ["page#"],
    answer: byPage("page", 1, (items, page, isLast, { url }) => ({
      items,
      total: 3,
      next: isLast ? null : `${url}?page=${page + 1}`,
    })),
    requests: 3,
  },
  {
    name: "last-page-full",
    takes: ["page#", "per_page#"],
    args: "{ query: { per_page: 3 } }",
    answer: byPage("page", 1, (items, page) => (page > 2 ? [] : items)),
    ids: "i1,i2,i3,i4,i5,i6",
    requests: 4,
  },
  {
    name: "last-page-full-with-a-total",
    takes: ["page#", "per_page#"],
    args: "{ query: { per_page: 3 } }",
    answer: byPage("page", 1, (items, page) => ({ total: 6, items: page > 2 ? [] : items })),
    ids: "i1,i2,i3,i4,i5,i6",
    requests: 2,
  },
  {
    name: "not-found-after-the-last-page",
    takes: ["page#", "per_page#"],
    args: "{ query: { per_page: 3 } }",
    answer: (ask) =>
      number(q(ask, "page"), 1) > 2 ? refused(404) : json(cut((number(q(ask, "page"), 1) - 1) * 3)),
    ids: "i1,i2,i3,i4,i5,i6",
    requests: 4,
  },
  {
    name: "shorter-than-asked",
    takes: ["page#", "per_page#"],
    args: "{ query: { per_page: 100 } }",
    answer: () => json(all),
    requests: 1,
  },
  {
    name: "shorter-than-the-default",
    takes: ["page#", inQuery("per_page", { type: "integer", default: 30 })],
    answer: () => json(all),
    requests: 1,
  },
  {
    name: "capped-by-the-document",
    takes: ["page#", inQuery("per_page", { type: "integer", maximum: 3 })],
    args: "{ query: { per_page: 100 } }",
    answer: byPage("page", 1, (items, _page, _isLast, ask) => (q(ask, "per_page") === "3" ? items : [])),
    requests: 4,
  },
  {
    name: "capped-as-the-answer-says",
    takes: ["page#", "per_page#"],
    args: "{ query: { per_page: 100 } }",
    answer: byPage("page", 1, (items) => ({ items, per_page: 3 })),
    requests: 4,
  },
  {
    name: "capped-without-a-word",
    takes: ["page#", "per_page#"],
    args: "{ query: { per_page: 100 } }",
    answer: (ask) =>
      json(things(17).slice((number(q(ask, "page"), 1) - 1) * 10, number(q(ask, "page"), 1) * 10)),
    ids: things(17)
      .map(({ id }) => id)
      .join(),
    requests: 3,
  },
  {
    name: "pages-from-zero-as-the-answer-says",
    takes: ["page#"],
    answer: byPage("page", 0, (items, page, isLast) => ({ items, page, has_more: !isLast })),
    requests: 3,
  },
  {
    name: "pages-from-zero-by-minimum",
    takes: [inQuery("page", { type: "integer", minimum: 0 })],
    answer: byPage("page", 0, (items, _page, isLast) => ({ items, has_more: !isLast })),
    requests: 3,
  },
  {
    name: "an-index-that-counts-from-one",
    takes: ["pageIndex#"],
    answer: byPage("pageIndex", 1, (items, _page, isLast) => ({ items, has_more: !isLast })),
    requests: 4,
  },
  {
    name: "last-page-as-an-index",
    takes: ["page#"],
    answer: byPage("page", 0, (items, page) => ({ items, page, lastPage: 2 })),
    requests: 3,
  },
  {
    name: "starts-in-the-middle",
    takes: ["offset#", "limit#"],
    args: "{ query: { offset: 3 } }",
    answer: byOffset("offset", 0, (items, offset) => ({ items, offset, total: 7 })),
    ids: "i4,i5,i6,i7",
    requests: 2,
  },
  {
    name: "has-more-false-beside-a-token",
    takes: ["cursor"],
    answer: () => json({ items: cut(0), next_cursor: "t3", has_more: false }),
    ids: "i1,i2,i3",
    requests: 1,
  },
  {
    name: "token-without-a-parameter",
    answer: byToken("pageToken", (items, next) => ({ items, nextPageToken: next })),
    requests: 3,
  },
  {
    name: "token-that-nothing-takes",
    answer: () => json({ items: cut(0), nextPageToken: "t3" }),
    ids: "i1,i2,i3",
    requests: 2,
    complete: false,
    hint: "same page again",
  },
  {
    name: "more-that-cannot-be-reached",
    takes: ["color"],
    answer: () => json({ items: cut(0), has_more: true }),
    ids: "i1,i2,i3",
    requests: 1,
    complete: false,
    hint: "There are more items",
  },
  {
    name: "partial-content",
    answer: () => json(cut(0), {}, 206),
    ids: "i1,i2,i3",
    requests: 1,
    complete: false,
    hint: "There are more items",
  },
  {
    name: "link-to-another-host",
    takes: ["page#"],
    answer: byPage("page", 1, (items, page, isLast) => ({
      items,
      next: isLast ? null : `https://elsewhere.example/things?page=${page + 1}`,
    })),
    requests: 3,
  },
  {
    name: "link-to-another-host-only",
    answer: () => json({ items: cut(0), next: "https://elsewhere.example/other?page=2" }),
    ids: "i1,i2,i3",
    requests: 1,
    complete: false,
    hint: "https://elsewhere.example/other",
  },
  {
    name: "link-to-a-path-without-an-operation",
    takes: ["q"],
    answer: ({ url }) =>
      json({ totalSize: 7, done: false, nextRecordsUrl: `${url}/01g-t3`, records: cut(0) }),
    ids: "i1,i2,i3",
    requests: 1,
    complete: false,
    hint: '"outside"',
  },
  {
    name: "no-list",
    takes: ["page#"],
    answer: () => json({ version: "1" }),
    ids: "",
    requests: 1,
    complete: false,
    hint: "Neither the answer nor the document tells",
  },
  {
    name: "many-links-to-the-same-page",
    answer: ({ url }) =>
      json({
        items: cut(0),
        ...Object.fromEntries(things(50).map(({ id }) => [id, { next: `${url}?x=${id}` }])),
      }),
    ids: "i1,i2,i3",
    requests: 6,
    complete: false,
    hint: "same page again",
  },
  {
    name: "limits-and-offsets-of-something-else",
    takes: ["page#", "offset#"],
    answer: byPage("page", 1, (items, _page, isLast) => ({
      items,
      utc_offset: 7200,
      rate: { limit: 5000, remaining: 4999 },
      has_more: !isLast,
    })),
    requests: 4,
  },
  {
    name: "page-token-beside-other-tokens",
    takes: ["client_token", "session_token", "page_token"],
    answer: byToken("page_token", (items, next, ask) =>
      q(ask, "client_token") === undefined ? { items, next: next ?? null } : { items: [] },
    ),
    requests: 3,
  },
  {
    name: "a-flag-and-a-limit-beside",
    takes: ["page#"],
    answer: byPage("page", 1, (items, page) => ({ items, page })),
    requests: 3,
  },
  {
    name: "omitted-on-the-last-page",
    takes: ["cursor", "pageToken"],
    lists: { items: {}, nextPageToken: text },
    answer: () => json({ items: all }),
    requests: 1,
  },
  {
    name: "rate-limit-headers",
    takes: ["page#", "per_page#"],
    args: "{ query: { per_page: 3 } }",
    answer: (ask) =>
      json(cut((number(q(ask, "page"), 1) - 1) * 3), {
        "x-ratelimit-limit": "60",
        "x-ratelimit-remaining": "59",
        "x-total-time": "12",
      }),
    requests: 4,
  },
];

export const styles: Style[] = [...apis, ...awkward, ...furtherStyles];

/** The operation of a style, as its document has it. */
export function pathsOf({ name, takes = [], posts, lists, says }: Style): Record<string, object> {
  const parameters = takes.map((one) => {
    if (typeof one !== "string") return one;
    const schema = one.endsWith("#") ? integer : text;
    const bare = one.replace(/^@|#$/g, "");
    return { name: bare, in: one.startsWith("@") ? "header" : "query", schema };
  });
  const answers = { "application/json": { schema: { type: "object", properties: lists ?? {} } } };
  const operation = {
    ...says,
    operationId: name,
    parameters,
    ...(posts && {
      requestBody: { content: { "application/json": { schema: { type: "object", properties: posts } } } },
    }),
    responses: { 200: { description: "", content: lists ? answers : { "application/json": {} } } },
  };
  const rest = { name: "rest", in: "path", required: true, schema: text };
  return {
    [`/styles/${name}`]: { [posts ? "post" : "get"]: operation },
    ...(name === "salesforce" && {
      [`/styles/${name}/{rest}`]: { get: { operationId: `${name}-more`, parameters: [rest], responses: {} } },
    }),
  };
}

/** What the server of a style answers. */
export function answerOf(url: URL, headers: Ask["headers"], body: string): Answered {
  const [, , name, rest = ""] = url.pathname.split("/");
  const style = styles.find((one) => one.name === name);
  if (!style) return json({ error: "no such path" }, {}, 404);
  const list = `${url.origin}/styles/${name}`;
  return style.answer({
    query: url.searchParams,
    headers,
    body: body === "" ? {} : JSON.parse(body),
    rest,
    url: list,
  });
}
