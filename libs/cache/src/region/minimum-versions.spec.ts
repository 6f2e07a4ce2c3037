import { MinimumVersions } from './minimum-versions.js';

describe('MinimumVersions', () => {
  it('only raises the minimum version of a key', () => {
    const minimumVersions = new MinimumVersions(10);
    expect([
      minimumVersions.raise('a', 3),
      minimumVersions.raise('a', 3),
      minimumVersions.raise('a', 2),
      minimumVersions.raise('a', 4),
    ]).toEqual([true, false, false, true]);
    expect(minimumVersions.of('a')).toBe(4);
    expect(minimumVersions.of('b')).toBe(0);
  });

  it('forgets the oldest keys, and then uses their highest version as upper bound of every key', () => {
    const minimumVersions = new MinimumVersions(2);
    minimumVersions.raise('old', 9);
    ['a', 'b', 'c', 'd'].forEach((key) => minimumVersions.raise(key, 1));
    expect(minimumVersions.of('old')).toBe(0);
    expect(minimumVersions.upperBoundOf('old')).toBe(9);
    expect(minimumVersions.upperBoundOf('d')).toBe(9);
  });

  it('keeps a key that continues to change', () => {
    const minimumVersions = new MinimumVersions(2);
    for (let version = 1; version <= 20; version += 1) {
      minimumVersions.raise('busy', version);
      minimumVersions.raise(`other-${version}`, 1);
    }
    expect(minimumVersions.of('busy')).toBe(20);
  });
});
