import { lastKnownGoodStoreContract } from '../../testing/last-known-good-store.contract.js';
import { InMemoryLastKnownGoodStore } from '../../testing/in-memory-last-known-good-store.js';
import { NoLastKnownGoodStore } from './last-known-good-store.js';

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
