/** The certificates that are trusted besides those of browsers. */
import { readFileSync } from "node:fs";

/** Node's own name: the process in front trusts them by it too. */
export const certificatesVariable = "NODE_EXTRA_CA_CERTS";

/**
 * @param path of a PEM file
 * @returns each certificate, as PEM; none without a path
 * @throws Error that names the file, if it cannot be read or has none: everything that needs one would fail later
 */
export function certificatesIn(path: string | undefined): string[] {
  if (!path) return [];
  const named = `The file of certificates ${path} (${certificatesVariable})`;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code;
    throw new Error(`${named} cannot be read (${why}). Correct the path, or unset the variable.`, {
      cause: error,
    });
  }
  const found = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  if (found) return found;
  throw new Error(
    `${named} has no certificate in it: it has to be PEM, which begins with BEGIN CERTIFICATE.`,
  );
}
