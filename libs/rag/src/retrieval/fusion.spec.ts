import fc from 'fast-check';
import { type Calibration, likelihood } from '../embedding/embedder.js';
import { fuse, sparseCalibration } from './fusion.js';

const weak: Calibration = { intercept: -4, slope: 2 };
const share = fc.double({ min: 0, max: 1, noNaN: true });
const candidates = fc
  .array(fc.record({ sparse: share, dense: fc.double({ min: -1, max: 1, noNaN: true }) }), { maxLength: 40 })
  .map((list) => list.map((one, index) => ({ ...one, document_number: index + 1, position: 1 })));
const isSortedBy = (values: readonly number[]) =>
  values.every((value, index) => index === 0 || value <= values[index - 1]!);

describe('fuse', () => {
  it('keeps every candidate, with a score from 0 to 1, best first', () => {
    fc.assert(
      fc.property(candidates, share, (list, alpha) => {
        const fused = fuse(list, alpha, { calibration: weak });
        expect(fused.map((one) => one.document_number).toSorted((a, b) => a - b)).toEqual(
          list.map((one) => one.document_number),
        );
        expect(fused.every(({ score }) => score >= 0 && score <= 1)).toBe(true);
        expect(isSortedBy(fused.map(({ score }) => score))).toBe(true);
      }),
    );
  });

  it('ranks by keywords alone at alpha 0 and by vectors alone at alpha 1', () => {
    fc.assert(
      fc.property(candidates, (list) => {
        const sparse = fuse(list, 0, { calibration: weak }).map((one) =>
          likelihood(sparseCalibration, one.sparse),
        );
        const dense = fuse(list, 1, { calibration: weak }).map((one) => likelihood(weak, one.dense));
        expect(isSortedBy(sparse) && isSortedBy(dense)).toBe(true);
      }),
    );
  });

  it('computes a score from the candidate alone, independent of the others', () => {
    fc.assert(
      fc.property(candidates, share, (list, alpha) => {
        const together = new Map(
          fuse(list, alpha, { calibration: weak }).map((one) => [one.document_number, one.score]),
        );
        for (const one of list)
          expect(fuse([one], alpha, { calibration: weak })[0]!.score).toBe(together.get(one.document_number));
      }),
    );
  });

  it('returns the same order for any order of the input', () => {
    fc.assert(
      fc.property(candidates, share, fc.infiniteStream(fc.nat()), (list, alpha, keys) => {
        const shuffled = list
          .map((one) => ({ one, key: keys.next().value ?? 0 }))
          .toSorted((a, b) => a.key - b.key);
        expect(
          fuse(
            shuffled.map(({ one }) => one),
            alpha,
            { calibration: weak },
          ),
        ).toEqual(fuse(list, alpha, { calibration: weak }));
      }),
    );
  });

  it('returns the best candidates first when only some are needed', () => {
    fc.assert(
      fc.property(candidates, share, fc.integer({ min: 1, max: 20 }), (list, alpha, limit) => {
        const some = fuse(list, alpha, { calibration: weak, limit });
        const all = fuse(list, alpha, { calibration: weak });
        expect(some).toEqual(all.slice(0, some.length));
        expect(some.length).toBeGreaterThanOrEqual(Math.min(limit, all.length));
      }),
    );
  });

  it('never ranks a candidate below one that is worse on both sides', () => {
    fc.assert(
      fc.property(candidates, share, (list, alpha) => {
        const rank = new Map(
          fuse(list, alpha, { calibration: weak }).map((one, index) => [one.document_number, index]),
        );
        for (const a of list) {
          for (const b of list) {
            if (a.sparse < b.sparse + 1e-6 || a.dense < b.dense + 1e-6) continue;
            expect(rank.get(a.document_number)!).toBeLessThan(rank.get(b.document_number)!);
          }
        }
      }),
    );
  });

  it('breaks ties by the order of the documents, then by the position in the text', () => {
    const equal = { sparse: 0.5, dense: 0.5 };
    const keys = [
      { document_number: 2, position: 1 },
      { document_number: 1, position: 10 },
      { document_number: 1, position: 9 },
    ];
    const fused = fuse(
      keys.map((key) => ({ ...key, ...equal })),
      0.5,
      { calibration: weak },
    );
    expect(fused.map((one) => `${one.document_number}#${one.position}`)).toEqual(['1#9', '1#10', '2#1']);
  });

  it('lets strong keywords win against a weak dense side at alpha 0.5', () => {
    const byWords = { document_number: 2, position: 1, sparse: 0.6, dense: 0.3 };
    const byVectors = { document_number: 1, position: 1, sparse: 0.1, dense: 0.8 };
    expect(fuse([byVectors, byWords], 0.5, { calibration: weak })[0]).toMatchObject(byWords);
  });
});
