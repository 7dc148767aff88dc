/** Attacks that got through once, each with the rows of a table that hold them now. None of them may lose its row. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");

/** Rows and names of tests, as they are written in the file. */
const attacks: [attack: string, file: string, rows: string[]][] = [
  [
    "a document reads the secrets of its folder",
    "test/spec/load/only-documents.test.ts",
    [
      "a hidden file",
      "a document in a hidden folder",
      "scalar.yaml",
      "what a reference leads to has to fit its place",
      "the key of a service",
      "refuses settings in a place that OpenAPI does not describe, too",
    ],
  ],
  [
    "one click approves what came after the page was opened",
    "test/console/shown-is-sent.worker.test.ts",
    ["a request that came after the page was opened waits for its own (%s)"],
  ],
  [
    "one click approves what is not on the page",
    "test/console/shown-is-sent.worker.test.ts",
    ["of %i that wait, the button decides on the 100 that are shown (%s)", '[101, "approve-listed"]'],
  ],
  [
    "another API of the same origin",
    "test/console/shown-is-sent.worker.test.ts",
    ["the same URL of another API: the other credential does not go out"],
  ],
  [
    "another account of the same user",
    "test/console/shown-is-sent.worker.test.ts",
    ["the same request in the name of another account (credential in the %s)"],
  ],
  [
    "a request that differs in its API or account only",
    "test/store/ledger/approvals/identity.test.ts",
    ["the API, in capitals", "an account without a name"],
  ],
  [
    "a boundary that hides what a form says",
    "test/console/read-is-sent.worker.test.ts",
    ["is part of a value", "stands in another parameter too"],
  ],
  [
    "JSON that parsers read differently",
    "test/console/read-is-sent.worker.test.ts",
    ["a key twice", "a number with too many digits", "a number too large"],
  ],
  [
    "a question that cuts what it asks about",
    "test/journey/elicitation.process.test.ts",
    ["is offered no approval of what does not fit into the question"],
  ],
  [
    "a question about more than it shows",
    "test/mcp/question.worker.test.ts",
    ["a header behind the end", "the second of two"],
  ],
  [
    "code that keeps the host busy",
    "test/cli/hostile-input.timed.test.ts",
    ["a line of 56 slashes", "2,000 paths that do not exist", "nested typed arrow functions"],
  ],
  [
    "a URL that keeps the host busy",
    "test/cli/hostile-input.timed.test.ts",
    [
      "a URL of 700 KB of words",
      "1,000 URLs of 7,000 segments",
      "1,000 URLs that are encoded again and again",
    ],
  ],
  [
    "an answer that keeps the host busy",
    "test/cli/hostile-input.timed.test.ts",
    ["60 MB of backslashes", "30 MB of what nearly is the secret"],
  ],
  [
    "a body that keeps the host busy",
    "test/cli/hostile-input.timed.test.ts",
    ["31 MB of names as multipart", "a form of 31 MB of names"],
  ],
  [
    "a request that stops the server again and again",
    "test/cli/supervisor/alone.process.test.ts",
    ["is answered with an error that says so, and is not sent again"],
  ],
  [
    "HEAD goes round a rule that names GET",
    "test/gateway/decide/locate.test.ts",
    ["that names GET holds for HEAD too, and one that names HEAD for HEAD only"],
  ],
  ["an unknown method that writes", "test/gateway/decide/locate.test.ts", ["is %s with %s at least"]],
  [
    "a denied operation in another spelling",
    "test/gateway/decide/locate.test.ts",
    ["/files/purge;v=1", "/files/Purge"],
  ],
  [
    "another method in the query or a body",
    "test/gateway/decide/policy/method-override.test.ts",
    ["refuses another method by %s", "refuses another method in the body: %s", "JSON in UTF-16, unsaid"],
  ],
  [
    "a query that is written otherwise, or stands in the body",
    "test/request/readings.test.ts",
    ["beta=true&beta=true", "beta=True", "says by what the operations of a path are told apart"],
  ],
  [
    "a path that is encoded twice, or has a suffix",
    "test/request/readings.test.ts",
    ["GET /users/m%2565", "GET /users/me.json"],
  ],
  [
    "a value of a rule in another spelling",
    "test/gateway/decide/locate.test.ts",
    ["/repos/Octo/Secret/issues", "/repos/octo/s%2565cret/issues"],
  ],
  [
    "a document that loosens the policy overnight",
    "test/deployment/loosened.test.ts",
    ["an id that a deny rule names is renamed", "a tag that an ask rule names is renamed"],
  ],
  [
    "a document that asks for more with the credential",
    "test/deployment/credential-uses.test.ts",
    ["one scope more", "another credential comes first", "another token endpoint of the same origin"],
  ],
  [
    "a document that loosens the policy in two nights",
    "test/deployment/acceptable.test.ts",
    ["a denied operation goes, and comes back with another id"],
  ],
  [
    "a client document behind a redirect, keys at a private address",
    "test/auth/client-documents.process.test.ts",
    ["is refused at http, to which its document redirects", "are not looked for behind a redirect"],
  ],
  [
    "names of customers in types that were learned",
    "test/learned/shape.test.ts",
    ["are not kept after the first answer: $of"],
  ],
  [
    "a header that a server behind a proxy believes",
    "test/gateway/sign/strip.test.ts",
    ["is not sent, and named: %s"],
  ],
  [
    "an address that nobody verified",
    "test/auth/sign-in/oidc.process.test.ts",
    ["refuses a user who is not allowed, or whose address is not verified"],
  ],
  [
    "a state folder that other accounts read",
    "test/cli/server/owner-only.test.ts",
    ["tightens a folder of an earlier version, at every depth, and nothing outside"],
  ],
  [
    "the schedule, run by a page elsewhere",
    "test/cli/supervisor/door.process.test.ts",
    ["/cdn-cgi/handler/scheduled"],
  ],
  [
    "characters that cannot be seen",
    "test/terms/visible.test.ts",
    ["is marked if it has no glyph of its own: ignorable, format, control, separator, unassigned"],
  ],
  [
    "a client that writes its own sentence into the consent page",
    "test/auth/pages/consent.test.ts",
    ["a change of direction", "a space that does not break"],
  ],
  [
    "a body whose charset says something else than its page",
    "test/request/shown/request-text.test.ts",
    ["UTF-7", "a field of a form"],
  ],
  [
    "a value of a rule in a list, a pattern or a grouped number",
    "test/gateway/decide/locate.test.ts",
    ["/repos/octo/a,secret/issues", "/repos/octo/sec*/issues", "1_000"],
  ],
  [
    "one program continues what another one paused",
    "test/mcp/open-programs.worker.test.ts",
    ["a program does not continue what another has paused, and nothing is always allowed"],
  ],
  [
    "a result of a connection that was granted more",
    "test/store/ledger/recall.worker.test.ts",
    ["a connection for one of its APIs"],
  ],
  [
    "refused requests without end",
    "test/gateway/send/sending.worker.test.ts",
    ["ends a run that is refused again and again: %s", "denied by a rule"],
  ],
  [
    "an answer in the name of another login server",
    "test/auth/upstream-login.process.test.ts",
    ["refuses a callback in the name of another login server, and redeems nothing there"],
  ],
  ["a path in the query", "test/gateway/decide/locate.test.ts", ["/files/x?rest_route=%2Ffiles%2Fpurge"]],
  [
    "a path that is the query itself, as CodeIgniter takes it",
    "test/request/readings.test.ts",
    ["/admin/purge=1", "%252fadmin%252fpurge"],
  ],
  [
    "a credential of the code's own in the query of a bearer API, or in a body",
    "test/gateway/sign/strip.test.ts",
    ["Access-Token=x", "a bearer token, in a form", "a key, in JSON"],
  ],
  [
    "a Host header that holds a path",
    "test/cli/supervisor/door.process.test.ts",
    ["localhost:1/cdn-cgi/handler/scheduled#", "%6cocalhost"],
  ],
  [
    "work for a visitor without a login",
    "test/auth/before-sign-in.worker.test.ts",
    [
      "a page that sends to sign in writes nothing and asks the provider once",
      "a refresh token that somebody made up makes no Durable Object",
    ],
  ],
  [
    "a client that is granted what it asks for by one click",
    "test/auth/consent-offer.test.ts",
    ["no other box ticked than of reading, whatever is asked and was granted"],
  ],
  [
    "a client that declines for its person",
    "test/journey/elicitation.process.test.ts",
    ["that declines by itself has not decided for its person: the link, and the record says so"],
  ],
  [
    "an answer of a person that comes late",
    "test/journey/elicitation.process.test.ts",
    ["keeps the client informed, is not waited for beyond 50 s, and is heard late"],
  ],
  [
    "a user who was put out and stays in",
    "test/console/users.worker.test.ts",
    [
      "somebody else is",
      "a whole user: connections, access tokens, sessions, logins at APIs and at the provider",
    ],
  ],
  [
    "a user whom the provider does not know any more",
    "test/auth/sign-in/oidc.process.test.ts",
    ["is asked about at the provider at each refresh: goes on, waits while it is down, and is put out"],
  ],
  [
    "a plain proxy in front of a local server",
    "test/cli/supervisor/nginx.proxy.test.ts",
    ["nobody gets in without a login: %s"],
  ],
  [
    "a setting of the server as the secret of an API",
    "test/cli/reserved-names.test.ts",
    ["%s is refused in an API file, and as --credential"],
  ],
  [
    "a write that a power cut takes out of the record",
    "test/journey/killed.process.test.ts",
    [
      "in the middle of a run that writes leaves a record that is interrupted and names every write that left",
    ],
  ],
  [
    "a debugger that listens for everybody on the machine",
    "test/cli/server/listening.process.test.ts",
    ["is no debugger, on any port of any of its processes"],
  ],
  [
    "a header that the local runtime takes orders by",
    "test/cli/supervisor/door.process.test.ts",
    ["MF-Original-URL", "MF-Anything-New"],
  ],
  [
    "guesses at a credential, read from the ends of chunks",
    "test/gateway/send/redact.test.ts",
    ["does not pass on the beginning of base64 that is broken into lines", "an event"],
  ],
  [
    "a credential that was escaped twice, or in UTF-16 after an escape",
    "test/gateway/send/redact.test.ts",
    ["removes a secret in UTF-16 that was escaped before: %s"],
  ],
  [
    "a credential in the name of a header",
    "test/gateway/send/redact.test.ts",
    ["leaves out a header whose name holds a secret, in lower case as names come"],
  ],
  [
    "a credential that a redirect takes along in its URL",
    "test/gateway/bad-input.worker.test.ts",
    ["takes no credential to another origin in the URL that the API wrote: %s"],
  ],
  [
    "an answer that says a length beside its chunks",
    "test/gateway/bad-input.worker.test.ts",
    ["does not believe a length beside chunks"],
  ],
  [
    "a plan that writes by a redirect",
    "test/gateway/bad-input.worker.test.ts",
    ["a POST that reads to one that writes", "GET to a GET that writes"],
  ],
  [
    "a next page at another API, or that writes",
    "test/gateway/two-apis.worker.test.ts",
    ["an address of the other", "a POST that writes, from one that reads"],
  ],
  [
    "a method in the query by a plain name",
    "test/gateway/decide/policy/method-override.test.ts",
    ["refuses another method by a plain name, with the name of a method: ?%s"],
  ],
  [
    "a value of a rule as another number",
    "test/gateway/decide/locate.test.ts",
    ["that denies or asks by a number or a UUID holds for %s"],
  ],
  [
    "a credential that a new operation sends elsewhere",
    "test/deployment/loosened.test.ts",
    [
      "a new operation that is signed, at a server that got no credential",
      "security statements that are gone: everything is signed",
    ],
  ],
  [
    "a document that is taken over at the next start",
    "test/cli/served.test.ts",
    ["names another server", "moves the credential"],
  ],
  [
    "a login under way that brings back who was ended",
    "test/auth/ended-while-away.worker.test.ts",
    ["they were ended afterwards"],
  ],
  [
    "more tokens than a page of them",
    "test/vault/access-tokens.worker.test.ts",
    ["are all listed and all ended, however many an earlier version let somebody make"],
  ],
  [
    "servers that take over one folder together",
    "test/cli/server/state-lock.process.test.ts",
    ["is given to one of many that come at the same time, after one that was killed"],
  ],
  [
    "always, for an account that nobody saw",
    "test/store/ledger/approvals/approvals.worker.test.ts",
    ["allowed always is asked about for %s, now and where it waits already"],
  ],
];

it.each(attacks)("%s is held by %s", async (_attack, file, rows) => {
  const source = await readFile(join(root, file), "utf8");
  expect(rows.filter((row) => !source.includes(row))).toEqual([]);
});
