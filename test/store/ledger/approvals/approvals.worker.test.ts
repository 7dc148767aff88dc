/**
 * Approvals, played by the gateway's rules against a real ledger: `play` runs a list of requests as code would, sends
 * what may be sent to a counting upstream, and can be killed at each step.
 */
import { env } from "cloudflare:workers";
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { ApprovedRun, ExactRequest, Handling, SentRequest } from "../../../../src/terms/approvals.ts";
import { approvalMaxAgeMs, maxWaiting } from "../../../../src/store/ledger/limits.ts";
import type { CapabilitySet } from "../../../../src/terms/capabilities.ts";
import type { SandboxOutcome } from "../../../../src/terms/outcome.ts";
import { record } from "../sample.ts";
import { click, type Click } from "./on-the-page.ts";

type Kill = "before recordSent" | "after recordSent" | "after sending";
interface Played {
  seen: string[];
  outcome: string;
  /** Id of the paused run, if there is one. */
  continuation: string;
}
interface Play {
  code?: string;
  client?: string;
  plan?: boolean;
  kill?: Kill;
  credentialsId?: string | undefined;
}
type Step = ExactRequest & { ask: boolean };

let users = 0;

/** A user with a ledger of their own, an upstream that counts, and the gateway's part of the protocol. */
function scene() {
  const user = `approvals ${(users += 1)}`;
  const ledger = env.LEDGER.getByName(user);
  const upstream: string[] = [];
  let runs = 0;

  /** Runs code that makes these requests one after the other. @returns what the code saw of each, and how it ended */
  async function play(
    steps: Step[],
    { code = "code", client = "g", plan, kill, credentialsId }: Play = {},
  ): Promise<Played> {
    const run: ApprovedRun = {
      runId: `r${(runs += 1)}`,
      client: { id: client, name: "Claude" },
      code,
      credentialsId,
      ...(plan && { plan }),
    };
    const seen: string[] = [];
    const sent: SentRequest[] = [];
    let continuation: string | undefined;
    let outcome: "ok" | "needs-approval" | "thrown" | "killed" = "ok";
    const continued = plan ? null : await ledger.continues(run);
    let keeps = continued !== null;
    if (continued?.allowed) run.heldTo = continued.allowed.hash;
    for (const { ask, ...request } of steps) {
      const decision: Handling =
        keeps || ask || plan
          ? await ledger.decideRequest(run, request, ask, keeps ? undefined : sent)
          : { do: "send" };
      if (decision.do === "pause") {
        ({ continuation } = decision);
        outcome = "needs-approval";
        break;
      }
      if (decision.do === "plan") {
        ({ continuation } = decision);
        keeps = true;
        seen.push("planned");
        continue;
      }
      if (decision.do === "refuse") {
        seen.push(
          `${decision.failure.kind}: ${"message" in decision.failure ? decision.failure.message : ""}`,
        );
        outcome = "thrown";
        break;
      }
      if (decision.do === "replay") {
        seen.push(`replay ${decision.answer.status} ${new TextDecoder().decode(decision.answer.body)}`);
        continue;
      }
      const { ticket } = decision;
      if (ticket !== undefined) {
        if (kill === "before recordSent") return { seen, outcome: "killed", continuation: "" };
        if (!(await ledger.recordSent(ticket))) {
          seen.push("not sent");
          continue;
        }
        if (kill === "after recordSent") return { seen, outcome: "killed", continuation: "" };
      }
      upstream.push(`${request.method} ${new URL(request.url).pathname}`);
      if (ticket !== undefined && kill === "after sending")
        return { seen, outcome: "killed", continuation: "" };
      const answer = { status: 200, headers: [], body: new TextEncoder().encode(`n${upstream.length}`) };
      if (ticket !== undefined) await ledger.recordAnswered(ticket, answer);
      sent.push({ request, ticket: crypto.randomUUID(), answer });
      seen.push(`sent ${answer.status}`);
    }
    if (continuation !== undefined) await ledger.recordCapabilities(continuation, anything);
    await end(run.runId, outcome);
    return { seen, outcome, continuation: continuation ?? "" };
  }

  async function end(runId: string, outcome: string) {
    const failed = (failure: object) => ({ ok: false, logs: [], failure }) as unknown as SandboxOutcome;
    const ending: SandboxOutcome =
      outcome === "ok"
        ? { ok: true, result: "1", logs: [], notes: [] }
        : failed(
            outcome === "needs-approval"
              ? { kind: "needs-approval", operation: "x" }
              : { kind: "thrown", name: "Error", message: "x" },
          );
    await ledger.endRun(record({ runId }, ending, []));
  }

  const review = (id: string, decision: Click) => click(ledger, id, decision);
  const requests = async (id: string) => (await ledger.pausedRun(id, 5_000))?.requests ?? [];
  return { ledger, upstream, play, review, requests };
}

