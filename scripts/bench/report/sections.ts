/** The sections of docs/figures.md: which figures belong together, and how they were measured. */

export interface Section {
  title: string;
  how: string;
  /** The figures of this section; groups `api` and `measure` where several APIs have the same. */
  keys: RegExp;
}

export const sections: Section[] = [
  {
    title: "Tokens",
    how: "What is in a model's context before its first call, counted in o200k tokens: both tools as a client lists them from a running server, and the instructions; against a tool for every operation, and against the document. “Minimal” tools have a name, a summary and the types of what is required.",
    keys: /^(?!growth\.)(?<api>\w+)\.(?<measure>operations|tokens\.\w+)$/,
  },
  {
    title: "Descriptions",
    how: "What `describe` costs for one operation (all of a document, each by itself) and for ten of one tag together, in o200k tokens; and how many required members and values of enums up to 40 it does not show.",
    keys: /^(?<api>\w+)\.(?<measure>describe\.\w+)$/,
  },
  {
    title: "Tasks",
    how: "Tasks in a user's words, solved by programs that a model has written, its mistakes included (`npm run eval`), against running servers: PowerDNS, Alertmanager, the demo API, and a GitHub that is played from its document. The outcome of each is checked at the API.",
    keys: /^(?:(?<api>\w+)\.(?<measure>tasks\.\w+)|tasks\.\w+)$/,
  },
  {
    title: "Search",
    how: "A typical search (about ten operations by a word in their paths, with what their bodies want) from the request to the answer, the contestants in turns in one workerd: an isolate that does nothing, isogate, the dereferenced document pasted into the code, and `openApiMcpServer` of `@cloudflare/codemode`. Medians of 30 rounds, of 3 for the slow ones. Memory is that of the whole server.",
    keys: /^(?<api>\w+)\.(?<measure>(?:search|everyParameter)\.\w+)$/,
  },
  {
    title: "A whole call",
    how: "From the request of a client to the last byte of its answer: isogate as `npm start` runs it (login, check, policy, record and supervisor on) and `openApiMcpServer` of `@cloudflare/codemode` under wrangler, with the same document and the same upstream, in turns: a search, and an `execute` with 0, 1 and 10 requests. Medians of 30, of 3 where the rival takes more than 200 ms; processor time is that of all processes of a server, the client's left out. \"Alone\" is one call after the other. Of times, spreads and processor times less is better (below 1, isogate needs less than codemode's server); of rates, and of `eightOver`, more is better.",
    keys: /^(?<api>\w+)\.(?<measure>call\.\w+\.\w+)$/,
  },
  {
    title: "Where the time of a call goes",
    how: "The stages of one warm call over PowerDNS's document, means of 30, in the order in which they begin; a wait for the next stage counts to the one before. `front` is the way from the client to the Worker, `codeBefore` and `codeAfter` are what the program does before its request and after the answer, `answer` is the way back, and `record` goes on behind it. That the program begins is told over a way to the host and back, some 0.3 ms, which are part of `isolate`.",
    keys: /^(?<api>search|execute1)\.stage\.(?<measure>\w+)$/,
  },
  {
    title: "Compile",
    how: "Reading and compiling a document in a separate process; medians of three. This happens once per document, not per call.",
    keys: /^(?<api>\w+)\.(?<measure>compile|compileMemory)$/,
  },
  {
    title: "Start",
    how: "What `npm start` does, from nothing to the first answer: the documents of `specs/` read, the Worker built and started, the catalogs uploaded, a search answered over MCP. Median of three.",
    keys: /^start\./,
  },
  {
    title: "A process of its own",
    how: "`start` and `serve` from a built Worker, with the demo API: from the start of the process to the first answer, and the memory of server and runtime together (PSS), idle and after 2,500 runs.",
    keys: /^ownServer\./,
  },
  {
    title: "Growth with the number of operations",
    how: "The same search in documents that are made of GitHub's operations: so many from the first on, and from the beginning again under another prefix.",
    keys: /^growth\.(?:operations(?<api>\d+)\.(?<measure>\w+)|time$)/,
  },
  {
    title: "Growth with the number of APIs",
    how: "The same search in deployments that serve so many APIs of 50 operations each.",
    keys: /^growth\.apis(?<api>\d+)\.(?<measure>\w+)$/,
  },
  {
    title: "Execute, and the way through the gateway",
    how: "The same code and the same upstream on this machine, once with the network that an isolate inherits and once through the gateway; and an `execute` that sends nothing against an isolate that does nothing.",
    keys: /^gateway\./,
  },
  {
    title: "Recording",
    how: "An `execute` of ten requests with and without its record, and the console's lists over a ledger of 100,000 runs.",
    keys: /^(?:recording|ledger)\./,
  },
  {
    title: "Runs in the background",
    how: "A server on whose disk 1,000 runs of 50 users sleep, against one without, each started on its state and left alone: the processor time of half a minute, and memory. Waking: from the time that the code named until it has the answer of its next request, for 40 runs one after the other, and for 20 of one user at the same time. Resuming: from that time until code that had got 500 answers before has got all of them again; the slower of one after the other and 25 at a time. An `execute` of one request over an API with a rule that asks, against a build of the same sources without runs in the background and capabilities, in turns: the processor time of each server.",
    keys: /^lasting\./,
  },
  {
    title: "Pages",
    how: "The console in a headless Chromium on this machine, 1440 × 900: medians of three loads of each page of the tour of the pictures, over a ledger of 10,000 runs; sizes before compression; all runs, and a run with 500 requests, scrolled by 8,000 pixels a second, and the times between frames meanwhile.",
    keys: /^pages\./,
  },
  {
    title: "The check before a run",
    how: "Programs that are right, over real documents: the check in Node, and what it adds to an `execute` with one request.",
    keys: /^check\./,
  },
  { title: "Further", how: "", keys: /^/ },
];
