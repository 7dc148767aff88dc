/** The proxy that the environment names, as HTTPS_PROXY, HTTP_PROXY and NO_PROXY have it; never for this machine itself. */
import * as http from "node:http";

export type Environment = Record<string, string | undefined>;

/** Node gives the small spelling precedence. */
const proxyNames = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"];
const ownMachine = "localhost,127.0.0.1,[::1]";

/** Whether there is one. */
export function wantsProxy(environment: Environment): boolean {
  return proxyNames.some((name) => environment[name]);
}

/** The same environment, in which nothing on this machine is asked for by the proxy. */
export function withoutOwnMachine(environment: Environment): NodeJS.ProcessEnv {
  const { NO_PROXY, no_proxy = NO_PROXY } = environment;
  const past = [no_proxy, ownMachine].filter(Boolean).join(",");
  return { ...environment, no_proxy: past, NO_PROXY: past } as unknown as NodeJS.ProcessEnv;
}

/** From here on, what this process fetches goes by the proxy. @throws Error if it cannot be used */
export function useProxy(environment: Environment): void {
  for (const name of proxyNames) {
    const problem = problemOf(name, environment[name] ?? "");
    if (problem !== undefined) throw new Error(problem);
  }
  // Since 24.14.
  if (typeof http.setGlobalProxyFromEnv !== "function")
    throw new Error(
      `HTTPS_PROXY or HTTP_PROXY is set, and Node ${process.versions.node} cannot use it. Use Node 24.14 or newer, or unset them.`,
    );
  http.setGlobalProxyFromEnv(withoutOwnMachine(environment));
}

/** Never repeats the whole value, which may have a password in it. */
function problemOf(name: string, value: string): string | undefined {
  if (value === "") return undefined;
  const url = URL.parse(value);
  if (url && /^https?:$/.test(url.protocol) && url.hostname !== "") return undefined;
  const guess = value.includes("://") ? null : URL.parse(`http://${value}`);
  const like = guess === null ? "http://proxy.example.com:8080" : `http://${guess.host}`;
  return `${name} needs the URL of a proxy that speaks http or https. Write it like ${name}=${like}`;
}

/** What to say where a host could not be reached, of what the environment says about proxies; nothing if that is nothing. */
export function proxyHint(environment: Environment): string {
  const name = proxyNames.find((one) => environment[one]);
  if (name !== undefined)
    return ` It was asked for by the proxy that ${name} names, unless NO_PROXY names the host: check these too.`;
  const other = ["all_proxy", "ALL_PROXY"].find((one) => environment[one]);
  return other === undefined ? "" : ` ${other} is not read: to go by that proxy, set HTTPS_PROXY.`;
}
