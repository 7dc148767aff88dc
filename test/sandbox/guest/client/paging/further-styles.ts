/** More of the field's ways of paging, of the kinds of `styles.ts`: odd places, odd names, and what ends a list. */
import {
  after,
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
  type Style,
} from "./small-server.ts";

/** An API that pages by a token in the body. */
const byBody =
  (
    tokenOf: (body: Body) => unknown,
    answer: (items: unknown[], next: string | undefined) => unknown,
  ): Style["answer"] =>
  ({ body }) => {
    const token = tokenOf(body as Body);
    return json(answer(cut(at(token)), after(at(token))));
  };

// oxlint-disable-next-line typescript/no-explicit-any -- JSON of any shape
type Body = any;

const described = (name: string, schema: object, description: string) => inQuery(name, schema, description);

const cloud: Style[] = [
  {
    name: "aws-iam",
    takes: ["Marker", "MaxItems#"],
    answer: byToken("Marker", (Users, next) => ({
      IsTruncated: next !== undefined,
      Users,
      ...(next && { Marker: next }),
    })),
    requests: 3,
  },
  {
    name: "s3-versions",
    takes: ["key-marker", "version-id-marker", "max-keys#"],
    answer: (ask) => {
      const from = at(q(ask, "key-marker"));
      if (from > 0 && q(ask, "version-id-marker") !== `v${from}`) return refused();
      const next = after(from);
      return json({
        IsTruncated: next !== undefined,
        KeyMarker: q(ask, "key-marker") ?? "",
        MaxKeys: 3,
        ...(next && { NextKeyMarker: next, NextVersionIdMarker: `v${from + 3}` }),
        Versions: cut(from),
      });
    },
    requests: 3,
  },
  {
    // The token of the last page is the one that was sent.
    name: "cloudwatch-log-events",
    posts: { logGroupName: text, nextToken: text, startFromHead: { type: "boolean" } },
    args: "{ body: { logGroupName: 'g', startFromHead: true } }",
    answer: ({ body }: { body: Body }) => {
      const from = at(body.nextToken);
      const events = cut(from);
      return json({
        events,
        nextBackwardToken: "b0",
        nextForwardToken: `t${Math.min(from + events.length, 7)}`,
      });
    },
    requests: 4,
  },
  {
    name: "azure-devops",
    takes: ["continuationToken", "$top#", "api-version"],
    answer: (ask) => {
      const from = at(q(ask, "continuationToken"));
      const next = after(from);
      return json(
        { count: cut(from).length, value: cut(from) },
        next ? { "x-ms-continuationtoken": next } : {},
      );
    },
    requests: 3,
  },
  {
    name: "azure-tables",
    takes: ["NextPartitionKey", "NextRowKey", "$top#"],
    answer: (ask) => {
      const from = at(q(ask, "NextPartitionKey"));
      if (from > 0 && q(ask, "NextRowKey") !== `r${from}`) return refused();
      const next = after(from);
      return json(
        { value: cut(from) },
        next
          ? { "x-ms-continuation-nextpartitionkey": next, "x-ms-continuation-nextrowkey": `r${from + 3}` }
          : {},
      );
    },
    requests: 3,
  },
  {
    name: "azure-resource-graph",
    posts: { query: text, options: { type: "object", properties: { $skipToken: text, $top: integer } } },
    args: "{ body: { query: 'Resources' } }",
    answer: byBody(
      (body) => body.options?.$skipToken,
      (data, next) => ({
        totalRecords: 7,
        count: data.length,
        resultTruncated: String(next !== undefined),
        ...(next && { $skipToken: next }),
        data,
      }),
    ),
    requests: 3,
  },
  {
    name: "azure-cost",
    posts: { type: text },
    args: "{ body: { type: 'Usage' } }",
    answer: (ask) => {
      if (ask.body.type !== "Usage") return refused();
      const from = at(q(ask, "$skiptoken"));
      const next = after(from);
      return json({
        id: "c",
        properties: {
          nextLink: next ? `${ask.url}?$skiptoken=${next}` : null,
          columns: [{ name: "n" }],
          rows: cut(from),
        },
      });
    },
    requests: 3,
  },
  {
    name: "dynamics",
    takes: ["@Prefer"],
    args: "{ headers: { Prefer: 'odata.maxpagesize=3' } }",
    answer: (ask) => {
      if (ask.headers["prefer"] !== "odata.maxpagesize=3") return json({ value: things() });
      const from = at(q(ask, "$skiptoken"));
      const next = after(from);
      return json({ value: cut(from), ...(next && { "@odata.nextLink": `${ask.url}?$skiptoken=${next}` }) });
    },
    requests: 3,
  },
  {
    name: "bigquery-results",
    takes: ["pageToken", "maxResults#", "startIndex"],
    answer: byToken("pageToken", (rows, next) => ({
      jobComplete: true,
      totalRows: "7",
      rows,
      ...(next && { pageToken: next }),
    })),
    requests: 3,
  },
  {
    name: "google-analytics",
    posts: { offset: text, limit: text, metrics: {} },
    args: "{ body: { metrics: [], limit: '3' } }",
    answer: ({ body }: { body: Body }) => {
      const from = number(body.offset, 0);
      return json({ dimensionHeaders: [{ name: "d" }], rows: cut(from), rowCount: 7, kind: "x" });
    },
    requests: 3,
  },
  {
    name: "google-photos",
    posts: { albumId: text, pageSize: integer, pageToken: text },
    args: "{ body: { albumId: 'a' } }",
    answer: byBody(
      (body) => body.pageToken,
      (mediaItems, nextPageToken) => ({ mediaItems, nextPageToken }),
    ),
    requests: 3,
  },
  {
    name: "google-custom-search",
    takes: [described("start", integer, "The index of the first result to return."), "num#"],
    answer: byOffset("start", 1, (items, startIndex, isLast) => ({
      queries: {
        request: [{ totalResults: "7", count: items.length, startIndex }],
        ...(!isLast && { nextPage: [{ totalResults: "7", count: 3, startIndex: startIndex + 3 }] }),
      },
      items,
    })),
    requests: 3,
  },
  {
    name: "youtube",
    takes: ["pageToken", "maxResults#"],
    answer: byToken("pageToken", (items, next) => ({
      ...(next && { nextPageToken: next }),
      prevPageToken: "p",
      pageInfo: { totalResults: 1_000_000, resultsPerPage: 3 },
      items,
    })),
    requests: 3,
    complete: false,
    hint: "counts 1000000 items",
  },
  {
    name: "digitalocean",
    takes: ["page#", "per_page#"],
    answer: byPage("page", 1, (droplets, page, isLast, { url }) => ({
      droplets,
      links: isLast
        ? { pages: { first: `${url}?page=1`, prev: `${url}?page=${page - 1}` } }
        : { pages: { last: `${url}?page=3`, next: `${url}?page=${page + 1}` } },
      meta: { total: 7 },
    })),
    requests: 3,
  },
  {
    name: "linode",
    takes: ["page#", "page_size#"],
    answer: byPage("page", 1, (data, page) => ({ data, page, pages: 3, results: 7 })),
    requests: 3,
  },
  {
    name: "vultr",
    takes: ["cursor", "per_page#"],
    answer: byToken("cursor", (instances, next) => ({
      instances,
      meta: { total: 7, links: { next: next ?? "", prev: "" } },
    })),
    requests: 3,
  },
  {
    name: "hetzner",
    takes: ["page#", "per_page#"],
    answer: byPage("page", 1, (servers, page, isLast) => ({
      servers,
      meta: {
        pagination: {
          page,
          per_page: 3,
          previous_page: page > 1 ? page - 1 : null,
          next_page: isLast ? null : page + 1,
          last_page: 3,
          total_entries: 7,
        },
      },
    })),
    requests: 3,
  },
  {
    name: "ibm-cloud",
    takes: ["start", "limit#"],
    answer: byToken("start", (vpcs, next, { url }) => ({
      first: { href: `${url}?limit=3` },
      limit: 3,
      ...(next && { next: { href: `${url}?start=${next}&limit=3` } }),
      total_count: 7,
      vpcs,
    })),
    requests: 3,
  },
  {
    // The cursor stands in each item.
    name: "render",
    takes: ["cursor", inQuery("limit", { type: "integer", default: 3 })],
    answer: (ask) => {
      const cursor = q(ask, "cursor");
      const from = cursor === undefined ? 0 : Number(cursor.slice(1));
      return json(cut(from).map((one, index) => ({ cursor: `c${from + index + 1}`, service: {}, ...one })));
    },
    requests: 3,
  },
  {
    name: "docker-registry",
    takes: ["n#", "last"],
    answer: (ask) => {
      const from = number(q(ask, "last")?.slice(1), 0);
      const link =
        from < 6 ? { link: `<${new URL(ask.url).pathname}?last=i${from + 3}&n=3>; rel="next"` } : undefined;
      return json({ repositories: cut(from) }, link);
    },
    requests: 3,
  },
  {
    name: "nomad",
    takes: ["next_token", "per_page#", "index#"],
    answer: (ask) => {
      const from = at(q(ask, "next_token"));
      const next = after(from);
      return json(
        cut(from),
        next ? { "x-nomad-nexttoken": next, "x-nomad-index": "44" } : { "x-nomad-index": "44" },
      );
    },
    requests: 3,
  },
];