/** What the code of all these runs is read as. */
const anything: CapabilitySet = [
  {
    api: "demo",
    servers: ["https://api.example.com"],
    path: "/",
    below: true,
    access: ["read", "write", "delete"],
  },
];

function step(method: string, path: string, over: Partial<Step> = {}): Step {
  return {
    api: "demo",
    operation: `${method} op`,
    access: method === "GET" ? "read" : method === "DELETE" ? "delete" : "write",
    method,
    url: `https://api.example.com${path}`,
    route: `${method} /{name}`,
    headers: [["authorization", "•••"]],
    ask: method === "DELETE",
    ...over,
  };
}

const three = ["/a", "/b", "/c"].map((path) => step("DELETE", path));
const deletes = ["DELETE /a", "DELETE /b", "DELETE /c"];

describe("a run that needs approval", () => {
  it("is paused, shown exactly, approved as a whole, and goes on: three deletes are three deletes", async () => {
    const { play, review, requests, upstream } = scene();
    const paused = await play(three);
    expect(paused.outcome).toBe("needs-approval");
    expect(upstream).toEqual([]);
    expect(await requests(paused.continuation)).toMatchObject([
      {
        state: "pending",
        request: { method: "DELETE", url: "https://api.example.com/a", headers: [["authorization", "•••"]] },
      },
    ]);
    expect(await review(paused.continuation, { do: "allow-program" })).toEqual({ ok: true, changed: 1 });
    const resumed = await play(three);
    expect(resumed).toMatchObject({ outcome: "ok", seen: ["sent 200", "sent 200", "sent 200"] });
    expect(upstream).toEqual(deletes);
  });

  it("is approved one by one: what was sent is answered from the ledger, never sent again", async () => {
    const { play, review, requests, upstream } = scene();
    for (let n = 0; n < 3; n += 1) {
      const { continuation, outcome } = await play(three);
      expect(outcome).toBe("needs-approval");
      const waiting = (await requests(continuation)).find(({ state }) => state === "pending");
      expect(await review(continuation, { do: "approve", request: waiting!.id })).toMatchObject({ ok: true });
    }
    expect((await play(three)).seen).toEqual(["replay 200 n1", "replay 200 n2", "sent 200"]);
    expect(upstream).toEqual(deletes);
  });

  it("asks anew when the same code is sent once more after it has ended", async () => {
    const { play, review, upstream } = scene();
    const { continuation } = await play(three);
    await review(continuation, { do: "allow-program" });
    await play(three);
    expect((await play(three)).outcome).toBe("needs-approval");
    expect(upstream).toEqual(deletes);
  });

  it("keeps what it sent before without asking, and does not send that again", async () => {
    const { play, review, upstream } = scene();
    const steps = [step("GET", "/list"), step("POST", "/made"), step("DELETE", "/a")];
    const { continuation } = await play(steps);
    await review(continuation, { do: "allow-program" });
    expect((await play(steps)).seen).toEqual(["replay 200 n1", "replay 200 n2", "sent 200"]);
    expect(upstream).toEqual(["GET /list", "POST /made", "DELETE /a"]);
  });

  it("matches by method, URL and body, not by order, and the same request twice is two", async () => {
    const { play, review, upstream } = scene();
    const post = (hash: string, text: string) =>
      step("POST", "/x", {
        ask: true,
        body: { hash, bytes: text.length, content: new TextEncoder().encode(text) },
      });
    const { continuation } = await play([post("1", "one")]);
    await review(continuation, { do: "allow-program" });
    await play([post("2", "two"), post("1", "one"), post("1", "one")], { kill: "before recordSent" });
    expect(upstream).toEqual([]);
    expect((await play([post("1", "one"), post("2", "two"), post("1", "one")])).outcome).toBe("ok");
    expect(upstream).toHaveLength(3);
  });

  it("that is rejected tells the code the reason, and sends nothing", async () => {
    const { play, review, requests, upstream } = scene();
    const { continuation } = await play(three);
    const [first] = await requests(continuation);
    await review(continuation, { do: "reject", request: first!.id, reason: "Keep that one." });
    const { seen } = await play(three);
    expect(seen).toEqual([expect.stringMatching(/^denied: .*Keep that one\./)]);
    expect(upstream).toEqual([]);
  });

  const shown = step("DELETE", "/a", {
    ask: true,
    account: "test",
    credentialId: "sandbox",
    route: "DELETE /{name}",
  });
  const at = (origin: string) => ({ url: `${origin}/a` });
  const others: [what: string, other: Partial<Step>][] = [
    ["another account", { account: "production" }],
    ["the nameless account", { account: "" }],
    ["an account that only looks like it", { account: "test " }],
    ["another server of the same document", at("https://production.example.com")],
    ["another base path on the same host", at("https://api.example.com/live")],
    ["a base path below the same", at("https://api.example.com/test/live")],
    ["another port", at("https://api.example.com:8443")],
    ["the same host without TLS", at("http://api.example.com")],
    ["another API", { api: "other" }],
    ["another path", { route: "DELETE /{name}/all" }],
    ["another method", { route: "PUT /{name}" }],
    ["another credential of an account with the same label", { credentialId: "production" }],
  ];

  it.each(others)(
    "allowed always is asked about for %s, now and where it waits already",
    async (_, other) => {
      const { play, review, requests, ledger } = scene();
      const waiting = await play([{ ...shown, ...other }], { code: "waits" });
      const same = await play([{ ...shown, ...at("https://api.example.com") }], {
        code: "waits for the same",
      });
      const { continuation } = await play([shown]);
      await review(continuation, { do: "always", request: (await requests(continuation))[0]!.id });
      const stateOf = async (id: string) => (await ledger.pausedRun(id, 1))?.requests[0]?.state;
      expect(await stateOf(same.continuation)).toBe("approved");
      expect(await stateOf(waiting.continuation)).toBe("pending");
      expect((await play([shown], { code: "another" })).outcome).toBe("ok");
      expect((await play([{ ...shown, ...other }], { code: "yet another" })).outcome).toBe("needs-approval");
    },
  );

  it("is not allowed always where no rule asked: only a plan lists it", async () => {
    const { play, review, requests, ledger } = scene();
    const { continuation } = await play([step("PUT", "/free", { ask: false })], { code: "plan", plan: true });
    const [listed] = await requests(continuation);
    expect(await review(continuation, { do: "always", request: listed!.id })).toMatchObject({ ok: false });
    expect(await ledger.alwaysAllowed()).toEqual([]);
  });

  it("may be allowed always: this operation, this grant, nothing else", async () => {
    const { ledger, play, review, requests, upstream } = scene();
    const { continuation } = await play(three);
    const [first] = await requests(continuation);
    await review(continuation, { do: "always", request: first!.id });
    expect((await play(three)).outcome).toBe("ok");
    expect((await play(three, { code: "other code" })).outcome).toBe("ok");
    expect((await play(three, { code: "other code", client: "another" })).outcome).toBe("needs-approval");
    expect((await play([step("PUT", "/a", { ask: true })], { code: "third" })).outcome).toBe(
      "needs-approval",
    );
    expect(upstream).toEqual([...deletes, ...deletes]);
    const [allowed] = await ledger.alwaysAllowed();
    await ledger.askAgain(allowed!);
    expect((await play(three)).outcome).toBe("needs-approval");
  });
});

