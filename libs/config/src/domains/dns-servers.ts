import type { VariableReader } from '#kernel';

const ipv4ServerPattern = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!:|$)|(?=:|$))){4}(?::(?<port>\d{1,5}))?$/;
const ipv6ServerPattern =
  /^(?:\[(?<inner>[0-9a-f:.]+)\](?::(?<port>\d{1,5}))?|(?<bare>[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*))$/i;

/** A list of `ip` or `ip:port`, an IPv6 address with its port in brackets, as `node:dns` takes them. */
export const dnsServers: VariableReader<readonly string[] | null> = (value) => {
  const servers = value?.split(',').map((server) => server.trim()) ?? null;
  if (servers?.every(isDnsServer) === false)
    throw new Error('must be a list of IP addresses with or without a port, such as 10.0.0.2,10.0.0.3:5353');
  return servers;
};

function isDnsServer(server: string): boolean {
  const match = ipv4ServerPattern.exec(server) ?? ipv6ServerPattern.exec(server);
  if (!match) return false;
  const { port = '53', inner, bare = inner } = match.groups!;
  return isPort(Number(port)) && (bare === undefined || URL.canParse(`http://[${bare}]`));
}

function isPort(port: number): boolean {
  return port > 0 && port <= 65_535;
}
