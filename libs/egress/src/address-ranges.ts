import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** IPv4 networks that are not the public internet (IANA special-purpose address registry, RFC 6890, and multicast). */
const nonPublicIpv4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
];
/** Inside 2000::/3, which holds all public IPv6 addresses: Teredo and other protocol assignments, documentation. */
const nonPublicIpv6 = ['2001::/23', '2001:db8::/32', '3fff::/20'];
/** What may be public in IPv6: the global addresses, and IPv4 addresses that are mapped or behind NAT64. */
const globalIpv6 = listOf(['2000::/3', '::ffff:0:0/96', '64:ff9b::/96']);
const nonPublic = listOf([...nonPublicIpv4, ...nonPublicIpv6, ...nonPublicIpv4.flatMap(embedInIpv6)]);

/** True for an address that any host of the internet may have; false for private, loopback, link-local and other special ones. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !nonPublic.check(address, 'ipv4');
  if (!isIPv6(address)) return false;
  return globalIpv6.check(address, 'ipv6') && !nonPublic.check(address, 'ipv6');
}

/** A list of networks such as `10.0.0.0/8`, or of single addresses. @throws RangeError for anything else */
export function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [, address = '', prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(network) ?? [];
    const family = familyOf(address);
    if (family === null) throw new RangeError(`${network} is not a network`);
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

/** True if the list has the address; an IPv4 address in IPv6 notation counts as what it is. */
export function includesAddress(list: BlockList, address: string): boolean {
  const family = familyOf(address);
  return family !== null && list.check(address, family);
}

function familyOf(address: string): 'ipv4' | 'ipv6' | null {
  if (isIPv4(address)) return 'ipv4';
  return isIPv6(address) ? 'ipv6' : null;
}

/** The IPv6 networks of NAT64 and 6to4 that contain an IPv4 network. `BlockList` knows mapped addresses by itself. */
function embedInIpv6(network: string): string[] {
  const [address, prefix] = network.split('/') as [string, string];
  const [a, b, c, d] = address.split('.').map(Number) as [number, number, number, number];
  const groups = `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  return [`64:ff9b::${groups}/${96 + Number(prefix)}`, `2002:${groups}::/${16 + Number(prefix)}`];
}
