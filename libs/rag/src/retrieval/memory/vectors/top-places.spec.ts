import fc from 'fast-check';
import { thresholdOf, topPlaces } from './top-places.js';

/** Few different values, so that there are many ties. */
const scores = fc
  .array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true, noDefaultInfinity: true })), {
    maxLength: 60,
  })
  .map((list) => Float64Array.from(list));
const depth = fc.integer({ min: 1, max: 30 });

describe('topPlaces', () => {
  it('returns the places that a full sort puts first, the lower ones among equals, in ascending order', () => {
    fc.assert(
      fc.property(scores, depth, (list, count) => {
        const sorted = [...list.keys()].toSorted((a, b) => list[b]! - list[a]! || a - b);
        expect(topPlaces(list, count)).toEqual(sorted.slice(0, count).toSorted((a, b) => a - b));
      }),
    );
  });

  it('returns no place whose score is not above the limit', () => {
    fc.assert(
      fc.property(scores, depth, (list, count) => {
        const expected = topPlaces(list, count).filter((place) => list[place]! > 0);
        expect(topPlaces(list, count, 0)).toEqual(expected);
      }),
    );
  });
});

describe('thresholdOf', () => {
  it('returns the score at the depth, and −Infinity if there are fewer', () => {
    fc.assert(
      fc.property(scores, depth, (list, count) => {
        const sorted = list.toSorted().toReversed();
        expect(thresholdOf(list, count)).toBe(sorted[count - 1] ?? -Infinity);
      }),
    );
  });
});
