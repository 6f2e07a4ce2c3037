import type { HistoryEntry } from '../history/history-entries.js';
import { forcedOver, forcedVersions, lockOrigin, versionsOverFile } from './lock-history.js';

type Role = HistoryEntry['changed_by_role'];

/** `lock` is what the entry made of `override_allowed`; without it, the entry changed another setting. */
function anEntry(version: number, role: Role, lock?: boolean): HistoryEntry {
  const change =
    lock === undefined
      ? { field: 'temperature', from: 0.7, to: 0.3 }
      : { field: 'override_allowed', from: !lock, to: lock };
  return {
    version,
    action: version === 1 ? 'create' : 'update',
    bulk_id: null,
    changed_at: '2026-11-23T09:30:00.000Z',
    changed_by: 'key:4f1c2a9b7d3e5f60',
    changed_by_role: role,
    changes: [change],
    from_version: null,
    reason: null,
  };
}

const created = anEntry(1, 'platform_admin');

describe('forcedVersions', () => {
  it('what the platform changed while the tenant was locked was forced, and what it changed before was not', () => {
    const entries = [
      anEntry(5, 'tenant_admin'),
      anEntry(4, 'platform_admin'),
      anEntry(3, 'tenant_admin', false),
      anEntry(2, 'platform_admin'),
      created,
    ];
    expect(forcedVersions(entries, { version: 5, isOverrideAllowed: false })).toEqual(new Set([4]));
  });

  it('a change by which the platform itself opened the lock was forced', () => {
    const entries = [
      anEntry(4, 'platform_admin'),
      anEntry(3, 'platform_admin', true),
      anEntry(2, 'tenant_admin', false),
      created,
    ];
    expect(forcedVersions(entries, { version: 4, isOverrideAllowed: true })).toEqual(new Set([3]));
  });

  it('the lock of another version proves nothing, and no entry is called forced without proof', () => {
    const entries = [anEntry(3, 'platform_admin'), anEntry(2, 'platform_admin'), created];
    expect(forcedVersions(entries, { version: 4, isOverrideAllowed: false })).toEqual(new Set());
    expect(forcedVersions(entries, undefined)).toEqual(new Set());
    expect(forcedVersions([], undefined)).toEqual(new Set());
  });
});

describe('versionsOverFile', () => {
  const set = (
    version: number,
    action: HistoryEntry['action'],
    to: unknown,
    role: Role = 'platform_admin',
  ) => ({
    ...anEntry(version, role),
    action,
    changes: [{ field: 'temperature', from: 0.1, to }] as HistoryEntry['changes'],
  });

  it('what the platform changed after an apply had set it was forced, and its next change was not', () => {
    const entries = [set(4, 'update', 0.5), set(3, 'update', 0.4), set(2, 'apply', 0.3), created];
    expect(versionsOverFile(entries)).toEqual(new Set([3]));
  });

  it('an apply is no force, and a setting that its file gave back can be changed without', () => {
    const entries = [set(4, 'update', 0.5), set(3, 'apply', null), set(2, 'apply', 0.3), created];
    expect(versionsOverFile(entries)).toEqual(new Set());
  });

  it('the lock counts more than the file', () => {
    const entries = [set(3, 'update', 0.4), set(2, 'apply', 0.3), anEntry(1, 'tenant_admin')];
    expect(forcedOver(entries, { version: 3, isOverrideAllowed: true })).toEqual(new Map([[3, 'file']]));
    expect(forcedOver(entries, { version: 3, isOverrideAllowed: false }).get(3)).toBe('lock');
  });
});

describe('lockOrigin', () => {
  it('the newest change of the lock says since when it is as it is', () => {
    const locked = anEntry(3, 'tenant_admin', false);
    const entries = [anEntry(4, 'tenant_admin'), locked, anEntry(2, 'tenant_admin', true), created];
    expect(lockOrigin(entries)).toEqual({ kind: 'entry', entry: locked });
  });

  it('a lock that nobody has changed is as it was in the beginning', () => {
    expect(lockOrigin([anEntry(2, 'tenant_admin'), created])).toEqual({ kind: 'start' });
    expect(lockOrigin([])).toBeNull();
  });

  it('a lock that was changed before the entries that were read is older than all of them', () => {
    expect(lockOrigin([anEntry(9, 'tenant_admin'), anEntry(8, 'tenant_admin')])).toEqual({
      kind: 'before',
      version: 8,
    });
  });
});