describe("a run that changed between pause and resume", () => {
  it("is another run: its approval is asked for anew", async () => {
    const { play, review, upstream } = scene();
    const { continuation } = await play(three);
    await review(continuation, { do: "allow-program" });
    expect((await play(three, { code: "changed" })).outcome).toBe("needs-approval");
    expect((await play(three, { client: "another client" })).outcome).toBe("needs-approval");
    expect(upstream).toEqual([]);
  });

  it.each<[what: string, credentialId: string | undefined]>([
    ["another credential", "production"],
    ["no credential of its own", undefined],
  ])("sends nothing that was approved, sent or allowed as a program with %s", async (_, credentialId) => {
    const by = (id: string | undefined) =>
      three.map((each) => ({ ...each, ...(id !== undefined && { credentialId: id }) }));
    const signed = { credentialsId: "sandbox" };
    const { play, review, requests, upstream } = scene();
    const { continuation } = await play(by("sandbox"), signed);
    await review(continuation, { do: "approve", request: (await requests(continuation))[0]!.id });
    await play(by("sandbox"), signed);
    expect(upstream).toHaveLength(1);
    const other = { credentialsId: credentialId };
    expect((await play(by(credentialId), other)).seen.join(" ")).toContain("with another account or login");
    await review(continuation, { do: "allow-program" });
    expect((await play(by(credentialId).slice(1), other)).outcome).not.toBe("ok");
    expect(upstream).toHaveLength(1);
    expect((await play(by("sandbox"), signed)).outcome).toBe("ok");
  });

  it("stops when it would repeat a finished write in another form", async () => {
    const { play, review, upstream } = scene();
    const post = (hash: string) => step("POST", "/made", { body: { hash, bytes: 3 } });
    const { continuation } = await play([post("1"), step("DELETE", "/a")]);
    await review(continuation, { do: "allow-program" });
    const { seen } = await play([post("2"), step("DELETE", "/a")]);
    expect(seen).toEqual([expect.stringMatching(/^denied: .*another body.*could happen twice/)]);
    expect(upstream).toEqual(["POST /made"]);
  });

  it("stops when the headers are not the ones that were approved", async () => {
    const { play, review, upstream } = scene();
    const { continuation } = await play(three);
    await review(continuation, { do: "allow-program" });
    const changed = three.map((one) => ({ ...one, headers: [["x-force", "1"]] }));
    expect((await play(changed)).seen).toEqual([expect.stringMatching(/^denied: .*other headers/)]);
    expect(upstream).toEqual([]);
  });
});

