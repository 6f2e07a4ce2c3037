import fc from 'fast-check';
import { arbitraryOwnSettings } from '../../../settings/testing/arbitrary-settings.js';
import type { SettersByName, PartialSettings } from '#settings';
import { type FileDiff, computeFileDiff } from './file-diff.js';

interface Given {
  readonly settings?: PartialSettings;
  readonly set_by?: SettersByName;
  readonly applied?: PartialSettings | null;
  readonly exported?: PartialSettings | null;
}

function fileDiff(
  file: PartialSettings,
  { settings = {}, set_by = {}, applied = null, exported = null }: Given,
): FileDiff {
  return computeFileDiff(file, { stored: { settings, set_by }, applied, exported });
}

const nothing = { diff: [], drift: [], takenOver: [], released: [] };

describe('computeFileDiff for settings that the file owns', () => {
  it('changes nothing when the stored value equals the file’s', () => {
    const stored = { settings: { temperature: 0 }, set_by: { temperature: 'code' } } as const;
    expect(fileDiff({ temperature: 0 }, { ...stored, applied: { temperature: 0 } })).toEqual({
      ...nothing,
      settings: { temperature: 0 },
    });
  });

  it('changes or removes a setting as the file does', () => {
    const stored = {
      settings: { temperature: 0, max_tokens: 200 },
      set_by: { temperature: 'code', max_tokens: 'code' },
    } as const;
    expect(fileDiff({ temperature: 1 }, { ...stored, applied: stored.settings })).toEqual({
      ...nothing,
      settings: { temperature: 1 },
      diff: [
        { field: 'temperature', from: 0, to: 1, set_by: 'code' },
        { field: 'max_tokens', from: 200, to: null, set_by: 'code' },
      ],
    });
  });

  it('reports drift when somebody changed or removed the value', () => {
    const stored = { settings: { temperature: 2 }, set_by: { temperature: 'platform_admin' } } as const;
    const file = { temperature: 0, max_tokens: 200 };
    expect(fileDiff(file, { ...stored, applied: file }).drift).toEqual([
      { field: 'temperature', expected: 0, found: 2, set_by: 'platform_admin' },
      { field: 'max_tokens', expected: 200, found: null, set_by: null },
    ]);
  });

  it('reports no drift once the file has the stored value', () => {
    const stored = { settings: { temperature: 2 }, set_by: { temperature: 'platform_admin' } } as const;
    expect(fileDiff({ temperature: 2 }, { ...stored, applied: { temperature: 0 } })).toEqual({
      ...nothing,
      settings: { temperature: 2 },
      takenOver: ['temperature'],
    });
  });
});

describe('computeFileDiff for settings of another owner', () => {
  const stored = {
    settings: { temperature: 0.5, max_tokens: 300 },
    set_by: { temperature: 'tenant_admin', max_tokens: 'platform_admin' },
  } as const;

  it('keeps a setting that the file does not name', () => {
    expect(fileDiff({ retrieval_top_k: 3 }, stored)).toMatchObject({
      settings: { ...stored.settings, retrieval_top_k: 3 },
      diff: [{ field: 'retrieval_top_k', from: null, to: 3, set_by: null }],
    });
  });

  it('keeps, and releases, a setting that the file no longer names', () => {
    expect(fileDiff({}, { ...stored, applied: { temperature: 0.1, retrieval_top_k: 3 } })).toEqual({
      ...nothing,
      settings: stored.settings,
      released: ['temperature', 'retrieval_top_k'],
    });
  });

  it('changes a setting that the file names, and says who had set it', () => {
    expect(fileDiff({ temperature: 0.1 }, stored)).toMatchObject({
      settings: { temperature: 0.1, max_tokens: 300 },
      diff: [{ field: 'temperature', from: 0.5, to: 0.1, set_by: 'tenant_admin' }],
      drift: [],
    });
  });

  it('reports drift when the value changed since the file was exported', () => {
    expect(fileDiff({ temperature: 0.1 }, { ...stored, exported: { temperature: 0.1 } }).drift).toEqual([
      { field: 'temperature', expected: 0.1, found: 0.5, set_by: 'tenant_admin' },
    ]);
    expect(fileDiff({ temperature: 0.1 }, { ...stored, exported: stored.settings }).drift).toEqual([]);
  });

  it('compares with the applied file rather than with an earlier export', () => {
    const known = { applied: { temperature: 0.5 }, exported: { temperature: 0.1 } };
    expect(fileDiff({ temperature: 0.1 }, { ...stored, ...known }).drift).toEqual([]);
  });
});

const owners = fc.constantFrom('tenant_admin' as const, 'platform_admin' as const, 'code' as const);

function ownedBy(
  settings: PartialSettings,
  owner: 'tenant_admin' | 'platform_admin' | 'code',
): SettersByName {
  return Object.fromEntries(Object.keys(settings).map((name) => [name, owner]));
}

describe('computeFileDiff, for any file', () => {
  it('changes nothing when the file is applied a second time, for any owners', () => {
    fc.assert(
      fc.property(arbitraryOwnSettings, arbitraryOwnSettings, owners, (file, settings, owner) => {
        const first = fileDiff(file, { settings, set_by: ownedBy(settings, owner) });
        const after: SettersByName = { ...ownedBy(first.settings, owner), ...ownedBy(file, 'code') };
        const second = fileDiff(file, { settings: first.settings, set_by: after, applied: file });
        expect(second).toEqual({ ...nothing, settings: first.settings });
      }),
    );
  });

  it('never removes a setting of another owner, and always ends with the values of the file', () => {
    fc.assert(
      fc.property(
        arbitraryOwnSettings,
        arbitraryOwnSettings,
        fc.option(arbitraryOwnSettings),
        (file, settings, applied) => {
          const { settings: after } = fileDiff(file, {
            settings,
            set_by: ownedBy(settings, 'tenant_admin'),
            applied,
          });
          expect(after).toEqual({ ...settings, ...file });
        },
      ),
    );
  });
});
