/** Stands for a user where only "the same one or another" matters: nobody can be told from it. */
export async function userTag(userId: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`isogate shapes ${userId}`));
  return Array.from(new Uint8Array(digest, 0, 6), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