describe("a Worker that dies", () => {
  const table: [Kill, string[], string[]][] = [
    ["before recordSent", ["sent 200"], ["DELETE /a"]],
    ["after recordSent", [expect.stringMatching(/^outcome-unknown: /) as unknown as string], []],
    ["after sending", [expect.stringMatching(/^outcome-unknown: /) as unknown as string], ["DELETE /a"]],
  ];
  for (const [kill, seen, sent] of table) {
    it(`${kill} does not make an approved write go out twice`, async () => {
      const { ledger, play, review, upstream } = scene();
      const one = [step("DELETE", "/a")];
      const { continuation } = await play(one);
      await evictDurableObject(ledger);
      await review(continuation, { do: "allow-program" });
      await evictDurableObject(ledger);
      await play(one, { kill });
      await evictDurableObject(ledger);
      expect((await play(one)).seen).toEqual(seen);
      expect(upstream).toEqual(sent);
    });
  }

  it("leaves the outcome to the person, who may have it sent again", async () => {
    const { play, review, requests, upstream } = scene();
    const one = [step("DELETE", "/a")];
    const { continuation } = await play(one);
    await review(continuation, { do: "allow-program" });
    await play(one, { kill: "after recordSent" });
    await play(one);
    const [kept] = await requests(continuation);
    expect(kept?.state).toBe("unknown");
    expect(await review(continuation, { do: "send-again", request: kept!.id })).toMatchObject({ ok: true });
    expect((await play(one)).seen).toEqual(["sent 200"]);
    expect(upstream).toEqual(["DELETE /a"]);
  });

  it("leaves the outcome to the person, who may say that it took effect: it is never sent again", async () => {
    const { play, review, requests, upstream } = scene();
    const [lost, other] = [step("DELETE", "/a"), step("DELETE", "/b")];
    const { continuation } = await play([lost]);
    await review(continuation, { do: "allow-program" });
    await play([lost], { kill: "after sending" });
    await play([lost]);
    const [kept] = await requests(continuation);
    const said = { do: "took-effect", request: kept!.id } as const;
    expect(await review(continuation, said)).toMatchObject({ ok: true, changed: 1 });
    expect(await requests(continuation)).toMatchObject([{ state: "confirmed", place: 1 }]);
    expect(await review(continuation, said)).toEqual({
      ok: false,
      problem: "It was already said that this request took effect.",
    });
    // Neither the same code nor one that differs a little does it a second time.
    expect((await play([{ ...lost, url: other.url }])).seen).toEqual([
      expect.stringMatching(/^denied: .*so it could happen twice/),
    ]);
    expect(upstream).toEqual(["DELETE /a"]);
  });

  it("tells the code what the person found, once and whatever else it asks for", async () => {
    const { play, review, requests, upstream } = scene();
    const one = [step("DELETE", "/a")];
    const { continuation } = await play(one);
    await review(continuation, { do: "allow-program" });
    await play(one, { kill: "after recordSent" });
    await play(one);
    const [kept] = await requests(continuation);
    await review(continuation, { do: "took-effect", request: kept!.id });
    expect((await play(one)).seen).toEqual([
      expect.stringMatching(/^denied: DELETE .*\/a was sent before.* it took effect.*Read the current state/),
    ]);
    expect(upstream).toEqual([]);
  });

  it("lets only one of two runs of the same code send", async () => {
    const { ledger, play, review } = scene();
    const one = step("DELETE", "/a");
    const { continuation } = await play([one]);
    await review(continuation, { do: "allow-program" });
    const { ask, ...request } = one;
    const run = { client: { id: "g" }, code: "code" };
    const first = await ledger.decideRequest({ ...run, runId: "x1" }, request, ask);
    const second = await ledger.decideRequest({ ...run, runId: "x2" }, request, ask);
    const sends = [];
    for (const decision of [first, second])
      if (decision.do === "send") sends.push(await ledger.recordSent(decision.ticket!));
    expect(sends.filter(Boolean)).toHaveLength(1);
    expect(await ledger.recordSent("no such ticket")).toBe(false);
  });
});

