/** Which addresses lie inside a private network: an operator's typo, a redirect or a rebinding resolver must not reach it. */
import { BlockList, isIP } from 'node:net';
import { lookup } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';

const inside = new BlockList();
// RFC 6890 and successors: everything that is not plain global unicast. BlockList checks ::ffff:a.b.c.d as a.b.c.d.
for (const [net, bits] of [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.0.2.0', 24],
  ['192.88.99.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 4], ['240.0.0.0', 4],
] as const) inside.addSubnet(net, bits, 'ipv4');
// Tunnels (NAT64, Teredo, 6to4) carry an IPv4 address we would not see.
for (const [net, bits] of [
  ['::', 96], ['64:ff9b::', 32], ['100::', 8], ['2001::', 23], ['2001:db8::', 32], ['2002::', 16], ['3fff::', 20], ['5f00::', 16], ['fc00::', 7], ['fe80::', 10], ['fec0::', 10], ['ff00::', 8],
] as const) inside.addSubnet(net, bits, 'ipv6');

/** True for loopback, private, link-local, mapped, tunnelled and reserved addresses, and for what is no address. */
export function isPrivate(address: string): boolean {
  const family = isIP(address);
  return family === 0 || inside.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** Finds every address of a host name. */
export type Resolve = (host: string) => Promise<LookupAddress[]>;
const system: Resolve = async (host) => await lookup(host, { all: true, verbatim: true });

/** Every address of a URL's host, which may be an address itself. */
export async function addressesOf(url: URL, resolve: Resolve = system): Promise<LookupAddress[]> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  return family === 0 ? await resolve(host) : [{ address: host, family }];
}

/** A resolver for one connection that knows only the addresses that were checked: nothing can change in between. */
export const pinned = (addresses: LookupAddress[]): LookupFunction => (_host, options, done) => {
  if (options.all) return done(null, addresses);
  const [first] = addresses;
  if (first) done(null, first.address, first.family);
};
