import { readRedisUrl } from './redis-address.js';

/** How a variable of the environment is read. Returns its value, or throws what the variable must be. */
export type Reader<T> = (text: string | null) => T;

export const text: Reader<string | null> = (value) => value;

export const url =
  (...protocols: string[]): Reader<string | null> =>
  (value) => {
    if (value === null) return null;
    const isUrl = URL.canParse(value) && protocols.includes(new URL(value).protocol);
    if (!isUrl)
      throw new Error(`must be a URL that starts with ${protocols.map((one) => `${one}//`).join(' or ')}`);
    return value;
  };

export const redisUrl: Reader<string | null> = (value) => {
  if (value !== null) readRedisUrl(value);
  return value;
};

export const whole =
  <T extends number | null>(min: number, max: number, fallback: T): Reader<number | T> =>
  (value) => {
    if (value === null) return fallback;
    const number = Number(value);
    const isFine = /^\d+$/.test(value) && number >= min && number <= max;
    if (!isFine) throw new Error(`must be a whole number from ${min} to ${max}, not "${value}"`);
    return number;
  };

export const oneOf =
  <T extends string>(words: readonly T[]): Reader<T | null> =>
  (value) => {
    if (value === null) return null;
    if (!words.includes(value as T)) throw new Error(`must be one of ${words.join(', ')}, not "${value}"`);
    return value as T;
  };

export const matching =
  (pattern: RegExp, form: string): Reader<string | null> =>
  (value) => {
    if (value !== null && !pattern.test(value)) throw new Error(`must have the form ${form}`);
    return value;
  };

export const atLeastBytes =
  (least: number): Reader<string | null> =>
  (value) => {
    if (value !== null && Buffer.byteLength(value) < least)
      throw new Error(`must have at least ${least} bytes`);
    return value;
  };

const ipv4Server = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!:|$)|(?=:|$))){4}(?::(?<port>\d{1,5}))?$/;
const ipv6Server =
  /^(?:\[(?<inner>[0-9a-f:.]+)\](?::(?<port>\d{1,5}))?|(?<bare>[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*))$/i;

/** A list of `ip` or `ip:port`, an IPv6 address with its port in brackets, as `node:dns` takes them. */
export const nameServers: Reader<readonly string[] | null> = (value) => {
  const servers = value?.split(',').map((server) => server.trim()) ?? null;
  if (servers?.every(isNameServer) === false)
    throw new Error('must be a list of IP addresses with or without a port, such as 10.0.0.2,10.0.0.3:5353');
  return servers;
};

function isNameServer(server: string): boolean {
  const found = ipv4Server.exec(server) ?? ipv6Server.exec(server);
  if (!found) return false;
  const { port = '53', inner, bare = inner } = found.groups!;
  return isPort(Number(port)) && (bare === undefined || URL.canParse(`http://[${bare}]`));
}

function isPort(port: number): boolean {
  return port > 0 && port <= 65_535;
}

/** A host name, or a whole URL, as Pinecone's console shows an index's. */
export const host: Reader<string | null> = (value) => {
  if (value === null) return null;
  const address = /^https?:\/\//.test(value) ? value : `https://${value}`;
  if (!URL.canParse(address)) throw new Error('must be a host name or a URL');
  return address;
};
