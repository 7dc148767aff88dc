/** The option `--server`: the base URL of an API, or a server of ours. */
import { isLoopbackHost } from "../terms/loopback.ts";

/** @throws Error that says how to write it: `localhost:8080/v1` alone is a URL of the scheme `localhost` */
export function serverUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol)) {
    if (url.username || url.password || url.search || url.hash)
      throw new Error(
        `--server is only the base URL of the API, without user, query and fragment: ${url.origin}${url.pathname}`,
      );
    return url;
  }
  const rest = text.replace(/^[a-z][a-z\d+.-]*:\/\//i, "");
  const guess =
    /^[a-z\d[]/i.test(rest) && URL.canParse(`http://${rest}`) ? new URL(`http://${rest}`) : undefined;
  const scheme = guess && isLoopbackHost(guess.hostname) ? "http" : "https";
  const right = guess ? `Write ${scheme}://${rest}.` : "Write it like https://api.example.com/v1.";
  throw new Error(`--server needs a full http or https URL; it is "${text}". ${right}`);
}
