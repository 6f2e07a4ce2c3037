import { randomHex } from '#kernel';
import { waitFor } from '#testing';
import { RedisConnection, RedisScript, type SubscriptionHandlers } from '../src/index.js';

/** Subscribes to a channel and receives through Redis what it publishes itself. */
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

  /** True if a message published now arrives. */
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

/** The contract of RedisConnection for every kind of server. `open` returns a new connection. */
export function redisConnectionContract(open: () => RedisConnection): void {
  let redis: RedisConnection;

  beforeEach(() => {
    redis = open();
  });

  afterEach(async () => {
    await redis.close();
  });

  const someKeys = (count: number) => Array.from({ length: count }, () => `attune-test:{${randomHex(8)}}`);

  it('answers several pings sent at once before it is connected', async () => {
    await Promise.all([redis.ping(), redis.ping(), redis.ping()]);
  });

  it('delivers messages of each channel once the subscription is confirmed', async () => {
    const echo = new EchoSubscriber(redis);
    await waitFor(() => echo.subscribedCount === 1);
    await redis.publish(echo.channel, 'hello');
    await redis.publish(`{${echo.channel}}:other`, 'there');
    await waitFor(() => echo.received.length === 2);
    expect(echo.received.toSorted()).toEqual(['hello', 'there']);
  });

  it('subscribes again on reconnect(), and reports the lost link', async () => {
    const echo = new EchoSubscriber(redis);
    await waitFor(() => echo.subscribedCount === 1);
    echo.subscription.reconnect();
    expect(echo.disconnectedCount).toBe(1);
    await waitFor(() => echo.subscribedCount === 2);
    expect(await echo.isDelivered()).toBe(true);
  });

  it('runs a script for many keys, also if the server does not know the script yet', async () => {
    const keys = someKeys(50);
    const unknownScript = new RedisScript(`${appendScript.lua} -- ${randomHex(8)}`);
    expect(
      await redis.runAll(
        unknownScript,
        keys.map((key) => ({ key, args: ['ab'] })),
      ),
    ).toEqual(keys.map(() => 2));
    expect(
      await redis.runAll(
        unknownScript,
        keys.map((key) => ({ key, args: ['c'] })),
      ),
    ).toEqual(keys.map(() => 3));
    expect(await redis.readAll([...keys, ...someKeys(1)], 10)).toEqual([...keys.map(() => 'abc'), null]);
  });

  it('cuts a string after the given number of bytes', async () => {
    const [key] = someKeys(1) as [string];
    await redis.runAll(appendScript, [{ key, args: ['x'.repeat(100)] }]);
    expect(await redis.readAll([key], 7)).toEqual(['x'.repeat(7)]);
  });

  it('returns an Error for a key that holds another type, and the values of the other keys', async () => {
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

  it('can be closed twice, used or unused, and then rejects each call', async () => {
    await redis.connect();
    await redis.close();
    await redis.close();
    await expect(redis.ping()).rejects.toThrow();
    await open().close();
  });
}
