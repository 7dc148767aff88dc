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

/** From here on, what this process fetches goes by the proxy. @throws Error if this Node knows none */
export function useProxy(environment: Environment): void {
  // Since 24.14.
  if (typeof http.setGlobalProxyFromEnv !== "function")
    throw new Error(
      `HTTPS_PROXY or HTTP_PROXY is set, and Node ${process.versions.node} cannot use it. Use Node 24.14 or newer, or unset them.`,
    );
  http.setGlobalProxyFromEnv(withoutOwnMachine(environment));
}
