import { randomHex } from '#kernel';
import { waitFor } from '#testing';
import { RedisConnection, RedisScript, type SubscriptionHandlers } from '../src/index.js';

/** Hears itself on one channel, through Redis. */
export class EchoSubscriber {
  readonly received: string[] = [];
  subscribedCount = 0;
  disconnectedCount = 0;

  constructor(
    readonly redis: RedisConnection,
    readonly channel = `attune-test:${randomHex(8)}`,
  ) {
    this.subscription = redis.subscribe([channel, `{${channel}}:other`], this.handlers());
  }

  readonly subscription;

  /** True when what is published arrives. */
  async isDelivered(): Promise<boolean> {
    const word = randomHex(4);
    await this.redis.publish(this.channel, word);
    return waitFor(() => this.received.includes(word), { timeoutMs: 500 });
  }

  private handlers(): SubscriptionHandlers {
    return {
      onMessage: (message) => this.received.push(message),
      onSubscribed: () => void (this.subscribedCount += 1),
      onDisconnected: () => void (this.disconnectedCount += 1),
    };
  }
}

const appendScript = new RedisScript("return redis.call('APPEND', KEYS[1], ARGV[1])");

/** What a RedisConnection must do whatever stands behind its URL. `open` gives a new one. */
export function redisConnectionContract(open: () => RedisConnection): void {
  let redis: RedisConnection;

  beforeEach(() => {
    redis = open();
  });

  afterEach(async () => {
    await redis.close();
  });

  const someKeys = (count: number) => Array.from({ length: count }, () => `attune-test:{${randomHex(8)}}`);

  it('answers a ping, the first of many at once too', async () => {
    await Promise.all([redis.ping(), redis.ping(), redis.ping()]);
  });

  it('delivers what is published on each channel of a subscription once that is ready', async () => {
    const echo = new EchoSubscriber(redis);
    await waitFor(() => echo.subscribedCount === 1);
    await redis.publish(echo.channel, 'hello');
    await redis.publish(`{${echo.channel}}:other`, 'there');
    await waitFor(() => echo.received.length === 2);
    expect(echo.received.toSorted()).toEqual(['hello', 'there']);
  });

  it('makes a subscription anew when asked, and says that it was lost', async () => {
    const echo = new EchoSubscriber(redis);
    await waitFor(() => echo.subscribedCount === 1);
    echo.subscription.reconnect();
    expect(echo.disconnectedCount).toBe(1);
    await waitFor(() => echo.subscribedCount === 2);
    expect(await echo.isDelivered()).toBe(true);
  });

  it('runs a script for many keys, also one that the server does not know, and reads them', async () => {
    const keys = someKeys(50);
    const fresh = new RedisScript(`${appendScript.lua} -- ${randomHex(8)}`);
    expect(
      await redis.runAll(
        fresh,
        keys.map((key) => ({ key, args: ['ab'] })),
      ),
    ).toEqual(keys.map(() => 2));
    expect(
      await redis.runAll(
        fresh,
        keys.map((key) => ({ key, args: ['c'] })),
      ),
    ).toEqual(keys.map(() => 3));
    expect(await redis.readAll([...keys, ...someKeys(1)], 10)).toEqual([...keys.map(() => 'abc'), null]);
  });

  it('reads no more of a string than asked for', async () => {
    const [key] = someKeys(1) as [string];
    await redis.runAll(appendScript, [{ key, args: ['x'.repeat(100)] }]);
    expect(await redis.readAll([key], 7)).toEqual(['x'.repeat(7)]);
  });

  it('gives an Error for a key that holds something else, and the values of the others', async () => {
    const [key, other] = someKeys(2) as [string, string];
    await redis.runAll(new RedisScript("return redis.call('HSET', KEYS[1], 'a', 'b')"), [{ key, args: [] }]);
    await redis.runAll(appendScript, [{ key: other, args: ['here'] }]);
    expect(await redis.readAll([key, other], 10)).toEqual([expect.any(Error), 'here']);
  });

  it('calls no handler after the subscription was closed', async () => {
    const echo = new EchoSubscriber(redis);
    await waitFor(() => echo.subscribedCount === 1);
    await echo.subscription.close();
    await redis.publish(echo.channel, 'hello');
    expect([echo.received, echo.subscribedCount, echo.disconnectedCount]).toEqual([[], 1, 0]);
  });

  it('closes, twice too, whether it was used or not, and then rejects', async () => {
    await redis.connect();
    await redis.close();
    await redis.close();
    await expect(redis.ping()).rejects.toThrow();
    await open().close();
  });
}
