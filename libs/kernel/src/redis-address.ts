export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

interface Access {
  readonly username?: string;
  readonly password?: string;
  /** Of every link, those to sentinels too. */
  readonly tls: boolean;
}

export interface SingleRedis extends RedisNode, Access {
  readonly kind: 'single';
  readonly db: number;
}

/** `nodes`: some of the cluster's; they name the others. */
export interface RedisCluster extends Access {
  readonly kind: 'cluster';
  readonly nodes: readonly RedisNode[];
}

/** `sentinels` say which server is the master called `name`. */
export interface WatchedRedis extends Access {
  readonly kind: 'sentinel';
  readonly sentinels: readonly RedisNode[];
  readonly name: string;
  readonly db: number;
}

/** Where Redis is, and how to get in. Never to be logged: it holds the password. */
export type RedisAddress = SingleRedis | RedisCluster | WatchedRedis;

const singleForm = 'redis://[user:password@]host[:port][/database]';
const clusterForm = 'redis+cluster://[user:password@]host[:port][,host[:port]…]';
const sentinelForm = 'redis+sentinel://[user:password@]host[:port][,host[:port]…]/master-name[/database]';

/** A password may hold an @; parameters are refused, because they would go against the time-outs that all count on. */
const url = /^(?<scheme>[a-z+]+):\/\/(?:(?<user>[^/?#]*)@)?(?<hosts>[^@/?#]*)(?<path>\/[^?#]*)?$/;

type Reader = (hosts: string, path: string, access: Access) => RedisAddress;

const readers = new Map<string, Reader>([
  ['redis', readSingle],
  ['redis+cluster', readCluster],
  ['redis+sentinel', readWatched],
]);

/**
 * Where a `redis://`, `redis+cluster://` or `redis+sentinel://` URL leads, or one with `rediss` for TLS.
 *
 * @throws Error that says what the URL must be, and never shows it.
 */
export function readRedisUrl(text: string): RedisAddress {
  const { scheme = '', user = '', hosts = '', path = '' } = url.exec(text)?.groups ?? {};
  const read = readers.get(scheme.replace(/^rediss/, 'redis'));
  if (read === undefined)
    throw new Error(
      `must have the form ${singleForm}; or ${clusterForm}; or ${sentinelForm}; with rediss for TLS`,
    );
  return read(hosts, path, { ...readCredentials(user), tls: scheme.startsWith('rediss') });
}

function readSingle(hosts: string, path: string, access: Access): SingleRedis {
  const node = readNode(hosts || 'localhost', 6379);
  const db = /^\/?(?<db>\d{0,4})$/.exec(path)?.groups?.['db'];
  if (node === null || db === undefined) throw new Error(`must have the form ${singleForm}`);
  return { kind: 'single', ...node, db: Number(db), ...access };
}

function readCluster(hosts: string, path: string, access: Access): RedisCluster {
  const nodes = readNodes(hosts, 6379);
  if (nodes === null || (path !== '' && path !== '/')) throw new Error(`must have the form ${clusterForm}`);
  return { kind: 'cluster', nodes, ...access };
}

function readWatched(hosts: string, path: string, access: Access): WatchedRedis {
  const sentinels = readNodes(hosts, 26_379);
  const end = /^\/(?<name>[\w.-]{1,200})(?:\/(?<db>\d{0,4}))?$/.exec(path)?.groups;
  if (sentinels === null || end === undefined) throw new Error(`must have the form ${sentinelForm}`);
  return { kind: 'sentinel', sentinels, name: end['name']!, db: Number(end['db'] ?? 0), ...access };
}

function readNodes(hosts: string, defaultPort: number): RedisNode[] | null {
  const nodes = hosts.split(',').map((host) => readNode(host, defaultPort));
  return nodes.every((node) => node !== null) ? nodes : null;
}

function readNode(text: string, defaultPort: number): RedisNode | null {
  const node = URL.parse(`redis://${text}`);
  const host = node?.hostname.replace(/^\[|\]$/g, '') ?? '';
  const port = Number(node?.port || defaultPort);
  return /^[\w.:-]+$/.test(host) && port > 0 ? { host, port } : null;
}

function readCredentials(user: string): Omit<Access, 'tls'> {
  const [, name = '', password = ''] = /^([^:]*):?(.*)$/s.exec(user) ?? [];
  return {
    ...(name && { username: decoded(name) }),
    ...(password && { password: decoded(password) }),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error('must have user and password percent-encoded, a % itself as %25');
  }
}
