import { BlockList, SocketAddress, isIPv6 } from 'node:net';

const mappedIpv4 = new BlockList();
mappedIpv4.addSubnet('::ffff:0:0', 96, 'ipv6');

/** Whose tries are counted together: an IPv4 address, or the /64 of an IPv6 address, since one customer has all of it. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const { address: normal } = new SocketAddress({ family: 'ipv6', address: address.split('%')[0]! });
  if (mappedIpv4.check(normal, 'ipv6')) return normal.slice(normal.lastIndexOf(':') + 1);
  const [head = '', tail] = normal.split('::');
  const groups = head === '' ? [] : head.split(':');
  const tailGroups = tail ? tail.split(':') : [];
  const zeros =
    tail === undefined ? [] : Array.from({ length: 8 - groups.length - tailGroups.length }, () => '0');
  return `${[...groups, ...zeros, ...tailGroups].slice(0, 4).join(':')}::/64`;
}
