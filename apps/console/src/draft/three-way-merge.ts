import type { SettingsPatch } from './draft-store.js';
import { isObject, isSame } from './json.js';
import { type OwnSettings, applyPatch, isEmpty, overrideAllowed, without, withoutStored } from './patch.js';

/** One value that both changed: `undefined` stands for a setting that is not stored. */
export interface Contested {
  /** `temperature`, or `prompt_variables.tone`. */
  readonly field: string;
  readonly base: unknown;
  readonly theirs: unknown;
  readonly mine: unknown;
}

/** A value that only the other writer changed. It is kept as it is. */
interface MergedIn {
  readonly field: string;
  readonly base: unknown;
  readonly theirs: unknown;
}

export interface ThreeWayMerge {
  readonly contested: readonly Contested[];
  readonly mergedIn: readonly MergedIn[];
}

/** What is chosen for a contested field. */
export type Side = 'theirs' | 'mine';

/** The own settings of two versions: the one that a draft was made on, and the current one. */
export interface MergeInput {
  readonly base: OwnSettings;
  readonly theirs: OwnSettings;
  readonly patch: SettingsPatch;
}

/**
 * Compares what the other writer changed with what the draft changes. Prompt variables are compared by their names. Where both arrive
 * at the same value, there is nothing to choose.
 */
export function mergeThreeWays({ base, theirs, patch }: MergeInput): ThreeWayMerge {
  const mine = applyPatch(base, without(patch, overrideAllowed));
  const fields = [...new Set([base, theirs, mine].flatMap(fieldsOf))].toSorted();
  const rows = fields.map((field) => ({
    field,
    base: valueAt(base, field),
    theirs: valueAt(theirs, field),
    mine: valueAt(mine, field),
  }));
  const changedByThem = rows.filter((row) => !isSame(row.base, row.theirs));
  return {
    contested: changedByThem.filter((row) => !isSame(row.base, row.mine) && !isSame(row.theirs, row.mine)),
    mergedIn: changedByThem
      .filter((row) => isSame(row.base, row.mine))
      .map(({ field, base: before, theirs: after }) => ({ field, base: before, theirs: after })),
  };
}

/** The patch on the current version: the draft without the contested fields for which theirs is chosen, and without what is stored. */
export function resolveMerge(input: MergeInput, choices: Readonly<Record<string, Side>>): SettingsPatch {
  const kept = Object.entries(choices)
    .filter(([, side]) => side === 'theirs')
    .reduce<SettingsPatch>(
      (patch, [field]) => withoutField(patch, field),
      withoutStored(input.patch, input.base),
    );
  return withoutStored(kept, input.theirs);
}

/** Objects by key; an object without keys is a field of its own, or it would be no value at all. */
function fieldsOf(settings: OwnSettings): string[] {
  return Object.entries(settings).flatMap(([name, value]) =>
    isObject(value) ? Object.keys(value).map((key) => `${name}.${key}`) : [name],
  );
}

function valueAt(settings: OwnSettings, field: string): unknown {
  const [name, key] = pathOf(field);
  const value = settings[name];
  if (key === undefined) return value;
  return isObject(value) ? value[key] : undefined;
}

function withoutField(patch: SettingsPatch, field: string): SettingsPatch {
  const [name, key] = pathOf(field);
  const value = patch[name];
  const rest = without(patch, name);
  if (key === undefined || !isObject(value)) return rest;
  const keys = without(value, key);
  return isEmpty(keys) ? rest : { ...rest, [name]: keys };
}

function pathOf(field: string): [name: string, key: string | undefined] {
  const dot = field.indexOf('.');
  return dot < 0 ? [field, undefined] : [field.slice(0, dot), field.slice(dot + 1)];
}
