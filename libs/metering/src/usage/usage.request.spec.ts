import { InvalidInputError } from '#kernel';
import { resolvePeriod } from './usage.request.js';

const now = Date.parse('2026-11-23T23:30:00Z');

describe('resolvePeriod', () => {
  it.each([
    [{}, { from: '2026-10-25', to: '2026-11-23' }],
    [{ to: '2026-03-01' }, { from: '2026-01-31', to: '2026-03-01' }],
    [{ from: '2026-11-20' }, { from: '2026-11-20', to: '2026-11-23' }],
    [
      { from: '2026-11-23', to: '2026-11-23' },
      { from: '2026-11-23', to: '2026-11-23' },
    ],
    [
      { from: '2026-01-01', to: '2027-01-01' },
      { from: '2026-01-01', to: '2027-01-01' },
    ],
  ])('resolvePeriod completes %j to %j', (requested, period) => {
    expect(resolvePeriod(requested, now)).toEqual(period);
  });

  it.each([
    [{ from: '2026-11-24' }, 'from must not be after to.'],
    [{ from: '2026-11-02', to: '2026-11-01' }, 'from must not be after to.'],
    [{ from: '2026-01-01', to: '2027-01-02' }, 'from and to must span at most 366 days.'],
  ])('resolvePeriod refuses %j: %s', (requested, message) => {
    const error = catchInvalidInput(() => resolvePeriod(requested, now));
    expect(error.fieldErrors.map(({ field, rule }) => [field, rule])).toEqual([
      ['from', 'combination'],
      ['to', 'combination'],
    ]);
    expect(error.fieldErrors[0]?.message).toBe(message);
  });
});

function catchInvalidInput(work: () => unknown): InvalidInputError {
  try {
    work();
  } catch (error) {
    if (error instanceof InvalidInputError) return error;
  }
  throw new Error('No InvalidInputError was thrown');
}
