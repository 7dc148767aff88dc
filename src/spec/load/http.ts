/** Loads a document from an http(s) URL. Works in Node and in a Worker. */
import { DocumentError, tooLarge, type LoadedDocument, type LoadLimits } from "../document.ts";
import { fetchProblem } from "../../terms/no-connection.ts";
import { gather } from "./gather.ts";
import { collect } from "./unpack.ts";

interface HttpOptions {
  limits: LoadLimits;
  allowedOrigins?: readonly string[] | undefined;
  fetch?: typeof globalThis.fetch;
  /** Returns why a URL must not be called: a Worker refuses private addresses. */
  refuse?: (url: URL) => string | undefined;
}

export async function loadHttp(asked: string, options: HttpOptions): Promise<LoadedDocument> {
  if (!URL.canParse(asked))
    throw new DocumentError(
      "missing",
      `"${asked}" is not a full URL. Write the document's whole address, such as https://api.example.com/openapi.json.`,
    );
  const url = new URL(asked).href;
  return gather({
    url,
    name: asked,
    limits: options.limits,
    allowedOrigins: options.allowedOrigins,
    read: (address, maxBytes) => readHttp(address, address === url, maxBytes, options),
  });
}

/**
 * @param isRoot whether it is the document itself, which may redirect to another host
 * @returns the bytes of the file and its final URL
 */
export async function readHttp(
  start: string,
  isRoot: boolean,
  maxBytes: number,
  options: Omit<HttpOptions, "allowedOrigins">,
): Promise<{ bytes: Uint8Array; url: string }> {
  const { limits } = options;
  const signal = AbortSignal.timeout(limits.timeoutMs);
  let url = new URL(start);
  for (let redirects = 0; ; redirects++) {
    const refusal = options.refuse?.(url);
    if (refusal) throw new DocumentError("refused", `${url.href} is not read: ${refusal}.`);
    const response = await ask(url, signal, options);
    const location =
      response.status >= 300 && response.status < 400 ? response.headers.get("location") : null;
    if (location === null)
      return { bytes: await bodyOf(response, url, maxBytes, signal, limits), url: url.href };
    await response.body?.cancel();
    if (redirects >= limits.maxRedirects) {
      throw new DocumentError(
        "unreachable",
        `${start} redirects more than ${limits.maxRedirects} times. Use the final URL.`,
      );
    }
    url = redirected(location, url, isRoot);
  }
}

function redirected(location: string, from: URL, isRoot: boolean): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from.href) : undefined;
  const plain = to && (to.protocol === "https:" || (to.protocol === "http:" && from.protocol === "http:"));
  if (!plain || (!isRoot && to.origin !== from.origin)) {
    throw new DocumentError(
      "refused",
      `${from.href} redirects to "${location.slice(0, 200)}", which is not followed. Use the document's own URL.`,
    );
  }
  return to;
}

async function ask(
  url: URL,
  signal: AbortSignal,
  options: Pick<HttpOptions, "fetch" | "limits">,
): Promise<Response> {
  const send = options.fetch ?? fetch;
  try {
    return await send(url.href, {
      redirect: "manual",
      signal,
      headers: {
        accept: "application/openapi+json, application/json, application/yaml, text/yaml, */*;q=0.5",
      },
    });
  } catch (error) {
    throw unreachable(url, error, options.limits);
  }
}

async function bodyOf(
  response: Response,
  url: URL,
  maxBytes: number,
  signal: AbortSignal,
  limits: LoadLimits,
): Promise<Uint8Array> {
  if (!response.ok) {
    await response.body?.cancel();
    const next =
      response.status === 401 || response.status === 403
        ? "Download it where you are logged in, and use the file."
        : "Open the URL in a browser to check it.";
    throw new DocumentError(
      "unreachable",
      `${url.href} answered ${response.status} ${response.statusText}`.trim() + `. ${next}`,
    );
  }
  if (Number(response.headers.get("content-length") ?? 0) > maxBytes) {
    await response.body?.cancel();
    throw tooLarge(url.href, maxBytes);
  }
  if (!response.body) return new Uint8Array();
  try {
    return await collect(response.body, maxBytes, url.href);
  } catch (error) {
    if (error instanceof DocumentError || !signal.aborted) throw error;
    throw unreachable(url, error, limits);
  }
}

function unreachable(url: URL, error: unknown, limits: LoadLimits): DocumentError {
  const why =
    (error as Error).name === "TimeoutError"
      ? `no answer within ${limits.timeoutMs / 1000} s`
      : fetchProblem(error, url.protocol === "https:");
  return new DocumentError(
    "unreachable",
    `${url.href} could not be read: ${why}. Check the URL and that its server is running.`,
  );
}
