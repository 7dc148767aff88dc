/** The browser of the clients' person: opens the page of a login, clicks Allow, and goes where that leads. */
import { walkLogin } from "../demo/oauth-client.ts";

const start = new URL(process.argv[2] ?? "");
const callback = URL.parse(start.searchParams.get("redirect_uri") ?? "");
let arrived: URL | undefined;
await walkLogin(start, undefined, (url) => {
  if (url.origin !== callback?.origin || url.pathname !== callback.pathname) return false;
  arrived = url;
  return true;
});
if (arrived !== undefined)
  console.log(`${arrived.origin}${arrived.pathname}: ${(await fetch(arrived)).status}`);
