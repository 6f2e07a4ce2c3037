import { redisAddress } from './redis-url.js';

describe('redisAddress', () => {
  it.each([
    ['redis://cache', { host: 'cache', port: 6379, db: 0 }],
    ['redis://cache:7000/3', { host: 'cache', port: 7000, db: 3 }],
    ['redis://:p%40ss@cache/', { host: 'cache', port: 6379, db: 0, password: 'p@ss' }],
    ['redis://me:secret@[::1]:7000', { host: '::1', port: 7000, db: 0, username: 'me', password: 'secret' }],
    ['rediss://cache', { host: 'cache', port: 6379, db: 0, tls: {} }],
  ])('reads %s', (url, address) => {
    expect(redisAddress(url)).toEqual(address);
  });

  it.each([
    ['cache:6379', 'REDIS_URL begins with cache:'],
    ['', 'is not a URL'],
    ['http://cache', 'REDIS_URL begins with http:'],
    ['redis+cluster://cache', 'redis+cluster:// is not supported yet'],
    ['redis+sentinel://cache', 'redis+sentinel:// is not supported yet'],
    ['redis://cache?enableOfflineQueue=true', 'takes no parameters'],
    ['redis://cache/zero', 'no database number'],
  ])('refuses %s', (url, message) => {
    expect(() => redisAddress(url)).toThrow(message);
  });

  it('never shows the password', () => {
    expect(() => redisAddress('redis://me:secret@cache/x')).toThrow(/^(?!.*secret).*$/);
  });
});
