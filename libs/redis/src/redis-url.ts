/** What ioredis needs to know of where Redis is. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: Record<never, never>;
}

/**
 * Where a `redis://user:password@host:port/db` or `rediss://…` (TLS) URL leads. Throws an Error that says what is
 * wrong with it and never shows the password. Parameters are refused, because ioredis would let them override the
 * time-outs that everything else counts on.
 */
export function redisAddress(url: string): RedisAddress {
  const parsed = parse(url);
  return {
    host: parsed.hostname.replace(/^\[|\]$/g, '') || 'localhost',
    port: Number(parsed.port || 6379),
    db: databaseIndex(parsed.pathname),
    ...(parsed.username && { username: decodeURIComponent(parsed.username) }),
    ...(parsed.password && { password: decodeURIComponent(parsed.password) }),
    ...(parsed.protocol === 'rediss:' && { tls: {} }),
  };
}

function parse(url: string): URL {
  const parsed = URL.parse(url);
  if (parsed === null)
    throw new Error('REDIS_URL is not a URL; write redis://host:port or rediss://host:port.');
  if (parsed.protocol === 'redis+cluster:' || parsed.protocol === 'redis+sentinel:') {
    throw new Error(`REDIS_URL: ${parsed.protocol}// is not supported yet; use redis:// or rediss://.`);
  }
  if (parsed.protocol !== 'redis:' && parsed.protocol !== 'rediss:') {
    throw new Error(`REDIS_URL begins with ${parsed.protocol}; use redis:// or rediss://.`);
  }
  if (parsed.search) throw new Error('REDIS_URL takes no parameters; leave out what follows the "?".');
  return parsed;
}

function databaseIndex(path: string): number {
  const text = path.replace(/^\//, '');
  if (!/^\d{0,4}$/.test(text))
    throw new Error('REDIS_URL ends with a path that is no database number, as in redis://host/0.');
  return Number(text);
}
