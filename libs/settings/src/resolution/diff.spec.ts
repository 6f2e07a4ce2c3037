import fc from 'fast-check';
import { arbitraryOwnSettings } from '../../testing/arbitrary-settings.js';
import { changedSettings, createPatch, diffConfigurations } from './diff.js';
import { mergePatch } from './merge-patch.js';

const stored = (settings: object, override_allowed = true) => ({ settings, override_allowed });

describe('diffConfigurations', () => {
  it('names each changed field with the values before and after, in alphabetical order', () => {
    const before = stored({ temperature: 0.7, max_tokens: 100, ui_primary_color: '#000000' });
    const after = stored({ temperature: 0, ui_primary_color: '#000000', retrieval_top_k: 3 }, false);
    expect(diffConfigurations(before, after)).toEqual([
      { field: 'max_tokens', from: 100, to: null },
      { field: 'override_allowed', from: true, to: false },
      { field: 'retrieval_top_k', from: null, to: 3 },
      { field: 'temperature', from: 0.7, to: 0 },
    ]);
  });

  it('returns only the settings for a first version', () => {
    expect(diffConfigurations(null, stored({ temperature: 0 }))).toEqual([
      { field: 'temperature', from: null, to: 0 },
    ]);
  });

  it('ignores the order of keys', () => {
    const before = stored({ prompt_variables: { a: 1, b: 2 } });
    expect(diffConfigurations(before, stored({ prompt_variables: { b: 2, a: 1 } }))).toEqual([]);
  });

  it('returns the changes that turn one configuration into the other, and back', () => {
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

describe('createPatch', () => {
  it('returns a patch that turns the first configuration into the second', () => {
    fc.assert(
      fc.property(arbitraryOwnSettings, arbitraryOwnSettings, (before, after) => {
        expect(mergePatch(before, createPatch(stored(before), stored(after)))).toEqual(after);
      }),
    );
  });

  it('returns an empty patch for equal configurations', () => {
    fc.assert(
      fc.property(arbitraryOwnSettings, (settings) => {
        expect(createPatch(stored(settings), stored({ ...settings }))).toEqual({});
      }),
    );
  });

  it('contains only the variables that change, and null for what is removed', () => {
    const before = { temperature: 0.2, prompt_variables: { tone: 'dry', team: 'law' } };
    const after = { max_tokens: 300, prompt_variables: { tone: 'warm' } };
    expect(createPatch(stored(before), stored(after, false))).toEqual({
      temperature: null,
      max_tokens: 300,
      prompt_variables: { tone: 'warm', team: null },
      override_allowed: false,
    });
  });

  it('handles variables named like members of every object, such as constructor', () => {
    const after = { prompt_variables: { constructor: 'builder', tostring: 'x' } };
    expect(createPatch(stored({ prompt_variables: {} }), stored(after))).toEqual(after);
  });
});

describe('changedSettings', () => {
  it('names the settings that were added, removed or given another value', () => {
    const before = { temperature: 0.2, max_tokens: 300, ui_primary_color: '#000000' };
    const after = { temperature: 0.3, retrieval_top_k: 5, ui_primary_color: '#000000' };
    expect(changedSettings(before, after)).toEqual(['temperature', 'max_tokens', 'retrieval_top_k']);
  });
});
