/** The client id of a connection by an access token for programs, which no client chose for itself. */
const prefix = "token-";

/** @param id of the token */
export function accessTokenClientId(id: string): string {
  return prefix + id;
}

export function isAccessTokenClient(clientId: string): boolean {
  return clientId.startsWith(prefix);
}
