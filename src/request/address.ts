/**
 * Which hosts the gateway may speak to. Addresses of the machine, its network and its cloud's metadata service are
 * refused in every notation, unless the API file names them. Pure: it decides on the name, it resolves nothing.
 * What a name resolves to is up to the network: on Workers, private addresses cannot be reached at all.
 */
import type { ApiFile } from "../terms/api-file.ts";
import { onceFor } from "../terms/once.ts";
import { trimEndOf } from "../terms/trim-end.ts";

export type AddressRules = Pick<ApiFile, "allowHttp" | "allowPrivate">;

/** Blocks that are not public (IANA special-purpose registries, RFC 6890 and its successors). */
const privateV4 = (
  "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 " +
  "192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3"
)
  .split(" ")
  .map((block) => {
    const [address = "", bits] = block.split("/");
    const size = 2 ** (32 - Number(bits));
    return { size, start: numberOf(address) / size };
  });

/**
 * Names for the own network, of the services in a cluster (no top-level domain of the public DNS: `kubernetes.default.svc`,
 * `kubernetes.default`), and public DNS names that exist to resolve to loopback or to an address in the name.
 */
const privateSuffixes = (
  "localhost localdomain localnet local internal intranet lan home corp private home.arpa in-addr.arpa ip6.arpa " +
  "svc pod cluster default kubernetes consul nomad mesos docker podman " +
  "nip.io sslip.io xip.io localtest.me lvh.me vcap.me lacolhost.com"
).split(" ");

const judgedBy = onceFor((_rules: AddressRules) => new Map<string, string | undefined>());

/**
 * Why the gateway does not send to a URL, or undefined if it may. Judged once for each origin and set of rules.
 * @param href any absolute URL; numeric hosts are normalised by the URL parser (decimal, octal, hex, short forms)
 */
export function addressProblem(href: string, rules: AddressRules): string | undefined {
  const known = judgedBy(rules);
  // Everything that a URL parser may read scheme and host from.
  const [key] = /^[a-z]+:\/\/[^/?#]+/i.exec(href) ?? [href];
  if (!known.has(key)) known.set(key, judge(new URL(href), rules));
  return known.get(key);
}

function judge(url: URL, { allowHttp, allowPrivate = [] }: AddressRules): string | undefined {
  if (url.protocol !== "https:" && !(allowHttp && url.protocol === "http:")) {
    return url.protocol === "http:"
      ? `${url.origin} is not https, and neither --server nor "allowHttp": true in the API file allows it`
      : `${url.protocol} is not a scheme that the gateway speaks`;
  }
  const host = normalHost(url.hostname);
  if (host === undefined) return `${JSON.stringify(url.hostname)} is not a host name`;
  if (!isPrivateHost(host)) return undefined;
  if (allowPrivate.some((entry) => normalHost(entry) === host)) return undefined;
  return `${host} is an address inside a private network, and neither --server nor "allowPrivate": ["${host}"] in the API file allows it`;
}

/** What an API file says to allow a server that a person named: http if it is that, and its host if it is private. */
export function allowanceFor({ protocol, hostname }: URL): AddressRules {
  const host = normalHost(hostname);
  return {
    ...(protocol === "http:" && { allowHttp: true }),
    ...(host !== undefined && isPrivateHost(host) && { allowPrivate: [hostname] }),
  };
}

/** Whether a normalised host is not on the public internet, as far as its name tells. */
export function isPrivateHost(host: string): boolean {
  if (host.startsWith("[")) return isPrivateV6(host.slice(1, -1));
  if (/^\d+(?:\.\d+){3}$/.test(host)) return isPrivateV4(numberOf(host));
  if (!host.includes(".")) return true;
  return privateSuffixes.some((suffix) => host === suffix || host.endsWith(`.${suffix}`));
}

/** Lower case, numbers as dotted quads, no trailing dot; undefined if it is not a host. */
function normalHost(text: string): string | undefined {
  const bare = text.includes(":") && !text.startsWith("[") ? `[${text}]` : text;
  const host = trimEndOf(URL.parse(`http://${bare}`)?.hostname ?? "", /\./);
  return host === "" ? undefined : host;
}

function numberOf(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

function isPrivateV4(address: number): boolean {
  return privateV4.some(({ size, start }) => Math.floor(address / size) === start);
}

/**
 * Public are only 2000::/3 addresses that do not carry a private IPv4 address inside.
 * @param address as the URL parser prints it
 */
function isPrivateV6(address: string): boolean {
  const [head = [], tail = []] = address.split("::").map((half) => half.split(":").filter(Boolean));
  const gap = Array.from({ length: 8 - head.length - tail.length }, () => "0");
  const words = [...head, ...gap, ...tail].map((word) => Number.parseInt(word, 16));
  const [first = 0, second = 0] = words;
  const embedded = (high: number) => isPrivateV4((words[high] ?? 0) * 65_536 + (words[high + 1] ?? 0));
  const prefix = words.slice(0, 6).join(":");
  if (prefix === mapped || prefix === nat64) return embedded(6);
  if (first === 0x2002) return embedded(1);
  if (first === 0x2001 && (second < 0x200 || second === 0xdb8)) return true;
  return first < 0x2000 || first > 0x3fff;
}

/** Prefixes of 96 bits before an IPv4 address (RFC 4291, RFC 6052). */
const mapped = [0, 0, 0, 0, 0, 0xffff].join(":");
const nat64 = [0x64, 0xff9b, 0, 0, 0, 0].join(":");
