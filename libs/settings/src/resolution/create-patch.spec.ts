import fc from 'fast-check';
import { arbitraryOwnSettings } from '../../testing/arbitrary-settings.js';
import { mergePatch } from './merge-patch.js';
import { createPatch } from './create-patch.js';

const stored = (settings: object, override_allowed = true) => ({ settings, override_allowed });

describe('the patch between two configurations', () => {
  it('makes the one out of the other', () => {
    fc.assert(
      fc.property(arbitraryOwnSettings, arbitraryOwnSettings, (before, after) => {
        expect(mergePatch(before, createPatch(stored(before), stored(after)))).toEqual(after);
      }),
    );
  });

  it('holds nothing that is the same in both', () => {
    fc.assert(
      fc.property(arbitraryOwnSettings, (settings) => {
        expect(createPatch(stored(settings), stored({ ...settings }))).toEqual({});
      }),
    );
  });

  it('names only the variables that change, and null for what goes', () => {
    const before = { temperature: 0.2, prompt_variables: { tone: 'dry', team: 'law' } };
    const after = { max_tokens: 300, prompt_variables: { tone: 'warm' } };
    expect(createPatch(stored(before), stored(after, false))).toEqual({
      temperature: null,
      max_tokens: 300,
      prompt_variables: { tone: 'warm', team: null },
      override_allowed: false,
    });
  });

  it('takes variables that are called like members of every object for what they are', () => {
    const after = { prompt_variables: { constructor: 'builder', tostring: 'x' } };
    expect(createPatch(stored({ prompt_variables: {} }), stored(after))).toEqual(after);
  });
});
