import fc from 'fast-check';
import { arbitraryOwnSettings, arbitraryPatch } from '../../testing/arbitrary-settings.js';
import { mergePatch } from './merge-patch.js';

/** RFC 7396, appendix A, without the cases whose patch is not an object: a change's body always is one. */
const appendix: [original: unknown, patch: unknown, result: unknown][] = [
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

describe('mergePatch', () => {
  it.each(appendix)('merges as RFC 7396 says: %j with %j is %j', (original, patch, result) => {
    expect(mergePatch(original as object, patch as object)).toEqual(result);
  });

  it('merges prompt variables key by key', () => {
    const own = { prompt_variables: { tone: 'kind', company: 'Acme' } };
    expect(mergePatch(own, { prompt_variables: { tone: null, year: 2026 } })).toEqual({
      prompt_variables: { company: 'Acme', year: 2026 },
    });
  });

  it('treats names such as __proto__ and constructor as ordinary keys', () => {
    const patch = JSON.parse('{"prompt_variables":{"__proto__":"a","constructor":"b"}}') as object;
    const { prompt_variables } = mergePatch({}, patch);
    expect(JSON.stringify(prompt_variables)).toBe('{"__proto__":"a","constructor":"b"}');
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  it('keeps the settings that the patch does not name, and takes every value of the patch', () => {
    fc.assert(
      fc.property(arbitraryOwnSettings, arbitraryPatch, (own, patch) => {
        delete patch['prompt_variables'];
        const result: Record<string, unknown> = mergePatch(own, patch);
        const given = Object.entries(patch).filter(([, value]) => value !== null);
        const untouched = Object.entries(own).filter(([name]) => !(name in patch));
        expect(result).toEqual(Object.fromEntries([...untouched, ...given]));
      }),
    );
  });

  it('returns the same when it is applied twice, and stores no null', () => {
    fc.assert(
      fc.property(arbitraryOwnSettings, arbitraryPatch, (own, patch) => {
        const once = mergePatch(own, patch);
        expect(mergePatch(once, patch)).toEqual(once);
        expect(JSON.stringify(once)).not.toContain(':null');
      }),
    );
  });

  it('changes neither of its arguments', () => {
    fc.assert(
      fc.property(arbitraryOwnSettings, arbitraryPatch, (own, patch) => {
        const before = structuredClone([own, patch]);
        mergePatch(own, patch);
        expect([own, patch]).toEqual(before);
      }),
    );
  });
});