const business: Style[] = [
  {
    name: "stripe-search",
    takes: [
      "query",
      "limit#",
      described("page", text, "A cursor for pagination across multiple pages of results."),
    ],
    args: "{ query: { query: 'a' } }",
    answer: byToken("page", (data, next) => ({
      object: "search_result",
      data,
      has_more: next !== undefined,
      next_page: next ?? null,
      url: "/v1/charges/search",
    })),
    requests: 3,
  },
  {
    name: "slack-files",
    takes: ["page#", "count#"],
    answer: byPage("page", 1, (files, page) => ({
      ok: true,
      files,
      paging: { count: 3, total: 7, page, pages: 3 },
    })),
    requests: 3,
  },
  {
    name: "zendesk-cursors",
    takes: ["page[size]#", "page[after]", "page[before]"],
    answer: byToken("page[after]", (tickets, next) => ({
      tickets,
      meta: { has_more: next !== undefined, after_cursor: next ?? "t9", before_cursor: "t0" },
    })),
    requests: 3,
  },
  {
    name: "hubspot-search",
    posts: { filterGroups: {}, after: text, limit: integer },
    args: "{ body: { filterGroups: [] } }",
    answer: byBody(
      (body) => body.after,
      (results, next) => ({
        total: 7,
        results,
        ...(next && { paging: { next: { after: next, link: "?after=x" } } }),
      }),
    ),
    requests: 3,
  },
  {
    name: "intercom-search",
    posts: {
      query: {},
      pagination: {
        type: "object",
        properties: { per_page: integer, starting_after: { type: ["string", "null"] } },
      },
    },
    args: "{ body: { query: {}, pagination: { per_page: 3 } } }",
    answer: byBody(
      (body) => body.pagination.starting_after,
      (data, next) => ({
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
      }),
    ),
    requests: 3,
  },
  {
    name: "pagerduty",
    takes: ["offset#", "limit#", "total"],
    answer: byOffset("offset", 0, (incidents, offset, isLast) => ({
      incidents,
      limit: 3,
      offset,
      more: !isLast,
      total: null,
    })),
    requests: 3,
  },
  {
    name: "pipedrive",
    takes: ["start#", "limit#"],
    answer: byOffset("start", 0, (data, start, isLast) => ({
      success: true,
      data,
      additional_data: {
        pagination: {
          start,
          limit: 3,
          more_items_in_collection: !isLast,
          ...(!isLast && { next_start: start + 3 }),
        },
      },
    })),
    requests: 3,
  },
  {
    name: "pipedrive-one-page",
    takes: ["start#", "limit#"],
    answer: () =>
      json({
        data: things(),
        additional_data: { pagination: { start: 0, limit: 7, more_items_in_collection: false } },
      }),
    requests: 1,
  },
  {
    // Every page has the address of a next one; the list ends with an empty page.
    name: "mailgun",
    takes: ["limit#"],
    answer: (ask) => {
      const from = number(q(ask, "at"), 0);
      const to = (offset: number) => `${ask.url}?at=${offset}`;
      const items = cut(from);
      return json({
        items,
        paging: { first: to(0), last: to(4), next: to(from + items.length), previous: to(0) },
      });
    },
    requests: 4,
  },
  {
    name: "ckan-datastore",
    takes: ["offset#", "limit#", "resource_id"],
    args: "{ query: { resource_id: 'r' } }",
    answer: byOffset("offset", 0, (records, offset, _isLast, { url }) => ({
      success: true,
      result: {
        records,
        fields: [{ id: "_id", type: "int" }],
        _links: { start: url, next: `${url}?resource_id=r&offset=${offset + 3}` },
        total: 7,
        limit: 3,
        offset,
      },
    })),
    requests: 4,
  },
  {
    name: "ckan",
    takes: ["q", "start#", "rows#"],
    answer: byOffset("start", 0, (results) => ({
      help: "x",
      success: true,
      result: { count: 7, sort: "s", facets: {}, results, search_facets: {} },
    })),
    requests: 3,
  },
  {
    name: "plaid-transactions",
    posts: {
      options: { type: "object", properties: { count: integer, offset: integer } },
      access_token: text,
    },
    args: "{ body: { access_token: 'a' } }",
    answer: ({ body }: { body: Body }) =>
      json({
        accounts: [{ id: "a" }],
        transactions: cut(number(body.options?.offset, 0)),
        total_transactions: 7,
        item: {},
      }),
    requests: 3,
  },
  {
    name: "xero",
    takes: ["page#", "pageSize#"],
    answer: byPage("page", 1, (Invoices, page) => ({
      pagination: { page, pageSize: 3, pageCount: 3, itemCount: 7 },
      Invoices,
    })),
    requests: 3,
  },
  {
    name: "zoom",
    takes: ["page_size#", "next_page_token", "page_number"],
    answer: byToken("next_page_token", (users, next) => ({
      page_count: 3,
      page_number: 1,
      page_size: 3,
      total_records: 7,
      next_page_token: next ?? "",
      users,
    })),
    requests: 3,
  },
  {
    // The address lacks the beginning of the path.
    name: "docusign",
    takes: ["start_position#", "count#"],
    answer: byOffset("start_position", 0, (envelopes, start, isLast) => ({
      envelopes,
      resultSetSize: String(envelopes.length),
      startPosition: String(start),
      endPosition: String(start + envelopes.length - 1),
      totalSetSize: "7",
      nextUri: isLast ? "" : `/envelopes?start_position=${start + 3}`,
      previousUri: "",
    })),
    requests: 3,
  },
  {
    name: "etsy",
    takes: ["limit#", "offset#", "page#"],
    answer: byOffset("offset", 0, (results, offset, isLast) => ({
      count: 7,
      results,
      params: { limit: 3, offset, page: null },
      pagination: {
        effective_limit: 3,
        effective_offset: offset,
        next_offset: isLast ? null : offset + 3,
        effective_page: offset / 3 + 1,
        next_page: isLast ? null : offset / 3 + 2,
      },
    })),
    requests: 3,
  },
  {
    name: "lever",
    takes: ["limit#", described("offset", text, "A token that is given as next.")],
    answer: byToken("offset", (data, next) => ({ data, hasNext: next !== undefined, ...(next && { next }) })),
    requests: 3,
  },
  {
    name: "marketo",
    takes: ["nextPageToken", "batchSize#"],
    answer: byToken("nextPageToken", (result, next) => ({
      requestId: "r",
      result,
      success: true,
      nextPageToken: next ?? "t9",
      moreResult: next !== undefined,
    })),
    requests: 3,
  },
  {
    name: "eventbrite",
    takes: ["continuation", "status"],
    answer: byToken("continuation", (events, next) => ({
      pagination: {
        object_count: 7,
        page_number: 1,
        page_size: 3,
        page_count: 3,
        ...(next && { continuation: next }),
        has_more_items: next !== undefined,
      },
      events,
    })),
    requests: 3,
  },
  {
    name: "tableau",
    takes: ["pageNumber#", "pageSize#"],
    answer: byPage("pageNumber", 1, (project, page) => ({
      pagination: { pageNumber: String(page), pageSize: "3", totalAvailable: "7" },
      projects: { project },
    })),
    requests: 3,
  },
  {
    name: "power-bi-activities",
    takes: ["continuationToken", "startDateTime"],
    answer: byToken("continuationToken", (activityEventEntities, next) => ({
      activityEventEntities,
      continuationUri: next ? `https://elsewhere.example/x?continuationToken=${next}` : null,
      continuationToken: next ?? null,
      lastResultSet: next === undefined,
    })),
    requests: 3,
  },
  {
    name: "magento",
    takes: ["searchCriteria[currentPage]#", "searchCriteria[pageSize]#"],
    args: "{ query: { 'searchCriteria[pageSize]': 3 } }",
    answer: byPage("searchCriteria[currentPage]", 1, (items, page) => ({
      items,
      search_criteria: { filter_groups: [], page_size: 3, current_page: page },
      total_count: 7,
    })),
    requests: 3,
  },
  {
    name: "frappe",
    takes: ["limit_start#", "limit_page_length#", "fields"],
    args: "{ query: { limit_page_length: 3 } }",
    answer: byOffset("limit_start", 0, (data) => ({ data })),
    requests: 3,
  },
  {
    name: "sugarcrm",
    takes: ["offset#", "max_num#"],
    answer: byOffset("offset", 0, (records, offset, isLast) => ({
      next_offset: isLast ? -1 : offset + 3,
      records,
    })),
    requests: 3,
  },
  {
    name: "podio",
    posts: { limit: integer, offset: integer, filters: {} },
    args: "{ body: { filters: {}, limit: 3 } }",
    answer: ({ body }: { body: Body }) =>
      json({ filtered: 7, total: 90, items: cut(number(body.offset, 0)) }),
    requests: 3,
  },
  {
    name: "datatables",
    takes: ["draw#", "start#", "length#"],
    args: "{ query: { length: 3 } }",
    answer: byOffset("start", 0, (data) => ({ draw: 1, recordsTotal: 90, recordsFiltered: 7, data })),
    requests: 3,
  },
  {
    name: "segment",
    takes: ["pagination.count#", "pagination.cursor"],
    answer: byToken("pagination.cursor", (sources, next) => ({
      data: { sources, pagination: { current: "t0", ...(next && { next }), totalEntries: 7 } },
    })),
    requests: 3,
  },
  {
    name: "front",
    takes: ["limit#", "page_token"],
    answer: byToken("page_token", (_results, next, { url }) => ({
      _pagination: { next: next ? `${url}?page_token=${next}` : null },
      _links: { self: url },
      _results,
    })),
    requests: 3,
  },
  {
    name: "lightspeed",
    takes: ["offset#", "limit#"],
    answer: byOffset("offset", 0, (Item, offset) => ({
      "@attributes": { count: "7", offset: String(offset), limit: "3" },
      Item,
    })),
    requests: 3,
  },
];

