import { BlockList, isIP } from "node:net";
import { matchesEgress, parseEgressPattern, plainHost } from "../../domain/egressPattern.ts";

export interface EgressRules {
  /** Whether the name may be asked for at all. */
  allowsName(host: string, port: number): boolean;
  /** Whether a name's address may be connected to: no private one, unless the host is internal. */
  allowsAddress(address: string, host: string): boolean;
}

/** Not of the open internet: RFC 6890 and its kin. The metadata services of clouds are in link-local and 100.64/10. */
const PRIVATE_4 = blockList(
  "ipv4",
  "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 " +
    "192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4",
);
/** Only 2000::/3 is the open internet; parts of that lead to IPv4 addresses or nowhere. Two lists: ::/3 holds all of IPv4. */
const PRIVATE_6 = blockList("ipv6", "::/3 4000::/2 8000::/1 2001::/23 2001:db8::/32 2002::/16 3fff::/20");

/**
 * Rules of an egress list. `internalHosts` are names whose private addresses the operator knows of: a registry of the house.
 */
export function egressRules(patterns: readonly string[], internalHosts: readonly string[] = []): EgressRules {
  const parsed = patterns.flatMap((text) => parseEgressPattern(text) ?? []);
  const internal = new Set(internalHosts.map(plainHost));
  return {
    allowsName: (host, port) => parsed.some((pattern) => matchesEgress(pattern, { host, port })),
    allowsAddress: (address, host) => !isPrivate(address) || internal.has(plainHost(host)),
  };
}

function isPrivate(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return true;
  // `::ffff:10.0.0.1` is 10.0.0.1.
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return isPrivate(mapped);
  return family === 4 ? PRIVATE_4.check(address, "ipv4") : PRIVATE_6.check(address, "ipv6");
}

function blockList(family: "ipv4" | "ipv6", nets: string): BlockList {
  const list = new BlockList();
  for (const [address = "", bits = "0"] of nets.split(" ").map((net) => net.split("/")))
    list.addSubnet(address, Number(bits), family);
  return list;
}
