import { isJsonEqual } from '#kernel';
import type { StoredConfiguration } from '../storage/configuration.repository.js';
import {
  type FieldChange,
  type SettersByName,
  type SettingName,
  type PartialSettings,
  settingNames,
  type Setter,
} from '#settings';

/** A value that applying the file changes. */
interface FileChange extends FieldChange {
  readonly field: SettingName;
  /** Who set the old value; null when nothing was stored. */
  readonly set_by: Setter | null;
}

/** A setting of the file that was changed in another way since the file was applied or exported. */
interface Drift {
  readonly field: SettingName;
  /** The value in the file when it was applied, or exported. */
  readonly expected: unknown;
  /** The stored value; null when it was removed. */
  readonly found: unknown;
  readonly set_by: Setter | null;
}

/** What applying a file would do. */
export interface FileDiff {
  /** The tenant's own settings after it. */
  readonly settings: PartialSettings;
  readonly diff: readonly FileChange[];
  readonly drift: readonly Drift[];
  /** Settings that already have the file's value; the file becomes their owner. */
  readonly takenOver: readonly SettingName[];
  /** Settings that the file applied once and no longer names, and that another owner has set since. They stay as they are. */
  readonly released: readonly SettingName[];
}

export interface FileState {
  readonly stored: Pick<StoredConfiguration, 'settings' | 'set_by'>;
  /** The file's settings when it was last applied; null before the first time. */
  readonly applied: PartialSettings | null;
  /** What was stored when the file was exported; null when that is unknown. */
  readonly exported: PartialSettings | null;
}

/**
 * Computes what applying a file does, and who owns each setting afterwards (specification §5.3):
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
 * `drift` lists the settings of the file that another owner changed since the file was applied or exported.
 */
export function computeFileDiff(file: PartialSettings, { stored, applied, exported }: FileState): FileDiff {
  const settings = pickSettings(
    (name) => file[name] ?? (isOwnedByFile(stored.set_by, name) ? undefined : stored.settings[name]),
  );
  const isNamed = (name: SettingName): boolean => name in file;
  const matchesFile = (name: SettingName): boolean => isJsonEqual(file[name], stored.settings[name]);
  const ownedByOthers = settingNames.filter((name) => !isOwnedByFile(stored.set_by, name));
  const namedByFile = ownedByOthers.filter(isNamed);
  return {
    settings,
    diff: settingNames
      .filter((name) => !isJsonEqual(stored.settings[name], settings[name]))
      .map((field) => ({
        field,
        from: valueOrNull(stored.settings, field),
        to: valueOrNull(settings, field),
        ...setterOf(stored, field),
      })),
    drift: findDrift(
      namedByFile.filter((name) => !matchesFile(name)),
      { stored, expected: applied ?? exported ?? {} },
    ),
    takenOver: namedByFile.filter(matchesFile),
    released: ownedByOthers.filter((name) => !isNamed(name) && name in (applied ?? {})),
  };
}

function findDrift(
  names: readonly SettingName[],
  { stored, expected }: Pick<FileState, 'stored'> & { expected: PartialSettings },
): Drift[] {
  return names
    .filter((name) => name in expected && !isJsonEqual(expected[name], stored.settings[name]))
    .map((field) => ({
      field,
      expected: valueOrNull(expected, field),
      found: valueOrNull(stored.settings, field),
      ...setterOf(stored, field),
    }));
}

function isOwnedByFile(owners: SettersByName, name: SettingName): boolean {
  return owners[name] === 'code';
}

function setterOf(stored: FileState['stored'], name: SettingName): { set_by: Setter | null } {
  return { set_by: stored.settings[name] === undefined ? null : (stored.set_by[name] ?? null) };
}

function valueOrNull(settings: PartialSettings, name: SettingName): unknown {
  return settings[name] ?? null;
}

function pickSettings(valueOf: (name: SettingName) => unknown): PartialSettings {
  return Object.fromEntries(
    settingNames.map((name) => [name, valueOf(name)] as const).filter(([, value]) => value !== undefined),
  );
}