describe("a decision", () => {
  it("counts once, also from two tabs", async () => {
    const { play, review, requests } = scene();
    const { continuation } = await play(three);
    const [first] = await requests(continuation);
    const both = await Promise.all([
      review(continuation, { do: "approve", request: first!.id }),
      review(continuation, { do: "reject", request: first!.id, reason: "" }),
    ]);
    expect(both).toEqual([
      { ok: true, changed: 1 },
      { ok: false, problem: "This request is already approved." },
    ]);
    expect(await review(continuation, { do: "approve-listed" })).toMatchObject({ ok: false });
  });

  it("comes too late after expiry", async () => {
    const { ledger, play, review, upstream } = scene();
    const { continuation } = await play(three);
    await runInDurableObject(ledger, (_, { storage }) =>
      storage.sql.exec("UPDATE continuations SET expires_at = expires_at - ?", approvalMaxAgeMs),
    );
    expect(await review(continuation, { do: "allow-program" })).toMatchObject({
      ok: false,
      problem: expect.stringContaining("expired") as string,
    });
    expect(await ledger.waiting()).toBe(0);
    expect((await play(three)).outcome).toBe("needs-approval");
    expect(upstream).toEqual([]);
  });

  it("comes too late after the connection was ended, which also ends what was always allowed", async () => {
    const { ledger, play, review, requests } = scene();
    const { continuation } = await play(three);
    await review(continuation, { do: "always", request: (await requests(continuation))[0]!.id });
    await play(three, { code: "waits" });
    const waits = await play([step("PUT", "/x", { ask: true })], { code: "waits" });
    await ledger.disconnect("g");
    expect(await review(waits.continuation, { do: "allow-program" })).toMatchObject({ ok: false });
    expect(await ledger.alwaysAllowed()).toEqual([]);
    expect((await play(three, { code: "again" })).outcome).toBe("needs-approval");
  });

  it("is nobody else's", async () => {
    const [hers, his] = [scene(), scene()];
    const { continuation } = await hers.play(three);
    expect(await his.review(continuation, { do: "allow-program" })).toEqual({
      ok: false,
      problem: "There is no such paused run.",
    });
    expect(await his.ledger.pausedRun(continuation, 10)).toBeNull();
  });
});

