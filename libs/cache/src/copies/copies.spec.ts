import { copiesContract } from '../../testing/copies.contract.js';
import { InMemoryCopies } from '../../testing/in-memory-copies.js';
import { NoCopies } from './copies.js';

describe('InMemoryCopies', () => {
  copiesContract(async () => new InMemoryCopies());

  it('loses and finds nothing while it cannot be reached, and forgets nothing', async () => {
    const copies = new InMemoryCopies();
    await copies.keep('plan', [{ key: 'pro', version: 1, value: 'one' }]);
    copies.isReachable = false;
    await copies.keep('plan', [{ key: 'pro', version: 2, value: 'two' }]);
    expect((await copies.find('plan', ['pro'])).size).toBe(0);
    copies.isReachable = true;
    expect((await copies.find('plan', ['pro'])).get('pro')?.version).toBe(1);
    expect(copies.counters.lost).toBe(1);
  });
});

describe('NoCopies', () => {
  it('takes everything and gives nothing', async () => {
    const copies = new NoCopies();
    await copies.keep();
    expect(await copies.find()).toEqual(new Map());
  });
});
