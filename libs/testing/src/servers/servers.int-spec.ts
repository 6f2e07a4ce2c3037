import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { LoadBalancer } from '../replicas/load-balancer.js';
import { RedisServer } from './redis-server.js';

describe('RedisServer', () => {
  it('starts empty at its old address after a kill, and is silent while paused', async () => {
    const redis = await RedisServer.start();
    try {
      expect(await redis.command('set', 'a', '1')).toBe('OK');
      redis.pause();
      const answer = redis.command('get', 'a');
      redis.resume();
      expect(await answer).toBe('1');
      await redis.kill();
      await expect(redis.command('get', 'a')).rejects.toThrow('Connection refused');
      await redis.restart();
      expect(await redis.command('get', 'a')).toBe('');
    } finally {
      await redis.stop();
    }
    await expect(redis.command('get', 'a')).rejects.toThrow('Connection refused');
  });
});

describe('LoadBalancer', () => {
  const servers: Server[] = [];
  let balancer: LoadBalancer;

  /** A replica that says its name. */
  async function serve(name: string): Promise<number> {
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(name === 'unavailable' ? 503 : 200).end(name);
    });
    servers.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return (server.address() as AddressInfo).port;
  }

  afterEach(async () => {
    await balancer.stop();
    servers.splice(0).forEach((server) => server.close());
  });

  async function answers(method: string, count: number): Promise<string[]> {
    const ask = async () => {
      const answer = await fetch(balancer.url, { method });
      return `${answer.status} ${(await answer.text()).slice(0, 20)}`;
    };
    return Promise.all(Array.from({ length: count }, ask));
  }

  it('spreads requests over the replicas', async () => {
    balancer = await LoadBalancer.start([await serve('a'), await serve('b'), await serve('c')]);
    expect(new Set(await answers('PATCH', 12))).toEqual(new Set(['200 a', '200 b', '200 c']));
  });

  it('sends a request to another replica when one is gone, also a change, which the gone one cannot have received', async () => {
    balancer = await LoadBalancer.start([await serve('a'), await serve('a'), 1]);
    expect(new Set(await answers('GET', 12))).toEqual(new Set(['200 a']));
    expect(new Set(await answers('PATCH', 12))).toEqual(new Set(['200 a']));
  });

  it('keeps a replica in use whatever it answers', async () => {
    balancer = await LoadBalancer.start([
      await serve('unavailable'),
      await serve('unavailable'),
      await serve('unavailable'),
    ]);
    expect(new Set(await answers('GET', 30))).toEqual(new Set(['503 unavailable']));
  });
});
