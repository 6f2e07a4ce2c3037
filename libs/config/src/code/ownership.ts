import { sameJson } from '#kernel';
import type { StoredConfiguration } from '../configuration.repository.js';
import type { FieldChange } from '../settings/difference.js';
import type { SetBy } from '../settings/layers.js';
import { type SettingName, type SomeSettings, settingNames } from '../settings/tenant-settings.js';

type Setter = NonNullable<SetBy[SettingName]>;

/** A value that an apply changes. */
interface OwnedChange extends FieldChange {
  readonly field: SettingName;
  /** Who set the value that goes; null where nothing was stored. */
  readonly set_by: Setter | null;
}

/** A setting of the file that somebody else changed since the file was applied, or since it was exported. */
interface Drift {
  readonly field: SettingName;
  /** What the file had said, or the export had read. */
  readonly expected: unknown;
  /** What is stored; null where it was removed. */
  readonly found: unknown;
  readonly set_by: Setter | null;
}

/** What applying a file comes to. */
export interface FilePlan {
  /** The tenant's own settings after it. */
  readonly settings: SomeSettings;
  readonly diff: readonly OwnedChange[];
  readonly drift: readonly Drift[];
  /** Settings that have the file's value already and become the file's. */
  readonly takenOver: readonly SettingName[];
  /** Settings that the file had applied and names no more, and that somebody else has set since: they stay with them. */
  readonly released: readonly SettingName[];
}

export interface FileState {
  readonly stored: Pick<StoredConfiguration, 'settings' | 'set_by'>;
  /** What the file said when it was last applied; null before that. */
  readonly applied: SomeSettings | null;
  /** What was stored when the file was exported; null where that is not known. */
  readonly exported: SomeSettings | null;
}

/**
 * Who owns what, and what an apply does (SPEC §5.3):
 *
 * | the file says | stored is | set by   | an apply                                             |
 * | ------------- | --------- | -------- | ---------------------------------------------------- |
 * | v             | v         | the file | does nothing                                         |
 * | v             | v         | another  | makes the file its owner (`takenOver`)               |
 * | v             | w         | the file | changes it                                           |
 * | v             | w         | another  | changes it, and makes the file its owner             |
 * | v             | nothing   |          | sets it                                              |
 * | nothing       | w         | the file | removes it: the layer below shows                    |
 * | nothing       | w         | another  | leaves it: what another owner set is never deleted   |
 *
 * `drift` tells which of these changes undo somebody's hand: the value was another when the file was applied, or exported.
 */
export function planFile(file: SomeSettings, { stored, applied, exported }: FileState): FilePlan {
  const settings = pickSettings(
    (name) => file[name] ?? (isFiles(stored.set_by, name) ? undefined : stored.settings[name]),
  );
  const isNamed = (name: SettingName): boolean => name in file;
  const isTheFiles = (name: SettingName): boolean => sameJson(file[name], stored.settings[name]);
  const foreign = settingNames.filter((name) => !isFiles(stored.set_by, name));
  const named = foreign.filter(isNamed);
  return {
    settings,
    diff: settingNames
      .filter((name) => !sameJson(stored.settings[name], settings[name]))
      .map((field) => ({
        field,
        from: shown(stored.settings, field),
        to: shown(settings, field),
        ...setBy(stored, field),
      })),
    drift: driftOf(
      named.filter((name) => !isTheFiles(name)),
      { stored, expected: applied ?? exported ?? {} },
    ),
    takenOver: named.filter(isTheFiles),
    released: foreign.filter((name) => !isNamed(name) && name in (applied ?? {})),
  };
}

function driftOf(
  names: readonly SettingName[],
  { stored, expected }: Pick<FileState, 'stored'> & { expected: SomeSettings },
): Drift[] {
  return names
    .filter((name) => name in expected && !sameJson(expected[name], stored.settings[name]))
    .map((field) => ({
      field,
      expected: shown(expected, field),
      found: shown(stored.settings, field),
      ...setBy(stored, field),
    }));
}

function isFiles(owners: SetBy, name: SettingName): boolean {
  return owners[name] === 'code';
}

function setBy(stored: FileState['stored'], name: SettingName): { set_by: Setter | null } {
  return { set_by: stored.settings[name] === undefined ? null : (stored.set_by[name] ?? null) };
}

function shown(settings: SomeSettings, name: SettingName): unknown {
  return settings[name] ?? null;
}

function pickSettings(valueOf: (name: SettingName) => unknown): SomeSettings {
  return Object.fromEntries(
    settingNames.map((name) => [name, valueOf(name)] as const).filter(([, value]) => value !== undefined),
  );
}
