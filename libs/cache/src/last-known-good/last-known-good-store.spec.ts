import { lastKnownGoodStoreContract } from '../../testing/last-known-good-store.contract.js';
import { InMemoryLastKnownGoodStore } from '../../testing/in-memory-last-known-good-store.js';
import { NoLastKnownGoodStore } from './last-known-good-store.js';

describe('InMemoryLastKnownGoodStore', () => {
  lastKnownGoodStoreContract(async () => new InMemoryLastKnownGoodStore());
});

describe('NoLastKnownGoodStore', () => {
  it('accepts every copy and finds none', async () => {
    const store = new NoLastKnownGoodStore();
    await store.save();
    expect(await store.find()).toEqual(new Map());
  });
});
