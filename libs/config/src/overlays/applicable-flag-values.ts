import { type Layers, findChangeErrors, findValueErrors, type PartialSettings } from '#settings';
import { type FlagDeclaration, flagDeclarations } from './flag-declarations.js';

/** What of the flags' values lies over the tenant's settings, and which flags' values were ignored. */
export interface ApplicableFlagValues {
  readonly overlay: PartialSettings;
  readonly ignored: readonly string[];
}

interface FlagWithValue extends FlagDeclaration {
  readonly value: string | number;
}

/**
 * As many of the values as the rules allow, taken together: bounds, the plan's models and ceilings, and the combinations with
 * what the tenant has. A setting that the plan locks is not a flag's to set: that is no fault of the value.
 */
export function selectApplicableFlagValues(
  values: Readonly<Record<string, string | number>>,
  layers: Layers,
): ApplicableFlagValues {
  const evaluated = flagDeclarations.flatMap((declaration): FlagWithValue[] => {
    const value = values[declaration.flag];
    const isLocked = layers.plan.locked_settings.includes(declaration.setting);
    return value === undefined || isLocked ? [] : [{ ...declaration, value }];
  });
  if (evaluated.length === 0) return { overlay: {}, ignored: [] };
  const withinBounds = evaluated.filter((one) => findValueErrors(toSettings([one])).length === 0);
  const applicable = subsetsLargestFirst(withinBounds).find((some) => isValidTogether(some, layers)) ?? [];
  return {
    overlay: toSettings(applicable),
    ignored: evaluated.filter((one) => !applicable.includes(one)).map(({ flag }) => flag),
  };
}

function toSettings(given: readonly FlagWithValue[]): PartialSettings {
  return Object.fromEntries(given.map(({ setting, value }) => [setting, value])) as PartialSettings;
}

/** Checked as if a platform admin set them: then the models, ceilings and ranges of a change hold for them as well. */
function isValidTogether(given: readonly FlagWithValue[], layers: Layers): boolean {
  const overlay = toSettings(given);
  const names = given.map(({ setting }) => setting);
  const setBy = { ...layers.setBy, ...Object.fromEntries(names.map((name) => [name, 'platform_admin'])) };
  const after = { ...layers, own: { ...layers.own, ...overlay }, setBy };
  return findChangeErrors(layers, after, new Set(names)).length === 0;
}

/** Every selection of these, the largest ones first, and of equally large ones those with the earlier flags. */
function subsetsLargestFirst(given: readonly FlagWithValue[]): FlagWithValue[][] {
  const subsets = given.reduce<FlagWithValue[][]>(
    (smaller, one) => [...smaller, ...smaller.map((some) => [...some, one])],
    [[]],
  );
  return subsets.toSorted((a, b) => b.length - a.length);
}