const social: Style[] = [
  {
    name: "twitch",
    takes: ["first#", "after", "before"],
    answer: byToken("after", (data, next) => ({ data, pagination: next ? { cursor: next } : {} })),
    requests: 3,
  },
  {
    name: "twitter-cursors",
    takes: [described("cursor", { type: "integer" }, "Breaks the list into pages. Start with -1."), "count#"],
    answer: (ask) => {
      const cursor = number(q(ask, "cursor"), -1);
      const from = cursor < 0 ? 0 : cursor - 1_000;
      const next = from + 3 < 7 ? from + 1_003 : 0;
      return json({
        users: cut(from),
        next_cursor: next,
        next_cursor_str: String(next),
        previous_cursor: 0,
        previous_cursor_str: "0",
      });
    },
    requests: 3,
  },
  {
    name: "instagram",
    takes: ["max_id", "count#"],
    answer: byToken("max_id", (data, next, { url }) => ({
      pagination: next ? { next_url: `${url}?access_token=x&max_id=${next}`, next_max_id: next } : {},
      data,
      meta: { code: 200 },
    })),
    requests: 3,
  },
  {
    name: "tumblr",
    takes: ["offset#", "limit#", "before#"],
    answer: byOffset("offset", 0, (posts, offset, isLast, { url }) => ({
      meta: { status: 200 },
      response: {
        blog: { total_posts: 7 },
        posts,
        total_posts: 7,
        ...(!isLast && {
          _links: {
            next: {
              href: `${new URL(url).pathname}?offset=${offset + 3}`,
              method: "GET",
              query_params: { offset: String(offset + 3) },
            },
          },
        }),
      },
    })),
    requests: 3,
  },
  {
    name: "flickr",
    takes: ["page#", "per_page#"],
    answer: byPage("page", 1, (photo, page) => ({
      photos: { page, pages: 3, perpage: 3, total: "7", photo },
      stat: "ok",
    })),
    requests: 3,
  },
  {
    name: "lastfm",
    takes: ["page#", "limit#"],
    answer: byPage("page", 1, (artist, page) => ({
      artists: { artist, "@attr": { page: String(page), perPage: "3", totalPages: "3", total: "7" } },
    })),
    requests: 3,
  },
  {
    name: "soundcloud",
    takes: ["limit#", "linked_partitioning"],
    answer: (ask) => {
      const from = at(q(ask, "cursor"));
      const next = after(from);
      return json({ collection: cut(from), next_href: next ? `${ask.url}?cursor=${next}` : null });
    },
    requests: 3,
  },
  {
    name: "coinbase-exchange",
    takes: ["before", "after", "limit#"],
    answer: (ask) => {
      const from = at(q(ask, "after"));
      const next = after(from);
      return json(cut(from), { "cb-before": "t0", ...(next && { "cb-after": next }) });
    },
    requests: 3,
  },
  {
    name: "coinbase",
    takes: ["starting_after", "ending_before", "limit#"],
    answer: (ask) => {
      const from = number(q(ask, "starting_after")?.slice(1), 0);
      return json({
        pagination: {
          ending_before: null,
          starting_after: q(ask, "starting_after") ?? null,
          limit: 3,
          order: "desc",
          previous_uri: null,
          next_uri: from < 6 ? `${new URL(ask.url).pathname}?starting_after=i${from + 3}` : null,
        },
        data: cut(from),
      });
    },
    requests: 3,
  },
  {
    name: "etherscan",
    takes: [
      described("page", integer, "the integer page number"),
      described("offset", integer, "the number of transactions displayed per page"),
    ],
    args: "{ query: { page: 1, offset: 3 } }",
    answer: byPage("page", 1, (result) => ({ status: "1", message: "OK", result })),
    requests: 3,
  },
  {
    name: "matrix-messages",
    takes: [
      described(
        "from",
        text,
        "The token to start returning events from. It can be obtained from an `end` token returned by a previous request.",
      ),
      "to",
      "dir",
      "limit#",
    ],
    args: "{ query: { dir: 'b' } }",
    answer: byToken("from", (chunk, next) => ({ chunk, start: "t0", ...(next && { end: next }) })),
    requests: 3,
  },
  {
    name: "matrix-rooms",
    takes: ["limit#", "since", "server"],
    answer: byToken("since", (chunk, next) => ({
      chunk,
      ...(next && { next_batch: next }),
      prev_batch: "p",
      total_room_count_estimate: 115,
    })),
    requests: 3,
  },
  {
    name: "line",
    takes: [
      "limit#",
      described("start", text, "Value of the continuation token found in the next property."),
    ],
    answer: byToken("start", (userIds, next) => ({ userIds, ...(next && { next }) })),
    requests: 3,
  },
  {
    name: "openai",
    takes: ["after", "before", "limit#", "order"],
    answer: (ask) => {
      const from = number(q(ask, "after")?.slice(1), 0);
      return json({
        object: "list",
        data: cut(from),
        first_id: `i${from + 1}`,
        last_id: `i${Math.min(from + 3, 7)}`,
        has_more: from + 3 < 7,
      });
    },
    requests: 3,
  },
  {
    // What is asked for next is a time in the last thread, which nothing but words tells.
    name: "discord-archived-threads",
    takes: ["before", inQuery("limit", { type: "integer", minimum: 2, maximum: 100 })],
    answer: (ask) =>
      q(ask, "before") === undefined
        ? json({ threads: cut(0), members: [{ id: "m", user_id: "u" }], has_more: true })
        : refused(),
    requests: 1,
    ids: "i1,i2,i3",
    complete: false,
    hint: "There are more items",
  },
  {
    name: "gerrit",
    takes: ["q", "n#", "start#"],
    answer: (ask) => {
      const from = number(q(ask, "start"), 0);
      const items: object[] = cut(from);
      return json(
        items.map((one, index) => (index === 2 && from + 3 < 7 ? { ...one, _more_changes: true } : one)),
      );
    },
    requests: 3,
  },
  {
    name: "phabricator",
    posts: { queryKey: text, after: text, limit: integer },
    args: "{ body: { queryKey: 'all' } }",
    answer: byBody(
      (body) => body.after,
      (data, next) => ({
        result: { data, maps: {}, cursor: { limit: 3, after: next ?? null, before: null, order: null } },
        error_code: null,
      }),
    ),
    requests: 3,
  },
];