describe("a plan", () => {
  const steps = [step("GET", "/list"), step("POST", "/made"), ...three];

  it("sends its reads and lists its writes; approved, exactly those go out", async () => {
    const { ledger, play, review, upstream } = scene();
    const plan = await play(steps, { plan: true });
    expect(plan.seen).toEqual(["sent 200", "planned", "planned", "planned", "planned"]);
    expect(upstream).toEqual(["GET /list"]);
    expect(await ledger.waiting()).toBe(4);
    expect(await review(plan.continuation, { do: "approve-listed" })).toEqual({ ok: true, changed: 4 });
    expect((await play(steps)).outcome).toBe("ok");
    expect(upstream).toEqual(["GET /list", "POST /made", ...deletes]);
  });

  it("lists a read that a rule asks about", async () => {
    const { play, review, upstream } = scene();
    const asked = { ...step("GET", "/secret"), ask: true };
    for (const around of [[], [step("GET", "/list")], [step("POST", "/made")]]) {
      const code = [...around, asked, ...around];
      upstream.length = 0;
      const { seen, continuation } = await play(code, { plan: true });
      expect(seen[around.length]).toBe("planned");
      expect(upstream).not.toContain("GET /secret");
      await review(continuation, { do: "approve-listed" });
      expect((await play(code)).outcome).toBe("ok");
      expect(upstream.filter((one) => one === "GET /secret")).toHaveLength(1);
    }
  });

  it("does not approve what it did not list", async () => {
    const { play, review, upstream } = scene();
    const { continuation } = await play(steps, { plan: true });
    await review(continuation, { do: "approve-listed" });
    expect((await play([...steps, step("DELETE", "/other")])).outcome).toBe("needs-approval");
    expect(upstream).not.toContain("DELETE /other");
  });

  it("that nobody approved holds up what is asked for, and nothing that is allowed", async () => {
    const { play, upstream } = scene();
    await play(steps, { plan: true });
    expect((await play(steps)).outcome).toBe("needs-approval");
    expect(upstream).toEqual(["GET /list", "POST /made"]);
  });

  it("made again takes the place of the one before", async () => {
    const { ledger, play } = scene();
    await play(steps, { plan: true });
    await play(three, { plan: true });
    expect(await ledger.waiting()).toBe(3);
  });
});

