/** Host and port of one server. An IPv6 address has no brackets. */
export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

interface RedisAccess {
  readonly username?: string;
  readonly password?: string;
  /** For every link, also those to sentinels. */
  readonly tls: boolean;
}

/** One server, and the number of its database. */
export interface StandaloneRedis extends RedisNode, RedisAccess {
  readonly kind: 'single';
  readonly db: number;
}

/** `nodes` are some servers of the cluster; they name the others. */
export interface RedisCluster extends RedisAccess {
  readonly kind: 'cluster';
  readonly nodes: readonly RedisNode[];
}

/** The `sentinels` name the server that is the master `name`. */
export interface SentinelRedis extends RedisAccess {
  readonly kind: 'sentinel';
  readonly sentinels: readonly RedisNode[];
  readonly name: string;
  readonly db: number;
}

/** The address of Redis and the credentials. Never log it, because it contains the password. */
export type RedisAddress = StandaloneRedis | RedisCluster | SentinelRedis;

const standaloneForm = 'redis://[user:password@]host[:port][/database]';
const clusterForm = 'redis+cluster://[user:password@]host[:port][,host[:port]…]';
const sentinelForm = 'redis+sentinel://[user:password@]host[:port][,host[:port]…]/master-name[/database]';

/** A password may contain an @. Parameters are refused, because they could change the time-outs that callers rely on. */
const urlPattern = /^(?<scheme>[a-z+]+):\/\/(?:(?<user>[^/?#]*)@)?(?<hosts>[^@/?#]*)(?<path>\/[^?#]*)?$/;

type AddressParser = (hosts: string, path: string, access: RedisAccess) => RedisAddress;

const addressParsers = new Map<string, AddressParser>([
  ['redis', parseStandalone],
  ['redis+cluster', parseCluster],
  ['redis+sentinel', parseSentinel],
]);

/**
 * Parses a `redis://`, `redis+cluster://` or `redis+sentinel://` URL; `rediss` in place of `redis` means TLS.
 *
 * @throws Error that says which form the URL must have. The message never contains the URL.
 */
export function parseRedisUrl(text: string): RedisAddress {
  const { scheme = '', user = '', hosts = '', path = '' } = urlPattern.exec(text)?.groups ?? {};
  const parse = addressParsers.get(scheme.replace(/^rediss/, 'redis'));
  if (parse === undefined)
    throw new Error(
      `must have the form ${standaloneForm}; or ${clusterForm}; or ${sentinelForm}; with rediss for TLS`,
    );
  return parse(hosts, path, { ...parseCredentials(user), tls: scheme.startsWith('rediss') });
}

function parseStandalone(hosts: string, path: string, access: RedisAccess): StandaloneRedis {
  const node = parseNode(hosts || 'localhost', 6379);
  const db = /^\/?(?<db>\d{0,4})$/.exec(path)?.groups?.['db'];
  if (node === null || db === undefined) throw new Error(`must have the form ${standaloneForm}`);
  return { kind: 'single', ...node, db: Number(db), ...access };
}

function parseCluster(hosts: string, path: string, access: RedisAccess): RedisCluster {
  const nodes = parseNodes(hosts, 6379);
  if (nodes === null || (path !== '' && path !== '/')) throw new Error(`must have the form ${clusterForm}`);
  return { kind: 'cluster', nodes, ...access };
}

function parseSentinel(hosts: string, path: string, access: RedisAccess): SentinelRedis {
  const sentinels = parseNodes(hosts, 26_379);
  const match = /^\/(?<name>[\w.-]{1,200})(?:\/(?<db>\d{0,4}))?$/.exec(path)?.groups;
  if (sentinels === null || match === undefined) throw new Error(`must have the form ${sentinelForm}`);
  return { kind: 'sentinel', sentinels, name: match['name']!, db: Number(match['db'] ?? 0), ...access };
}

function parseNodes(hosts: string, defaultPort: number): RedisNode[] | null {
  const nodes = hosts.split(',').map((host) => parseNode(host, defaultPort));
  return nodes.every((node) => node !== null) ? nodes : null;
}

function parseNode(text: string, defaultPort: number): RedisNode | null {
  const node = URL.parse(`redis://${text}`);
  const host = node?.hostname.replace(/^\[|\]$/g, '') ?? '';
  const port = Number(node?.port || defaultPort);
  return /^[\w.:-]+$/.test(host) && port > 0 ? { host, port } : null;
}

function parseCredentials(user: string): Omit<RedisAccess, 'tls'> {
  const [, name = '', password = ''] = /^([^:]*):?(.*)$/s.exec(user) ?? [];
  return {
    ...(name && { username: decodePercent(name) }),
    ...(password && { password: decodePercent(password) }),
  };
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error('must have user and password percent-encoded, a % itself as %25');
  }
}
