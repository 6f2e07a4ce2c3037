import { MinimumVersions } from './minimum-versions.js';

describe('Floors', () => {
  it('only rise', () => {
    const floors = new MinimumVersions(10);
    expect([floors.raise('a', 3), floors.raise('a', 3), floors.raise('a', 2), floors.raise('a', 4)]).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(floors.of('a')).toBe(4);
    expect(floors.of('b')).toBe(0);
  });

  it('forget the oldest keys, and are then strict with every key', () => {
    const floors = new MinimumVersions(2);
    floors.raise('old', 9);
    ['a', 'b', 'c', 'd'].forEach((key) => floors.raise(key, 1));
    expect(floors.of('old')).toBe(0);
    expect(floors.upperBoundOf('old')).toBe(9);
    expect(floors.upperBoundOf('d')).toBe(9);
  });

  it('keep a key that goes on changing', () => {
    const floors = new MinimumVersions(2);
    for (let version = 1; version <= 20; version += 1) {
      floors.raise('busy', version);
      floors.raise(`other-${version}`, 1);
    }
    expect(floors.of('busy')).toBe(20);
  });
});
