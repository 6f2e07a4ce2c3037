import { Readable } from 'node:stream';
import { readText } from './read-text.js';

const largeBody = Buffer.alloc(300_000, 'x');

describe('readText', () => {
  it('readText gives each of the large bodies that arrive together a turn of the event loop of its own', async () => {
    let turn = 0;
    let isDone = false;
    const countTurns = (): void => {
      turn += 1;
      if (!isDone) setImmediate(countTurns);
    };
    setImmediate(countTurns);
    const read = async () => {
      await readText(Readable.from([largeBody]), 1_000_000);
      return turn;
    };
    const turns = await Promise.all(Array.from({ length: 20 }, read));
    isDone = true;
    expect(new Set(turns).size).toBe(20);
  });
});