const hypermedia: Style[] = [
  {
    name: "siren",
    answer: (ask) => {
      const page = number(q(ask, "page"), 1);
      return json({
        class: ["things"],
        entities: cut((page - 1) * 3),
        links: [
          { rel: ["self"], href: ask.url },
          ...(page < 3 ? [{ rel: ["next"], href: `${ask.url}?page=${page + 1}` }] : []),
        ],
      });
    },
    requests: 3,
  },
  {
    name: "collection-json",
    answer: (ask) => {
      const page = number(q(ask, "page"), 1);
      const next = { rel: "next", prompt: "Next", href: `${ask.url}?page=${page + 1}` };
      return json({
        collection: {
          version: "1.0",
          href: ask.url,
          items: cut((page - 1) * 3),
          metadata: { total_hits: 7 },
          links: page < 3 ? [next] : [{ rel: "prev", prompt: "Previous", href: ask.url }],
        },
      });
    },
    requests: 3,
  },
  {
    name: "hydra",
    takes: ["page#"],
    answer: byPage("page", 1, (member, page, isLast, { url }) => ({
      "@context": "/contexts/Book",
      "@type": "hydra:Collection",
      "hydra:totalItems": 7,
      "hydra:member": member,
      "hydra:view": {
        "@id": `${new URL(url).pathname}?page=${page}`,
        "hydra:first": `${new URL(url).pathname}?page=1`,
        "hydra:last": `${new URL(url).pathname}?page=3`,
        ...(!isLast && { "hydra:next": `${new URL(url).pathname}?page=${page + 1}` }),
      },
    })),
    requests: 3,
  },
  {
    name: "api-platform",
    takes: ["page#"],
    answer: byPage("page", 1, (member, page, isLast, { url }) => ({
      totalItems: 7,
      member,
      view: { "@id": "x", ...(!isLast && { next: `${new URL(url).pathname}?page=${page + 1}` }) },
    })),
    requests: 3,
  },
  {
    name: "activity-streams",
    answer: (ask) => {
      const page = number(q(ask, "page"), 1);
      return json({
        "@context": "https://www.w3.org/ns/activitystreams",
        type: "OrderedCollectionPage",
        totalItems: 7,
        partOf: ask.url,
        ...(page < 3 && { next: `${ask.url}?page=${page + 1}` }),
        orderedItems: cut((page - 1) * 3),
      });
    },
    requests: 3,
  },
  {
    name: "travis",
    takes: ["limit#", "offset#"],
    answer: byOffset("offset", 0, (repositories, offset, isLast, { url }) => ({
      "@type": "repositories",
      "@pagination": {
        limit: 3,
        offset,
        count: 7,
        is_first: offset === 0,
        is_last: isLast,
        next: isLast
          ? null
          : { "@href": `${new URL(url).pathname}?offset=${offset + 3}`, offset: offset + 3, limit: 3 },
        prev: null,
      },
      repositories,
    })),
    requests: 3,
  },
  {
    name: "openproject",
    takes: [described("offset", integer, "Page number inside the requested collection."), "pageSize#"],
    answer: byPage("offset", 1, (elements, offset, isLast, { url }) => ({
      _type: "Collection",
      total: 7,
      count: elements.length,
      pageSize: 3,
      offset,
      _embedded: { elements },
      _links: {
        self: { href: url },
        jumpTo: { href: `${url}?offset={offset}`, templated: true },
        ...(!isLast && { nextByOffset: { href: `${new URL(url).pathname}?offset=${offset + 1}` } }),
      },
    })),
    requests: 3,
  },
  {
    name: "openproject-without-its-links",
    takes: [described("offset", integer, "Page number inside the requested collection."), "pageSize#"],
    answer: byPage("offset", 1, (elements, offset) => ({
      total: 7,
      pageSize: 3,
      offset,
      _embedded: { elements },
    })),
    requests: 3,
  },
  {
    name: "ogc-features",
    takes: ["limit#", "bbox"],
    answer: (ask) => {
      const from = number(q(ask, "startindex"), 0);
      const to = (rel: string, type: string) => ({
        rel,
        type,
        title: "t",
        href: `${ask.url}?startindex=${from + 3}`,
      });
      return json({
        type: "FeatureCollection",
        features: cut(from),
        numberMatched: 7,
        numberReturned: cut(from).length,
        links: [
          { rel: "self", type: "application/geo+json", href: ask.url },
          ...(from < 6 ? [to("next", "application/geo+json")] : []),
        ],
      });
    },
    requests: 3,
  },
  {
    // The link says what to put into the body.
    name: "stac-search",
    posts: { collections: {}, limit: integer, token: text },
    args: "{ body: { collections: ['c'] } }",
    answer: (ask) => {
      const from = at(ask.body.token);
      const next = after(from);
      return json({
        type: "FeatureCollection",
        features: cut(from),
        links: [
          { rel: "root", href: "https://elsewhere.example/" },
          ...(next
            ? [{ rel: "next", method: "POST", href: ask.url, body: { token: next }, merge: true }]
            : []),
        ],
      });
    },
    requests: 3,
  },
  {
    // The address of the next page is for GET; the cursor goes into the body.
    name: "datadog-logs",
    posts: { filter: {}, page: { type: "object", properties: { cursor: text, limit: integer } } },
    args: "{ body: { filter: {}, page: { limit: 3 } } }",
    answer: byBody(
      (body) => body.page.cursor,
      (data, next) => ({
        data,
        ...(next && { links: { next: "https://elsewhere.example/api/v2/logs/events?page[cursor]=x" } }),
        meta: { page: next ? { after: next } : {}, status: "done" },
      }),
    ),
    requests: 3,
  },
  {
    name: "geojson-weather",
    takes: ["limit#", "cursor"],
    answer: byToken("cursor", (features, next, { url }) => ({
      type: "FeatureCollection",
      features,
      observationStations: ["a", "b", "c", "d"],
      ...(next && { pagination: { next: `${url}?cursor=${next}` } }),
    })),
    requests: 3,
  },
];

