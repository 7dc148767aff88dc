/**
 * Asks our own server, and says in words why there is no answer. Whoever is signed out is sent to sign in elsewhere, where a
 * script may not follow.
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
