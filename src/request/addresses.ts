/**
 * The notations of an address: IPv4 in one to four numbers, decimal, octal or hexadecimal (inet_aton), IPv6 with its zeros or
 * without (RFC 4291, 2.2), IPv4 in it (2.5.5.2), and the pairs of an EUI-48. Pure.
 */

/** Longer than any address is written. */
const maxChars = 64;

const numbers = /^(?:0x[\da-f]*|\d+)(?:\.(?:0x[\da-f]*|\d+)){0,3}\.?$/;
const groups = /^\[?[\da-f:.]+\]?$/;
const pairs = /^(?:[\da-f]{12}|[\da-f]{2}(?:[-: ][\da-f]{2}){5}|[\da-f]{4}(?:[.:-][\da-f]{4}){2})$/;
const plainIpv4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** @returns keys of the address that a value of a rule is, folded; none if it is none */
export function wantedAddress(value: string): string[] {
  return plainIpv4.test(value) || value.includes(":") || pairs.test(value) ? addressesIn(value) : [];
}

/** @returns keys of the addresses that a server may take a text for, folded */
export function addressesIn(text: string): string[] {
  if (text.length > maxChars) return [];
  const found = pairs.test(text) ? [`EUI-48 ${text.replace(/[-: .]/g, "")}`] : [];
  const host = numbers.test(text)
    ? text
    : groups.test(text) && text.split(":").length > 2
      ? `[${text.replace(/[[\]]/g, "")}]`
      : undefined;
  if (host !== undefined && URL.canParse(`http://${host}`))
    found.push(`IP ${inIpv4(new URL(`http://${host}`).hostname)}`);
  return found;
}

/** `[::ffff:a00:1]` and `[::a00:1]` are 10.0.0.1; any other address is as it is. */
function inIpv4(hostname: string): string {
  const [, high, low] = /^\[::(?:ffff:)?([\da-f]{1,4}):([\da-f]{1,4})\]$/.exec(hostname) ?? [];
  if (high === undefined || low === undefined) return hostname;
  const bytes = [high, low].flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]);
  return bytes.join(".");
}
