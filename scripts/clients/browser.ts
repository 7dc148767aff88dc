/** The browser of the clients' person: opens the page of a login, clicks Allow, and goes where that leads. */
import { ticking, walkLogin } from "../demo/oauth-client.ts";

const [page = "", ...scopes] = process.argv.slice(2);
const start = new URL(page);
const callback = URL.parse(start.searchParams.get("redirect_uri") ?? "");
let arrived: URL | undefined;
await walkLogin(start, ticking(scopes), (url) => {
  if (url.origin !== callback?.origin || url.pathname !== callback.pathname) return false;
  arrived = url;
  return true;
});
if (arrived !== undefined)
  console.log(`${arrived.origin}${arrived.pathname}: ${(await fetch(arrived)).status}`);
