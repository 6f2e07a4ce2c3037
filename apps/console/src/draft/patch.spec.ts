import fc from 'fast-check';
import type { SettingsPatch } from './draft-store.js';
import { applyPatch, type OwnSettings, without, withoutStored, withReset, withValue } from './patch.js';

const names = ['temperature', 'max_tokens', 'prompt_variables'];
const scalar = fc.oneof(fc.integer(), fc.string(), fc.boolean());
const variables = fc.dictionary(fc.constantFrom('firm', 'tone', 'city'), scalar);
const arbitraryOwn = fc.record(
  { temperature: fc.integer(), max_tokens: fc.integer(), prompt_variables: variables },
  { requiredKeys: [] },
) as fc.Arbitrary<OwnSettings>;
const arbitraryEdit = fc.record({
  setting: fc.constantFrom(...names),
  value: fc.oneof(fc.integer(), fc.constant(null), variables),
});
interface Edit {
  readonly setting: string;
  readonly value: unknown;
}

/** What a person sees after the edits, without any patch. */
function editedOwn(own: OwnSettings, edits: readonly Edit[]): Record<string, unknown> {
  const result = { ...own };
  for (const { setting, value } of edits) {
    if (value === null) delete result[setting];
    else result[setting] = value;
  }
  return result;
}

const patchOf = (own: OwnSettings, edits: readonly Edit[]): SettingsPatch =>
  edits.reduce<SettingsPatch>((patch, { setting, value }) => withValue(patch, own, setting, value), {});

describe('withValue', () => {
  it('a patch made by any edits gives exactly the values that the person entered', () => {
    fc.assert(
      fc.property(arbitraryOwn, fc.array(arbitraryEdit), (own, edits) => {
        const expected = editedOwn(own, edits);
        const actual = applyPatch(own, patchOf(own, edits));
        expect(actual).toEqual(expected);
      }),
    );
  });

  it('a patch names no setting that the person did not change', () => {
    fc.assert(
      fc.property(arbitraryOwn, fc.array(arbitraryEdit), (own, edits) => {
        const edited = new Set(edits.map(({ setting }) => setting));
        expect(Object.keys(patchOf(own, edits)).filter((name) => !edited.has(name))).toEqual([]);
      }),
    );
  });

  it('an edit that restores the stored value leaves nothing in the patch', () => {
    const own = { temperature: 0.2, prompt_variables: { firm: 'Acme', tone: 'dry' } };
    const edited = withValue({ temperature: 0.9 }, own, 'temperature', 0.2);
    expect(withValue(edited, own, 'prompt_variables', { tone: 'dry', firm: 'Acme' })).toEqual({});
  });

  it('a patch of the variables has only the changed, the new and the removed ones', () => {
    const own = { prompt_variables: { firm: 'Acme', tone: 'dry', city: 'Bonn' } };
    const value = { firm: 'Acme', tone: 'warm', language: 'de' };
    expect(withValue({}, own, 'prompt_variables', value)).toEqual({
      prompt_variables: { city: null, tone: 'warm', language: 'de' },
    });
  });
});

it('withReset sends null for a stored setting, and nothing for one that comes from another layer', () => {
  expect(withReset({}, { temperature: 0.2 }, 'temperature')).toEqual({ temperature: null });
  expect(withReset({ max_tokens: 300 }, {}, 'max_tokens')).toEqual({});
});

it('a setting that is taken back leaves the patch, and the others stay', () => {
  expect(without({ temperature: null, max_tokens: 300 }, 'temperature')).toEqual({ max_tokens: 300 });
});

it('withoutStored drops what another writer has stored already, and keeps the lock', () => {
  const patch = { temperature: 0.3, max_tokens: null, retrieval_top_k: 4, override_allowed: false };
  expect(withoutStored(patch, { temperature: 0.3, retrieval_top_k: 5 })).toEqual({
    retrieval_top_k: 4,
    override_allowed: false,
  });
});
