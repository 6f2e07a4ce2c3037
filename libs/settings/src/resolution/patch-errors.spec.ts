import { findPatchedValueErrors } from './patch-errors.js';

describe('findPatchedValueErrors', () => {
  it('checks the values that the patch sets, and not what it removes', () => {
    const patch = { temperature: 3, model_name: null, prompt_variables: { tone: null, Brand: 'Acme' } };
    expect(findPatchedValueErrors(patch).map(({ field, rule }) => `${field}: ${rule}`)).toEqual([
      'temperature: max',
      'prompt_variables.Brand: pattern',
    ]);
  });
});
