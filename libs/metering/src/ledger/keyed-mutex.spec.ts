import { UnavailableError } from '#kernel';
import { KeyedMutex } from './keyed-mutex.js';

const outage = new UnavailableError('The database cannot be reached.', 1);

describe('KeyedMutex', () => {
  it('KeyedMutex runs work of one key in order, one at a time, and different keys at once', async () => {
    const mutex = new KeyedMutex();
    const events: string[] = [];
    const work = (name: string) => async () => {
      events.push(`${name} begins`);
      await Promise.resolve();
      events.push(`${name} ends`);
      return name;
    };
    const all = [
      mutex.runExclusive('a', work('a1')),
      mutex.runExclusive('a', work('a2')),
      mutex.runExclusive('b', work('b1')),
    ];
    await expect(Promise.all(all)).resolves.toEqual(['a1', 'a2', 'b1']);
    expect(events).toEqual(['a1 begins', 'b1 begins', 'a1 ends', 'b1 ends', 'a2 begins', 'a2 ends']);
  });

  it('KeyedMutex runs the next work after a failure', async () => {
    const mutex = new KeyedMutex();
    const failing = mutex.runExclusive('a', () => Promise.reject(new Error('a fault')));
    const next = mutex.runExclusive('a', async () => 'done');
    await expect(failing).rejects.toThrow('a fault');
    await expect(next).resolves.toBe('done');
  });

  it('KeyedMutex fails all waiting calls when the database is unavailable, and runs later calls again', async () => {
    const mutex = new KeyedMutex();
    let tries = 0;
    const failing = () => {
      tries += 1;
      return Promise.reject(outage);
    };
    const results = await Promise.allSettled([1, 2, 3].map(() => mutex.runExclusive('a', failing)));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(tries).toBe(1);
    await expect(mutex.runExclusive('a', async () => 'back')).resolves.toBe('back');
  });
});
