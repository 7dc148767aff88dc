/** Addresses as one text each, so that two spellings of an address are one target. */
import { isIPv4, isIPv6 } from "node:net";
import type { AccessTarget } from "./resources.ts";

/** The one spelling of an address (RFC 5952 for IPv6); `undefined` if it is not an address. */
export function canonicalAddress(text: string): string | undefined {
  if (isIPv4(text)) return text;
  if (!isIPv6(text) || text.includes("%")) return undefined;
  return new URL(`http://[${text}]`).hostname.slice(1, -1);
}

export type Canonical = { ok: true; value: string } | { ok: false; detail: string };

/** The one spelling of a target's value, or what is wrong with it. */
export function canonicalTarget({ type, value }: AccessTarget): Canonical {
  switch (type) {
    case "ip": {
      const address = canonicalAddress(value);
      if (address !== undefined) return { ok: true, value: address };
      const hint = value.includes("/") ? "; for a network use the type cidr" : "";
      return wrong(`is not an IP address: ${JSON.stringify(value)}${hint}`);
    }
    case "cidr":
      return canonicalNetwork(value);
    case "country":
      return /^[A-Z]{2}$/.test(value)
        ? { ok: true, value }
        : wrong(`is not a two-letter country code in upper case: ${JSON.stringify(value)}`);
    case "asn": {
      const number = /^AS([1-9]\d{0,9})$/.exec(value)?.[1];
      return number !== undefined && Number(number) < 2 ** 32
        ? { ok: true, value }
        : wrong(`is not AS and a number below 2^32, such as AS64500: ${JSON.stringify(value)}`);
    }
  }
}

function canonicalNetwork(text: string): Canonical {
  const [, address = "", digits = ""] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const canonical = canonicalAddress(address);
  const bits = isIPv4(address) ? 32 : 128;
  const length = Number(digits);
  if (canonical === undefined || length > bits)
    return wrong(`is not a network such as 192.0.2.0/24: ${JSON.stringify(text)}`);
  const hostBits = addressNumber(canonical) & ((1n << BigInt(bits - length)) - 1n);
  if (hostBits !== 0n)
    return wrong(`has host bits set: ${JSON.stringify(text)}; write the network's first address`);
  return { ok: true, value: `${canonical}/${length}` };
}

function addressNumber(address: string): bigint {
  if (isIPv4(address)) return address.split(".").reduce((sum, part) => (sum << 8n) + BigInt(part), 0n);
  const [head = "", tail = ""] = address.split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const missing = address.includes("::") ? 8 - groups(head).length - groups(tail).length : 0;
  const all = [...groups(head), ...Array<string>(missing).fill("0"), ...groups(tail)];
  return all.reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n);
}

function wrong(detail: string): Canonical {
  return { ok: false, detail };
}