const catalogs: Style[] = [
  {
    name: "musicbrainz",
    takes: ["offset#", "limit#"],
    answer: byOffset("offset", 0, (releases, offset) => ({
      "release-count": 7,
      "release-offset": offset,
      releases,
    })),
    requests: 3,
  },
  {
    name: "pubmed",
    takes: ["term", "retstart#", "retmax#"],
    answer: byOffset("retstart", 0, (idlist, retstart) => ({
      header: { type: "esearch", version: "0.3" },
      esearchresult: { count: "7", retmax: "3", retstart: String(retstart), idlist, translationset: [] },
    })),
    requests: 3,
  },
  {
    name: "openfda",
    takes: ["skip#", "limit#"],
    answer: byOffset("skip", 0, (results, skip) => ({
      meta: { disclaimer: "d", results: { skip, limit: 3, total: 7 } },
      results,
    })),
    requests: 3,
  },
  {
    name: "europe-pmc",
    takes: ["query", "cursorMark", "pageSize#"],
    args: "{ query: { query: 'q' } }",
    answer: (ask) => {
      const mark = q(ask, "cursorMark") ?? "*";
      const from = mark === "*" ? 0 : at(mark);
      const next = after(from);
      return json({
        version: "6.9",
        hitCount: 7,
        request: { queryString: "q", cursorMark: mark, pageSize: 3 },
        ...(next && {
          nextCursorMark: next,
          nextPageUrl: `https://elsewhere.example/rest/search?cursorMark=${next}`,
        }),
        resultList: { result: cut(from) },
      });
    },
    requests: 3,
  },
  {
    name: "openalex",
    takes: ["page#", "per-page#", "cursor"],
    answer: byPage("page", 1, (results, page) => ({
      meta: { count: 7, db_response_time_ms: 12, page, per_page: 3 },
      results,
      group_by: [],
    })),
    requests: 3,
  },
  {
    name: "openalex-cursor",
    takes: ["page#", "per-page#", "cursor"],
    args: "{ query: { cursor: '*' } }",
    answer: (ask) => {
      const cursor = q(ask, "cursor") ?? "*";
      const from = cursor === "*" ? 0 : at(cursor);
      return json({
        meta: { count: 7, page: null, per_page: 3, next_cursor: after(from) ?? null },
        results: cut(from),
      });
    },
    requests: 3,
  },
  {
    name: "npm-search",
    takes: ["text", "from#", "size#"],
    answer: byOffset("from", 0, (objects) => ({ objects, total: 7, time: "now" })),
    requests: 3,
  },
  {
    name: "crates",
    takes: ["page#", "per_page#"],
    answer: byPage("page", 1, (crates, page, isLast) => ({
      crates,
      meta: { total: 7, next_page: isLast ? null : `?page=${page + 1}&per_page=3`, prev_page: null },
    })),
    requests: 3,
  },
  {
    name: "rubygems",
    takes: ["page#"],
    answer: (ask) => json(cut((number(q(ask, "page"), 1) - 1) * 3)),
    requests: 4,
  },
  {
    name: "keycloak",
    takes: [
      described("first", integer, "Pagination offset"),
      described("max", integer, "Maximum results size (defaults to 100)"),
    ],
    args: "{ query: { max: 3 } }",
    answer: byOffset("first", 0, (users) => users),
    requests: 3,
  },
  {
    name: "auth0-checkpoint",
    takes: [
      "page#",
      "per_page#",
      described("from", text, "Optional Id from which to start selection."),
      "take#",
    ],
    args: "{ query: { take: 3 } }",
    answer: byToken("from", (organizations, next) => ({ organizations, ...(next && { next }) })),
    requests: 3,
  },
  {
    name: "sonarqube",
    takes: [described("p", text, "1-based page number"), described("ps", text, "Page size.")],
    answer: byPage("p", 1, (components, pageIndex) => ({
      paging: { pageIndex, pageSize: 3, total: 7 },
      components,
    })),
    requests: 3,
  },
  {
    name: "alfresco",
    takes: ["skipCount#", "maxItems#"],
    answer: byOffset("skipCount", 0, (entries, skipCount, isLast) => ({
      list: {
        pagination: { count: entries.length, hasMoreItems: !isLast, totalItems: 7, skipCount, maxItems: 3 },
        entries,
      },
    })),
    requests: 3,
  },
  {
    name: "nuxeo",
    takes: ["currentPageIndex#", "pageSize#"],
    answer: byPage("currentPageIndex", 0, (entries, currentPageIndex, isLast) => ({
      "entity-type": "documents",
      isPaginable: true,
      resultsCount: 7,
      pageSize: 3,
      currentPageSize: entries.length,
      currentPageIndex,
      numberOfPages: 3,
      isPreviousPageAvailable: currentPageIndex > 0,
      isNextPageAvailable: !isLast,
      isLastPageAvailable: true,
      entries,
    })),
    requests: 3,
  },
  {
    name: "taiga",
    takes: ["page#"],
    answer: (ask) => {
      const page = number(q(ask, "page"), 1);
      return json(cut((page - 1) * 3), {
        "x-paginated": "true",
        "x-paginated-by": "3",
        "x-pagination-count": "7",
        "x-pagination-current": String(page),
        ...(page < 3 && { "x-pagination-next": `${ask.url}?page=${page + 1}` }),
      });
    },
    requests: 3,
  },
  {
    name: "pagy-headers",
    takes: ["page#"],
    answer: (ask) =>
      json(cut((number(q(ask, "page"), 1) - 1) * 3), {
        "current-page": q(ask, "page") ?? "1",
        "page-items": "3",
        "total-pages": "3",
        "total-count": "7",
      }),
    requests: 3,
  },
  {
    name: "procore",
    takes: ["page#", "per_page#"],
    answer: (ask) => json(cut((number(q(ask, "page"), 1) - 1) * 3), { total: "7", "per-page": "3" }),
    requests: 3,
  },
  {
    name: "postgrest-without-a-count",
    takes: ["offset", "limit"],
    args: "{ query: { limit: 3 } }",
    answer: (ask) => {
      const from = number(q(ask, "offset"), 0);
      return json(cut(from), { "content-range": from > 6 ? "*/*" : `${from}-${Math.min(from + 2, 6)}/*` });
    },
    requests: 3,
  },
  {
    // 206 on every page, also on the last.
    name: "tm-forum",
    takes: ["offset#", "limit#", "fields"],
    answer: (ask) =>
      json(cut(number(q(ask, "offset"), 0)), { "x-total-count": "7", "x-result-count": "3" }, 206),
    requests: 3,
  },
  {
    name: "elasticsearch-scroll",
    posts: { scroll: text, scroll_id: text },
    args: "{ body: { scroll: '1m', scroll_id: 's0' } }",
    answer: ({ body }: { body: Body }) => {
      const from = at(body.scroll_id);
      return json({
        _scroll_id: `s${Math.min(from + 3, 7)}`,
        took: 1,
        hits: { total: { value: 7, relation: "eq" }, max_score: 1, hits: cut(from) },
      });
    },
    requests: 4,
  },
  {
    name: "couchdb-find",
    posts: { selector: {}, limit: { type: "integer", default: 3 }, bookmark: text },
    args: "{ body: { selector: {} } }",
    answer: ({ body }: { body: Body }) => {
      const from = at(body.bookmark);
      return json({ docs: cut(from), bookmark: `b${from + 3}`, warning: "no index" });
    },
    requests: 3,
  },
  {
    name: "qdrant",
    posts: { limit: integer, offset: { anyOf: [integer, text] }, filter: {} },
    args: "{ body: { limit: 3 } }",
    answer: byBody(
      (body) => body.offset,
      (points, next) => ({ result: { points, next_page_offset: next ?? null }, status: "ok", time: 0 }),
    ),
    requests: 3,
  },
  {
    name: "pinecone",
    takes: ["prefix", "limit#", "paginationToken"],
    answer: byToken("paginationToken", (vectors, next) => ({
      vectors,
      ...(next && { pagination: { next } }),
      usage: { readUnits: 1 },
    })),
    requests: 3,
  },
  {
    name: "spring-slice",
    takes: ["page#", "size#"],
    answer: byPage("page", 0, (content, page, last) => ({
      content,
      pageable: "INSTANCE",
      size: 3,
      number: page,
      first: page === 0,
      last,
      numberOfElements: content.length,
      empty: false,
    })),
    requests: 3,
  },
  {
    // one-indexed-parameters: the request counts from 1, the answer from 0.
    name: "spring-one-indexed",
    takes: ["page#", "size#"],
    answer: byPage("page", 1, (content, page, last) => ({
      content,
      number: page - 1,
      size: 3,
      totalPages: 3,
      totalElements: 7,
      last,
    })),
    requests: 4,
  },
  {
    // A position that counts from 1, of which nothing tells.
    name: "positions-from-one",
    takes: ["start#", "count#"],
    answer: byOffset("start", 1, (items) => ({ items, total: 7 })),
    requests: 4,
  },
  {
    name: "pages-from-zero-of-which-nothing-tells",
    takes: ["page#"],
    answer: byPage("page", 0, (items) => items),
    requests: 3,
  },
  {
    name: "pages-from-zero-and-a-total",
    takes: ["page#"],
    answer: byPage("page", 0, (items) => ({ items, total: 7 })),
    requests: 3,
  },
  {
    name: "pages-from-zero-and-a-larger-total",
    takes: ["page#"],
    answer: byPage("page", 0, (items, _page, isLast) => ({ items, total: 90, has_more: !isLast })),
    requests: 3,
    complete: false,
    hint: "The API counts 90 items",
  },
  {
    // The total is an estimate: what looks odd is right.
    name: "a-total-that-is-near",
    takes: ["page#"],
    answer: byPage("page", 1, (items, page) => ({ items: page === 2 ? items.slice(0, 2) : items, total: 6 })),
    requests: 4,
    ids: "i1,i2,i3,i4,i5,i7",
  },
  {
    // A list of searches: what goes on is inside.
    name: "graph-search",
    posts: { requests: { type: "array", items: { type: "object" } } },
    args: "{ body: { requests: [{ from: 0, size: 3 }] } }",
    answer: () =>
      json({
        value: [{ id: "i1", hitsContainers: [{ hits: cut(0), total: 7, moreResultsAvailable: true }] }],
      }),
    requests: 1,
    ids: "i1",
    complete: false,
    hint: "There are more items",
  },
];

