import { parseRedisUrl } from './redis-address.js';

describe('parseRedisUrl', () => {
  it.each([
    ['redis://', { host: 'localhost', port: 6379, db: 0, tls: false }],
    ['redis://cache', { host: 'cache', port: 6379, db: 0, tls: false }],
    ['redis://cache:7000/3', { host: 'cache', port: 7000, db: 3, tls: false }],
    ['redis://:p%40ss@cache/', { host: 'cache', port: 6379, db: 0, password: 'p@ss', tls: false }],
    [
      'redis://me:s@cr:et@[::1]:7000',
      { host: '::1', port: 7000, db: 0, username: 'me', password: 's@cr:et', tls: false },
    ],
    ['rediss://cache', { host: 'cache', port: 6379, db: 0, tls: true }],
  ])('leads to one server: %s', (url, address) => {
    expect(parseRedisUrl(url)).toEqual({ kind: 'single', ...address });
  });

  it.each([
    ['redis+cluster://a', [{ host: 'a', port: 6379 }], { tls: false }],
    ['rediss+cluster://a', [{ host: 'a', port: 6379 }], { tls: true }],
    [
      'redis+cluster://me:secret@a:1,[::1]:2,10.0.0.1/',
      [
        { host: 'a', port: 1 },
        { host: '::1', port: 2 },
        { host: '10.0.0.1', port: 6379 },
      ],
      { username: 'me', password: 'secret', tls: false },
    ],
  ])('leads to a cluster: %s', (url, nodes, credentials) => {
    expect(parseRedisUrl(url)).toEqual({ kind: 'cluster', nodes, ...credentials });
  });

  it('returns the sentinels and the name of the master', () => {
    const sentinels = [
      { host: 'a', port: 26_379 },
      { host: 'b', port: 5 },
    ];
    expect(parseRedisUrl('redis+sentinel://:secret@a,b:5/my.master-1/2')).toEqual({
      kind: 'sentinel',
      sentinels,
      name: 'my.master-1',
      db: 2,
      password: 'secret',
      tls: false,
    });
    expect(parseRedisUrl('rediss+sentinel://a,b:5/m')).toEqual({
      kind: 'sentinel',
      sentinels,
      name: 'm',
      db: 0,
      tls: true,
    });
  });

  it.each([
    '',
    'cache:6379',
    'cache',
    'http://cache',
    'redis:cache',
    'redis://cache?enableOfflineQueue=true',
    'redis://cache#0',
    'redis://cache/zero',
    'redis://cache/1/2',
    'redis://cache:70000',
    'redis://cache:0',
    'redis://a,b',
    'redis://a:1,b:2',
    'redis+cluster://',
    'redis+cluster://a,',
    'redis+cluster://a,,b',
    'redis+cluster://a/1',
    'redis+cluster://a:1:2',
    'redis+cluster://a?x=1',
    'redis+sentinel://a',
    'redis+sentinel://a/',
    'redis+sentinel:///m',
    'redis+sentinel://a/m/zero',
    'redis+sentinel://a/m m',
    'redis+sentinel://a:0/m',
    'redis+other://a',
    'redis+://a',
    'redisss://a',
    'rediss+cluster+x://a',
  ])('parseRedisUrl refuses %s', (url) => {
    expect(() => parseRedisUrl(url)).toThrow(/^must have the form redis/);
  });

  it.each(['redis://me:sec%ret@cache', 'redis://me:secret@cache/x', 'redis+cluster://me:secret@cache/x'])(
    'does not show the password of %s in the error',
    (url) => {
      expect(() => parseRedisUrl(url)).toThrow(/^(?!.*sec).*$/);
    },
  );
});
