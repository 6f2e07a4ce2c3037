import { openingError } from './embedded-database.js';

const outOfSpace = { name: 'ErrnoError', errno: 51 };

describe('openingError', () => {
  it.each([true, false])('says that the disk is full, with the folder (new: %s)', (isNew) => {
    expect(openingError('/data/attune', isNew, outOfSpace).message).toMatch(/no space left .*\/data\/attune/);
  });

  it('says of an existing database that its files may be damaged', () => {
    expect(openingError('/data', false, new Error('abort')).message).toMatch(/may be damaged/);
  });

  it('passes on another error of a new database', () => {
    const error = new Error('abort');
    expect(openingError('/data', true, error)).toBe(error);
  });
});