describe("a plan and a run of the same code, under way at once", () => {
  const client = { id: "g", name: "Claude" };
  const plan = (runId: string): ApprovedRun => ({ runId, client, code: "both", plan: true });
  const run = (runId: string): ApprovedRun => ({ runId, client, code: "both" });
  const answer = { status: 200, headers: [] };

  /** What each of them is told, and what leaves. */
  function both() {
    const { ledger, upstream, requests, review } = scene();
    const ask = async (by: ApprovedRun, { ask: asked, ...request }: Step, sent?: SentRequest[]) => {
      const decision = await ledger.decideRequest(by, request, asked, sent);
      if (decision.do !== "send") return decision;
      if (decision.ticket !== undefined && !(await ledger.recordSent(decision.ticket)))
        return { do: "too late" };
      upstream.push(`${request.method} ${new URL(request.url).pathname}`);
      if (decision.ticket !== undefined) await ledger.recordAnswered(decision.ticket, answer);
      return decision;
    };
    return { ledger, upstream, requests, review, ask };
  }

  const kinds: [what: string, Step][] = [
    ["a write that the rules allow", step("POST", "/x")],
    ["a write that a rule asks about", step("DELETE", "/x")],
    ["a read that a rule asks about", step("GET", "/x", { ask: true })],
  ];
  const states = ["waiting", "approved", "sent", "answered", "rejected", "always allowed"] as const;
  it.each(kinds.flatMap(([what, one]) => states.map((state) => [what, state, one] as const)))(
    "lists %s, though it is %s in a run",
    async (_, state, one) => {
      const { ledger, ask, review, requests, upstream } = both();
      const listed = await ask(plan("p"), one, []);
      const { continuation } = listed as { continuation: string };
      const [shown] = await requests(continuation);
      if (state === "rejected") await review(continuation, { do: "reject-all", reason: "" });
      else if (state === "always allowed") await review(continuation, { do: "always", request: shown!.id });
      else if (state !== "waiting") await review(continuation, { do: "approve-listed" });
      const { ask: asked, ...request } = one;
      if (state === "sent" || state === "answered") {
        const decision = await ledger.decideRequest(run("r"), request, asked);
        if (decision.do !== "send") throw new Error(decision.do);
        await ledger.recordSent(decision.ticket!);
        if (state === "answered") await ledger.recordAnswered(decision.ticket!, answer);
      } else if (state !== "always allowed") await ledger.decideRequest(run("r"), request, asked);
      for (let n = 0; n < 3; n += 1) expect(await ask(plan("p"), one)).toEqual({ do: "plan", continuation });
      // Another plan says the same.
      expect(await ask(plan("q"), one, [])).toMatchObject({ do: "plan" });
      expect(upstream).toEqual([]);
    },
  );

  it("a plan leaves what a run has begun, so that nothing of it goes out twice", async () => {
    const { ledger, ask, upstream } = both();
    const [made, asked] = [step("POST", "/made"), step("DELETE", "/a")];
    await ask(plan("p1"), made, []);
    await ask(plan("p1"), asked);
    await ledger.runEnded("p1", "ok");
    expect(await ask(run("r1"), made)).toMatchObject({ do: "send" });
    const waits = await ask(run("r1"), asked);
    expect(waits).toMatchObject({ do: "pause" });
    await ledger.runEnded("r1", "needs-approval");
    expect(await ask(plan("p2"), made, [])).toEqual({ ...waits, do: "plan" });
    await ask(plan("p2"), asked);
    await ledger.runEnded("p2", "ok");
    expect(await ask(run("r2"), made)).toMatchObject({ do: "replay" });
    expect(upstream).toEqual(["POST /made"]);
  });

  it("keeps what the run sent before it came to the plan", async () => {
    const { ask, upstream, requests } = both();
    const [made, asked] = [step("POST", "/made"), step("DELETE", "/a")];
    const { ask: _, ...request } = made;
    await ask(plan("p1"), made, []);
    await ask(plan("p1"), asked);
    const sent = [{ request, ticket: crypto.randomUUID(), answer }];
    for (let n = 0; n < 2; n += 1)
      expect(await ask(run("r1"), step("DELETE", `/${n}`), sent)).toMatchObject({ do: "pause" });
    const { continuation } = (await ask(run("r1"), asked, sent)) as { continuation: string };
    expect((await requests(continuation)).filter(({ state }) => state === "answered")).toHaveLength(1);
    expect(await ask(run("r2"), made)).toMatchObject({ do: "replay" });
    expect(upstream).toEqual([]);
  });

  it("an earlier plan that is still under way does not take the later one's place", async () => {
    const { ask, ledger } = both();
    await ask(plan("p1"), step("POST", "/1"), []);
    const later = await ask(plan("p2"), step("POST", "/1"), []);
    expect(await ask(plan("p1"), step("POST", "/2"))).toMatchObject({ do: "refuse" });
    expect(await ledger.waiting()).toBe(1);
    expect(await ask(plan("p2"), step("POST", "/2"))).toEqual(later);
  });
});

