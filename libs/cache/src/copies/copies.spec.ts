import { copiesContract } from '../../testing/copies.contract.js';
import { InMemoryCopies } from '../../testing/in-memory-copies.js';
import { NoCopies } from './copies.js';

describe('InMemoryCopies', () => {
  copiesContract(async () => new InMemoryCopies());
});

describe('NoCopies', () => {
  it('takes everything and gives nothing', async () => {
    const copies = new NoCopies();
    await copies.keep();
    expect(await copies.find()).toEqual(new Map());
  });
});
