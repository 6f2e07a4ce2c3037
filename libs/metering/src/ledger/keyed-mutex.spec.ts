import { UnavailableError } from '#kernel';
import { KeyedMutex } from './keyed-mutex.js';

const outage = new UnavailableError('The database cannot be reached.', 1);

describe('turns', () => {
  it('are taken one after the other for one key, in order, and at once for different ones', async () => {
    const turns = new KeyedMutex();
    const happened: string[] = [];
    const work = (name: string) => async () => {
      happened.push(`${name} begins`);
      await Promise.resolve();
      happened.push(`${name} ends`);
      return name;
    };
    const all = [
      turns.runExclusive('a', work('a1')),
      turns.runExclusive('a', work('a2')),
      turns.runExclusive('b', work('b1')),
    ];
    await expect(Promise.all(all)).resolves.toEqual(['a1', 'a2', 'b1']);
    expect(happened).toEqual(['a1 begins', 'b1 begins', 'a1 ends', 'b1 ends', 'a2 begins', 'a2 ends']);
  });

  it('go on after a failure', async () => {
    const turns = new KeyedMutex();
    const failing = turns.runExclusive('a', () => Promise.reject(new Error('a fault')));
    const next = turns.runExclusive('a', async () => 'done');
    await expect(failing).rejects.toThrow('a fault');
    await expect(next).resolves.toBe('done');
  });

  it('end for everybody in line when the database goes, and begin anew for who comes then', async () => {
    const turns = new KeyedMutex();
    let tries = 0;
    const away = () => {
      tries += 1;
      return Promise.reject(outage);
    };
    const inLine = await Promise.allSettled([1, 2, 3].map(() => turns.runExclusive('a', away)));
    expect(inLine.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(tries).toBe(1);
    await expect(turns.runExclusive('a', async () => 'back')).resolves.toBe('back');
  });
});