describe("a run under way whose continuation has ended", () => {
  const client = { id: "g", name: "Claude" };
  const allowed = { ...step("POST", "/free") };
  const ends: [how: string, (of: ReturnType<typeof scene>, id: string) => Promise<unknown>][] = [
    ["dropped", ({ review }, id) => review(id, { do: "drop" })],
    ["disconnected", ({ ledger }) => ledger.disconnect("g")],
    [
      "expired",
      ({ ledger }) =>
        runInDurableObject(ledger, (_, { storage }) =>
          storage.sql.exec("UPDATE continuations SET expires_at = expires_at - ?", approvalMaxAgeMs),
        ),
    ],
    ["finished", ({ ledger }) => ledger.runEnded("second", "ok")],
  ];
  const asks: [what: string, Step][] = [
    ["a free write", allowed],
    ["a free read", step("GET", "/free")],
    ["what a rule asks about", step("DELETE", "/asked")],
  ];
  // The gateway may have lost its own count, in another isolate.
  const counts = ["continues", "is counted as new"] as const;
  it.each(
    ends.flatMap(([how, end]) =>
      asks.flatMap(([what, one]) => counts.map((count) => [how, what, count, end, one] as const)),
    ),
  )(
    "that was %s sends nothing more: %s, in a run that %s",
    async (_how, _what, count, end, { ask, ...request }) => {
      const of = scene();
      const { ledger, play, review } = of;
      const { continuation } = await play(three);
      await review(continuation, { do: "approve-listed" });
      const r2 = { runId: "second", client, code: "code" };
      const { ask: _, ...first } = three[0]!;
      const decision = await ledger.decideRequest(r2, first, true);
      expect(decision).toMatchObject({ do: "send" });
      await end(of, continuation);
      const sent = count === "continues" ? undefined : [];
      expect(await ledger.decideRequest(r2, request, ask, sent)).toMatchObject({
        do: "refuse",
        failure: { kind: "denied", message: expect.stringContaining("was not sent") as string },
      });
      // Nothing waits that lacks what the run had sent.
      expect(await ledger.waiting()).toBe(0);
      // Nor does it go on with what a later run has begun.
      expect((await play(three)).outcome).toBe("needs-approval");
      expect(await ledger.decideRequest(r2, request, ask, sent)).toMatchObject({ do: "refuse" });
    },
  );
});

describe("the limits", () => {
  it(`let ${maxWaiting} requests wait, and not one more`, async () => {
    const { ledger, play, review } = scene();
    const run = { client: { id: "g" }, code: "many", runId: "many" };
    const ask = (n: number) => {
      const { ask: asked, ...request } = step("DELETE", `/${n}`);
      return ledger.decideRequest(run, request, asked, n === 0 ? [] : undefined);
    };
    let last = "";
    for (let n = 0; n < maxWaiting; n += 1) {
      const decision = await ask(n);
      if (decision.do === "pause") last = decision.continuation;
    }
    expect(await ledger.waiting()).toBe(maxWaiting);
    expect(await ask(maxWaiting)).toMatchObject({
      do: "refuse",
      failure: { kind: "limit-reached", value: maxWaiting },
    });
    expect((await play(three)).seen[0]).toMatch(/^limit-reached/);
    expect(await review(last, { do: "reject-all", reason: "too many" })).toEqual({
      ok: true,
      changed: maxWaiting,
    });
    expect((await play(three)).outcome).toBe("needs-approval");
  }, 120_000);
});
