/**
 * Who sent a request that came through proxies: the last address of `X-Forwarded-For` that is not one of theirs. What
 * stands before it was written by the client, and is not believed. Pure.
 */
import { BlockList, isIP } from "node:net";

export type AddressOf = (peer: string, forwardedFor: string) => string;

/**
 * @param proxies addresses and networks (`10.0.0.0/8`) of proxies, besides this machine
 * @throws Error for one that is neither
 */
export function addressReader(proxies: readonly string[]): AddressOf {
  const trusted = new BlockList();
  for (const each of ["127.0.0.1", "::1", ...proxies]) add(trusted, each);
  const isTrusted = (address: string) => isIP(address) !== 0 && trusted.check(address, familyOf(address));
  return (peer, forwardedFor) => {
    let address = plain(peer);
    for (const next of forwardedFor.split(",").toReversed()) {
      if (!isTrusted(address)) break;
      const named = plain(next.trim());
      // Some proxies write a port behind it, and some no address at all.
      if (isIP(named) === 0) break;
      address = named;
    }
    return address;
  };
}

function add(list: BlockList, text: string): void {
  const [address = "", bits, ...more] = text.split("/");
  const wrong = () =>
    new Error(`TRUSTED_PROXIES takes addresses and networks such as 10.0.0.0/8; it has "${text}".`);
  if (isIP(address) === 0 || more.length > 0) throw wrong();
  if (bits === undefined) return list.addAddress(address, familyOf(address));
  if (!/^\d+$/.test(bits) || Number(bits) > (isIP(address) === 4 ? 32 : 128)) throw wrong();
  list.addSubnet(address, Number(bits), familyOf(address));
}

const familyOf = (address: string) => (isIP(address) === 4 ? "ipv4" : "ipv6");

/** IPv4 on a socket for both is written as IPv6; brackets and a port are of a URL. */
function plain(address: string): string {
  const bare = /^\[(.+)\](?::\d+)?$/.exec(address)?.[1] ?? address;
  return bare.replace(/^::ffff:(?=\d+\.)/i, "").replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1");
}
