import { parseRedisUrl } from './redis-address.js';

/** How a variable of the environment is read. Returns its value, or throws what the variable must be. */
export type VariableReader<T> = (text: string | null) => T;

export const text: VariableReader<string | null> = (value) => value;

export const url =
  (...protocols: string[]): VariableReader<string | null> =>
  (value) => {
    if (value === null) return null;
    const isUrl = URL.canParse(value) && protocols.includes(new URL(value).protocol);
    if (!isUrl)
      throw new Error(
        `must be a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
      );
    return value;
  };

export const redisUrl: VariableReader<string | null> = (value) => {
  if (value !== null) parseRedisUrl(value);
  return value;
};

export const integer =
  <T extends number | null>(min: number, max: number, defaultValue: T): VariableReader<number | T> =>
  (value) => {
    if (value === null) return defaultValue;
    const number = Number(value);
    const isInRange = /^\d+$/.test(value) && number >= min && number <= max;
    if (!isInRange) throw new Error(`must be a whole number from ${min} to ${max}, not "${value}"`);
    return number;
  };

export const oneOf =
  <T extends string>(allowed: readonly T[]): VariableReader<T | null> =>
  (value) => {
    if (value === null) return null;
    if (!allowed.includes(value as T))
      throw new Error(`must be one of ${allowed.join(', ')}, not "${value}"`);
    return value as T;
  };

export const matching =
  (pattern: RegExp, description: string): VariableReader<string | null> =>
  (value) => {
    if (value !== null && !pattern.test(value)) throw new Error(`must have the form ${description}`);
    return value;
  };

export const minBytes =
  (min: number): VariableReader<string | null> =>
  (value) => {
    if (value !== null && Buffer.byteLength(value) < min) throw new Error(`must have at least ${min} bytes`);
    return value;
  };

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

/** A host name, or a whole URL, as Pinecone's console shows an index's. */
export const hostOrUrl: VariableReader<string | null> = (value) => {
  if (value === null) return null;
  const address = /^https?:\/\//.test(value) ? value : `https://${value}`;
  if (!URL.canParse(address)) throw new Error('must be a host name or a URL');
  return address;
};
