import fc from 'fast-check';
import { arbitraryOwnSettings } from '../../testing/arbitrary-settings.js';
import { diffConfigurations } from './diff.js';

const stored = (settings: object, override_allowed = true) => ({ settings, override_allowed });

describe('differences', () => {
  it('name each field with what stood before and after, in alphabetical order', () => {
    const before = stored({ temperature: 0.7, max_tokens: 100, ui_primary_color: '#000000' });
    const after = stored({ temperature: 0, ui_primary_color: '#000000', retrieval_top_k: 3 }, false);
    expect(diffConfigurations(before, after)).toEqual([
      { field: 'max_tokens', from: 100, to: null },
      { field: 'override_allowed', from: true, to: false },
      { field: 'retrieval_top_k', from: null, to: 3 },
      { field: 'temperature', from: 0.7, to: 0 },
    ]);
  });

  it('of a first version are its settings alone', () => {
    expect(diffConfigurations(null, stored({ temperature: 0 }))).toEqual([
      { field: 'temperature', from: null, to: 0 },
    ]);
  });

  it('do not depend on the order of keys', () => {
    const before = stored({ prompt_variables: { a: 1, b: 2 } });
    expect(diffConfigurations(before, stored({ prompt_variables: { b: 2, a: 1 } }))).toEqual([]);
  });

  it('turn the one into the other, and back', () => {
    fc.assert(
      fc.property(arbitraryOwnSettings, arbitraryOwnSettings, (one, other) => {
        const next = new Map(Object.entries(one));
        for (const { field, to } of diffConfigurations(stored(one), stored(other)))
          if (to === null) next.delete(field);
          else next.set(field, to as never);
        expect(Object.fromEntries(next)).toEqual(other);
        const back = diffConfigurations(stored(other), stored(one));
        expect(back.map(({ field, from, to }) => ({ field, from: to, to: from }))).toEqual(
          diffConfigurations(stored(one), stored(other)),
        );
      }),
    );
  });
});