const money: Style[] = [
  {
    name: "hubspot-contacts",
    takes: ["count#", "vidOffset#"],
    answer: byOffset("vidOffset", 0, (contacts, offset, isLast) => ({
      contacts,
      "has-more": !isLast,
      "vid-offset": offset + 3,
    })),
    requests: 3,
  },
  {
    name: "zoho-more-records",
    takes: ["page#", "per_page#"],
    answer: byPage("page", 1, (data, page, isLast) => ({
      data,
      info: { per_page: 3, count: data.length, page, more_records: !isLast },
    })),
    requests: 3,
  },
  {
    name: "amazon-orders",
    takes: ["NextToken", "CreatedAfter"],
    answer: byToken("NextToken", (Orders, next) => ({
      payload: { Orders, ...(next && { NextToken: next }) },
    })),
    requests: 3,
  },
  {
    // The cursor is the whole query.
    name: "walmart",
    takes: ["limit#", "nextCursor"],
    answer: (ask) => {
      const from = at(q(ask, "cursor"));
      const next = after(from);
      return json({
        list: {
          meta: { totalCount: 7, limit: 3, ...(next && { nextCursor: `?limit=3&cursor=${next}` }) },
          elements: { order: cut(from) },
        },
      });
    },
    requests: 3,
  },
  {
    name: "bungie",
    takes: ["currentpage#"],
    answer: byPage("currentpage", 1, (results, currentPage, isLast) => ({
      Response: {
        results,
        totalResults: 7,
        hasMore: !isLast,
        query: { itemsPerPage: 3, currentPage },
        useTotalResults: true,
      },
      ErrorCode: 1,
    })),
    requests: 3,
  },
  {
    name: "page-info",
    takes: ["cursor", "limit#"],
    answer: byToken("cursor", (items, next) => ({
      items,
      page_info: {
        has_next_page: next !== undefined,
        end_cursor: next ?? "t9",
        has_previous_page: false,
        start_cursor: "t0",
      },
    })),
    requests: 3,
  },
  {
    // The position is that of the next page, and no count.
    name: "hubspot-deals",
    takes: ["limit#", "offset#"],
    answer: (ask) => {
      const from = { 0: 0, 204727: 3, 951: 6 }[number(q(ask, "offset"), 0)];
      if (from === undefined) return refused();
      return json({ deals: cut(from), hasMore: from < 6, offset: [204727, 951, 951][from / 3] });
    },
    requests: 3,
  },
  {
    name: "chargebee",
    takes: ["limit#", "offset"],
    answer: (ask) => {
      const sent = q(ask, "offset");
      const from = sent === undefined ? 0 : Number(JSON.parse(sent)[1]);
      return json({
        list: cut(from),
        ...(from < 6 && { next_offset: JSON.stringify(["1612", String(from + 3)]) }),
      });
    },
    requests: 3,
  },
  {
    // The address is there on the last page, too.
    name: "paddle",
    takes: ["after", "per_page#"],
    answer: (ask) => {
      const from = at(q(ask, "after"));
      const pagination = {
        per_page: 3,
        next: `${ask.url}?after=t${from + 3}`,
        has_more: from + 3 < 7,
        estimated_total: 7,
      };
      return json({ data: cut(from), meta: { request_id: "r", pagination } });
    },
    requests: 3,
  },
  {
    name: "razorpay",
    takes: ["count#", "skip#", "from#", "to#"],
    args: "{ query: { count: 3 } }",
    answer: byOffset("skip", 0, (items) => ({ entity: "collection", count: items.length, items })),
    requests: 3,
  },
  {
    name: "mollie",
    takes: ["from", "limit#"],
    answer: byToken("from", (payments, next, { url }) => ({
      count: payments.length,
      _embedded: { payments },
      _links: {
        documentation: { href: "https://elsewhere.example/", type: "text/html" },
        self: { href: url, type: "application/hal+json" },
        previous: null,
        next: next ? { href: `${url}?from=${next}`, type: "application/hal+json" } : null,
      },
    })),
    requests: 3,
  },
  {
    name: "gocardless",
    takes: ["after", "before", "limit#"],
    answer: byToken("after", (customers, next) => ({
      customers,
      meta: { cursors: { before: null, after: next ?? null }, limit: 3 },
    })),
    requests: 3,
  },
  {
    name: "recurly",
    takes: ["cursor", "limit#"],
    answer: byToken("cursor", (data, next, { url }) => ({
      object: "list",
      has_more: next !== undefined,
      next: next ? `${new URL(url).pathname}?cursor=${next}` : null,
      data,
    })),
    requests: 3,
  },
  {
    name: "lemon-squeezy",
    takes: ["page[number]#", "page[size]#"],
    answer: byPage("page[number]", 1, (data, currentPage, isLast, { url }) => ({
      meta: { page: { currentPage, from: 1, lastPage: 3, perPage: 3, to: 3, total: 7 } },
      links: {
        first: url,
        last: url,
        ...(!isLast && { next: `${url}?page%5Bnumber%5D=${currentPage + 1}` }),
      },
      data,
    })),
    requests: 3,
  },
  {
    name: "bing",
    takes: ["q", "count#", "offset#"],
    args: "{ query: { q: 'x', count: 3 } }",
    answer: byOffset("offset", 0, (value) => ({
      _type: "SearchResponse",
      queryContext: { originalQuery: "x" },
      webPages: { webSearchUrl: "https://elsewhere.example/", totalEstimatedMatches: 1_234, value },
    })),
    requests: 3,
  },
  {
    name: "firestore-batches",
    posts: { query: { type: "object", properties: { startCursor: text, limit: integer } } },
    args: "{ body: { query: { limit: 3 } } }",
    answer: ({ body }: { body: Body }) => {
      const from = at(body.query.startCursor);
      return json({
        batch: {
          entityResultType: "FULL",
          entityResults: cut(from),
          endCursor: `t${Math.min(from + 3, 7)}`,
          moreResults: from + 3 < 7 ? "NOT_FINISHED" : "NO_MORE_RESULTS",
        },
      });
    },
    requests: 3,
  },
  {
    name: "gitlab-keyset",
    takes: ["pagination", "per_page#", "order_by", "id_after#"],
    args: "{ query: { pagination: 'keyset', per_page: 3, order_by: 'id' } }",
    answer: (ask) => {
      const from = number(q(ask, "id_after"), 0);
      if (q(ask, "pagination") !== "keyset") return json(things());
      const link = `<${ask.url}?pagination=keyset&per_page=3&order_by=id&id_after=${from + 3}>; rel="next"`;
      return json(cut(from), from + 3 < 7 ? { link } : {});
    },
    requests: 3,
  },
  {
    name: "confluence-cursors",
    takes: ["cursor", "limit#"],
    answer: byToken("cursor", (results, next, { url }) => ({
      results,
      _links: {
        base: "https://elsewhere.example/wiki",
        ...(next && { next: `${new URL(url).pathname}?cursor=${next}` }),
      },
    })),
    requests: 3,
  },
];

