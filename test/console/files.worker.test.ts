/** The page of files: whose they are, how they come and go, and what a browser may do with what code wrote. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { consolePages } from "../../src/console/console.ts";
import { maxFileBytes } from "../../src/terms/file.ts";

const origin = "http://localhost:8484";

async function open(user: string, path: string, init: RequestInit = {}): Promise<Response> {
  const ctx = createExecutionContext();
  const request = new Request(origin + path, { redirect: "manual", ...init });
  const response = await consolePages(request, env, ctx, { id: user, label: user });
  const answer = new Response(await response.arrayBuffer(), response);
  await waitOnExecutionContext(ctx);
  return answer;
}

/** Sends a form as a browser would that has loaded the page before. */
function submit(
  user: string,
  path: string,
  body: FormData | URLSearchParams,
  headers: Record<string, string> = {},
) {
  const token = crypto.randomUUID();
  body.set("token", token);
  return open(user, path, {
    method: "POST",
    headers: { Origin: origin, Cookie: `isogate-form=${token}`, ...headers },
    body,
  });
}

function formWith(content: string | Uint8Array, name: string): FormData {
  const form = new FormData();
  form.set("file", new File([content], name));
  return form;
}

const ledgerOf = (user: string) => env.LEDGER.getByName(user);
const made = (user: string, name: string, content = "x", type = "") =>
  ledgerOf(user).keepFile({ name, type, content: new TextEncoder().encode(content), run: "r1" });

async function idOf(user: string, name: string): Promise<string> {
  const kept = await made(user, name);
  return kept.ok ? kept.file.id : "";
}

describe("a file", () => {
  it("is uploaded, listed, downloaded and deleted by its person", async () => {
    const uploaded = await submit("ann", "/files", formWith("a,b\n", "Müller's list.csv"));
    expect([uploaded.status, uploaded.headers.get("Location")]).toEqual([303, "/files?notice=uploaded"]);
    const page = await (await open("ann", "/files?notice=uploaded")).text();
    expect(page).toContain("Müller&#39;s list.csv");
    const id = /href="\/files\/([0-9a-f-]{36})"/.exec(page)?.[1] ?? "";
    const file = await open("ann", `/files/${id}`);
    expect([file.status, await file.text()]).toEqual([200, "a,b\n"]);
    expect(file.headers.get("Content-Disposition")).toBe(
      `attachment; filename="M_ller's list.csv"; filename*=UTF-8''M%C3%BCller%27s%20list.csv`,
    );
    const deleted = await submit("ann", `/files/${id}/delete`, new URLSearchParams());
    expect(deleted.headers.get("Location")).toBe("/files?notice=deleted");
    expect((await open("ann", `/files/${id}`)).status).toBe(404);
  });

  it("is nobody else's, and nobody else deletes it", async () => {
    const id = await idOf("owner", "secret.txt");
    expect((await open("owner", `/files/${id}`)).status).toBe(200);
    expect((await open("other", `/files/${id}`)).status).toBe(404);
    expect(await (await open("other", "/files")).text()).not.toContain("secret.txt");
    const { headers } = await submit("other", `/files/${id}/delete`, new URLSearchParams());
    expect(headers.get("Location")).toBe("/files?notice=not-there");
    expect((await open("owner", `/files/${id}`)).status).toBe(200);
  });

  it.for([
    ["a page with a script", "page.html", "text/html", "<script>alert(1)</script>"],
    ["a drawing with a script", "a.svg", "image/svg+xml", "<svg onload='alert(1)'/>"],
    ["a type that is none", "a", 'text/html"; x\r\nSet-Cookie: a=b', "x"],
    ["a name that breaks out", 'a"\r\nSet-Cookie: b=c; .html', "", "x"],
  ] as const)("cannot run in the console's origin: %s", async ([, name, type, content]) => {
    const kept = await made("careful", name, content, type);
    const { headers } = await open("careful", `/files/${kept.ok ? kept.file.id : ""}`);
    expect(headers.get("Content-Disposition")).toMatch(
      /^attachment; filename="[^"\r\n]*"; filename\*=UTF-8''[\w%.!~-]+$/,
    );
    expect(headers.get("Content-Security-Policy")).toBe(
      "default-src 'none'; frame-ancestors 'none'; sandbox",
    );
    expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(headers.get("Cross-Origin-Resource-Policy")).toBe("same-origin");
    expect(headers.get("Cache-Control")).toBe("private, no-store");
    expect(headers.get("Set-Cookie")).toBeNull();
    expect(headers.get("Content-Type")).toMatch(/^[\w.+-]+\/[\w.+-]+$/);
  });

  it("is gone when its time is over, and with the runs that made it", async () => {
    await made("forgetful", "made.txt");
    await submit("forgetful", "/files", formWith("x", "uploaded.txt"));
    await submit("forgetful", "/runs/forget", new URLSearchParams());
    expect((await ledgerOf("forgetful").files()).map(({ name }) => name)).toEqual(["uploaded.txt"]);
  });
});

describe("an upload", () => {
  it.for([
    ["from another site", { Origin: "https://evil.example" }, 403],
    ["without the page's cookie", { Cookie: "" }, 403],
    ["of another kind of form", { "Content-Type": "text/plain" }, 415],
    ["that announces too much", { "Content-Length": String(maxFileBytes * 2) }, 413],
  ] as const)("is refused: %s", async ([, headers, status]) => {
    expect((await submit("refused", "/files", formWith("x", "x.txt"), headers)).status).toBe(status);
    expect(await ledgerOf("refused").files()).toEqual([]);
  });

  it("is refused with a sentence where it is too large, or no file was chosen", async () => {
    const large = await submit("large", "/files", formWith(new Uint8Array(maxFileBytes + 1), "x.bin"));
    expect([large.status, await large.text()]).toEqual([
      413,
      expect.stringContaining("a file may have 10,000,000"),
    ]);
    expect((await submit("large", "/files", formWith("", ""))).status).toBe(400);
  });
});
