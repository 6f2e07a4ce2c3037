import { lastKnownGoodStoreContract } from '../../testing/copies.contract.js';
import { InMemoryLastKnownGoodStore } from '../../testing/in-memory-copies.js';
import { NoLastKnownGoodStore } from './copies.js';

describe('InMemoryCopies', () => {
  lastKnownGoodStoreContract(async () => new InMemoryLastKnownGoodStore());
});

describe('NoCopies', () => {
  it('takes everything and gives nothing', async () => {
    const copies = new NoLastKnownGoodStore();
    await copies.save();
    expect(await copies.find()).toEqual(new Map());
  });
});
