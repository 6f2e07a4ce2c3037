import { type Saving, nextSaving } from './saving.js';

const refused = (slug: string, status: number) =>
  ({ type: 'refused', problem: { slug, status, title: slug } }) as const;

describe('nextSaving', () => {
  it.each<[Saving, boolean, Saving]>([
    ['idle', true, 'dirty'],
    ['dirty', false, 'idle'],
    ['offline', true, 'dirty'],
    ['conflict', true, 'conflict'],
    ['conflict', false, 'idle'],
    ['saving', true, 'saving'],
  ])('an edit in the state %s that leaves a draft (%s) leads to %s', (before, isDirty, after) => {
    expect(nextSaving(before, { type: 'edited', isDirty })).toBe(after);
  });

  it.each([
    ['version-mismatch', 412, 'conflict'],
    ['concurrent-update', 409, 'conflict'],
    ['conflict', 409, 'dirty'],
    ['unavailable', 503, 'offline'],
    ['unreachable', 0, 'offline'],
    ['unauthenticated', 401, 'dirty'],
    ['gate-failed', 409, 'dirty'],
  ])('a save that is refused with %s leads to the right state and keeps the draft', (slug, status, after) => {
    expect(nextSaving('saving', refused(slug, status))).toBe(after);
  });

  it('a save that succeeds ends in idle', () => {
    expect(nextSaving(nextSaving('dirty', { type: 'sent' }), { type: 'saved' })).toBe('idle');
  });
});
