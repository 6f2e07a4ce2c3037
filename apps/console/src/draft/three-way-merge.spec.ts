import fc from 'fast-check';
import { type OwnSettings, applyPatch } from './patch.js';
import { mergeThreeWays, resolveMerge } from './three-way-merge.js';

const arbitraryOwn = fc.record(
  {
    temperature: fc.integer({ min: 0, max: 3 }),
    max_tokens: fc.integer({ min: 0, max: 3 }),
    prompt_variables: fc.dictionary(fc.constantFrom('firm', 'tone'), fc.integer({ min: 0, max: 2 })),
  },
  { requiredKeys: ['prompt_variables'] },
) as fc.Arbitrary<OwnSettings>;
const arbitraryPatch = fc.record(
  {
    temperature: fc.option(fc.integer({ min: 0, max: 3 })),
    max_tokens: fc.option(fc.integer({ min: 0, max: 3 })),
    prompt_variables: fc.dictionary(
      fc.constantFrom('firm', 'tone'),
      fc.option(fc.integer({ min: 0, max: 2 })),
    ),
  },
  { requiredKeys: [] },
);
const input = fc.record({ base: arbitraryOwn, theirs: arbitraryOwn, patch: arbitraryPatch });

const flat = (own: OwnSettings): Map<string, unknown> =>
  new Map(
    Object.entries(own).flatMap(([name, value]) =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).map(([key, each]): [string, unknown] => [`${name}.${key}`, each])
        : [[name, value] as [string, unknown]],
    ),
  );

describe('mergeThreeWays', () => {
  it.each(['mine', 'theirs'] as const)(
    'after choosing %s for all, no change of either writer is lost, and contested fields have the chosen value',
    (side) => {
      fc.assert(
        fc.property(input, ({ base, theirs, patch }) => {
          const { contested } = mergeThreeWays({ base, theirs, patch });
          const choices = Object.fromEntries(contested.map(({ field }) => [field, side]));
          const result = flat(applyPatch(theirs, resolveMerge({ base, theirs, patch }, choices)));
          const [baseValues, theirValues, myValues] = [base, theirs, applyPatch(base, patch)].map(flat);
          for (const field of new Set([...baseValues!.keys(), ...theirValues!.keys(), ...myValues!.keys()])) {
            const isMine = myValues!.get(field) !== baseValues!.get(field);
            const isTheirs = theirValues!.get(field) !== baseValues!.get(field);
            const winner = isMine && !(isTheirs && side === 'theirs') ? myValues : theirValues;
            expect([field, result.get(field)]).toEqual([field, winner!.get(field)]);
          }
        }),
      );
    },
  );

  it('two writers of different variables have nothing to choose', () => {
    const merge = mergeThreeWays({
      base: { prompt_variables: { firm: 'Acme', tone: 'dry' } },
      theirs: { prompt_variables: { firm: 'Acme & Co', tone: 'dry' } },
      patch: { prompt_variables: { tone: 'warm' } },
    });
    expect(merge).toEqual({
      contested: [],
      mergedIn: [{ field: 'prompt_variables.firm', base: 'Acme', theirs: 'Acme & Co' }],
    });
  });

  it('a setting that one resets and the other changes is contested', () => {
    const merge = mergeThreeWays({
      base: { temperature: 0.2 },
      theirs: { temperature: 0.5 },
      patch: { temperature: null },
    });
    expect(merge.contested).toEqual([{ field: 'temperature', base: 0.2, theirs: 0.5, mine: undefined }]);
  });

  it('two writers of the same value have nothing to choose, and the patch sends nothing', () => {
    const same = { base: {}, theirs: { temperature: 0.5 }, patch: { temperature: 0.5 } };
    expect(mergeThreeWays(same)).toEqual({ contested: [], mergedIn: [] });
    expect(resolveMerge(same, {})).toEqual({});
  });

  it('the lock of the tenant stays in the merged patch', () => {
    const locked = {
      base: {},
      theirs: { max_tokens: 300 },
      patch: { override_allowed: false, max_tokens: 400 },
    };
    expect(resolveMerge(locked, { max_tokens: 'theirs' })).toEqual({ override_allowed: false });
  });
});