const last: Style[] = [
  {
    name: "cursor-in-a-header-that-is-sent-back",
    takes: ["@X-Cursor", "limit#"],
    answer: ({ headers }) => {
      const from = at(headers["x-cursor"]);
      const next = after(from);
      return json(cut(from), next ? { "x-cursor": next } : {});
    },
    requests: 3,
  },
  {
    name: "next-link-in-a-header-of-its-own",
    answer: (ask) => {
      const from = number(q(ask, "s"), 0);
      return json(cut(from), from < 6 ? { "x-next-link": `${ask.url}?s=${from + 3}` } : {});
    },
    requests: 3,
  },
  {
    name: "content-range-with-an-unknown-total",
    answer: ({ headers }) => {
      const from = number(/^items=(\d+)-/.exec(headers["range"] ?? "items=0-")?.[1], 0);
      if (from > 6) return json({ error: "range" }, { "content-range": "items */7" }, 416);
      return json(
        { things: cut(from) },
        { "content-range": `items ${from}-${Math.min(from + 2, 6)}/*` },
        206,
      );
    },
    requests: 4,
  },
  {
    name: "rel-with-several-words",
    answer: (ask) => {
      const page = number(q(ask, "page"), 1);
      return json({
        items: cut((page - 1) * 3),
        links: [
          { rel: "self", href: ask.url },
          ...(page < 3 ? [{ rel: "next page", href: `${ask.url}?page=${page + 1}` }] : []),
        ],
      });
    },
    requests: 3,
  },
  {
    name: "links-by-name-in-a-list-of-pairs",
    answer: (ask) => {
      const page = number(q(ask, "page"), 1);
      return json({
        results: cut((page - 1) * 3),
        navigation: { next: page < 3 ? { url: `${ask.url}?page=${page + 1}` } : null },
      });
    },
    requests: 3,
  },
  {
    name: "an-unencoded-address",
    answer: (ask) => {
      const from = number(q(ask, "after"), 0);
      return json({ items: cut(from), next: from < 6 ? `${ask.url}?q=a b|c&after=${from + 3}` : "" });
    },
    requests: 3,
  },
  {
    name: "a-token-with-signs",
    takes: ["pageToken"],
    answer: (ask) => {
      const sent = q(ask, "pageToken");
      const from = sent === undefined ? 0 : Number(/^a\+b\/=&(\d)$/.exec(sent)?.[1]);
      if (Number.isNaN(from)) return refused();
      return json({ items: cut(from), ...(from < 6 && { nextPageToken: `a+b/=&${from + 3}` }) });
    },
    requests: 3,
  },
  {
    name: "a-token-in-a-nested-answer-and-a-nested-parameter",
    takes: [
      {
        name: "page",
        in: "query",
        style: "deepObject",
        schema: { type: "object", properties: { after: text, size: integer } },
      },
    ],
    answer: byToken("page[after]", (items, next) => ({
      result: { list: { items }, paging: { cursors: { next: next ?? null } } },
    })),
    requests: 3,
  },
  {
    name: "a-cursor-that-is-an-object",
    posts: { filter: {}, cursor: { type: "object" } },
    args: "{ body: { filter: {} } }",
    answer: ({ body }: { body: Body }) => {
      const from = number(body.cursor?.id, 0);
      return json({
        items: cut(from),
        ...(from < 6 ? { nextCursor: { id: from + 3, at: "x" } } : { nextCursor: null }),
      });
    },
    requests: 3,
  },
  {
    name: "more-results-as-a-word",
    takes: ["page#"],
    answer: byPage("page", 1, (items, page, isLast) => ({
      items,
      page,
      moreResults: isLast ? "false" : "true",
    })),
    requests: 3,
  },
  {
    name: "remaining",
    takes: ["offset#", "limit#"],
    answer: byOffset("offset", 0, (items, offset, isLast) => ({ items, remaining: isLast ? 0 : 4 - offset })),
    requests: 3,
  },
  {
    name: "from-and-to",
    takes: ["page#"],
    answer: byPage("page", 1, (data, current_page, isLast) => ({
      data,
      meta: {
        current_page,
        from: (current_page - 1) * 3 + 1,
        to: isLast ? 7 : current_page * 3,
        path: "/x",
        per_page: 3,
      },
      links: { first: "x", prev: null, next: isLast ? null : "?page=" + String(current_page + 1) },
    })),
    requests: 3,
  },
  {
    name: "page-of-pages-as-text",
    takes: ["page#"],
    answer: byPage("page", 1, (items, page) => ({
      items,
      page: `${page} of 3`,
      pageCount: "3",
      currentPage: String(page),
    })),
    requests: 3,
  },
  {
    name: "zero-based-page-and-a-count-of-pages",
    takes: ["page#", "size#"],
    answer: byPage("page", 0, (items, page) => ({ items, pageNumber: page, totalPages: 3 })),
    requests: 3,
  },
  {
    name: "one-based-answer-to-a-zero-based-page",
    takes: [inQuery("page", { type: "integer", default: 0 })],
    answer: byPage("page", 0, (items, page, isLast) => ({ items, page: page + 1, last: isLast })),
    requests: 3,
  },
];

export const furtherStyles: Style[] = [
  ...cloud,
  ...business,
  ...social,
  ...hypermedia,
  ...catalogs,
  ...money,
  ...last,
];
