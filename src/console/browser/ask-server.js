/**
 * Sends a request to this server. If no answer comes, the error says why in plain words. A person who is no longer signed in
 * is redirected to the sign-in, and a script may not follow that redirect.
 */
export async function askServer(url, init) {
  const response = await fetch(url, {
    ...init,
    redirect: "manual",
    headers: { accept: "text/html" },
  }).catch(() => {
    throw new Error("The server cannot be reached. Nothing here is lost.");
  });
  if (response.type === "opaqueredirect")
    throw new Error("You are signed out. Sign in on another page, then go on here.");
  if (response.status >= 500) throw new Error(`The server has a problem (${response.status}).`);
  return response;
}
