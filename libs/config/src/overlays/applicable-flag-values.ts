import { type Layers, findChangeErrors, findValueErrors, type PartialSettings } from '#settings';
import { type FlagDeclaration, flagDeclarations } from './flag-source.js';

/** The settings that the flags set for a tenant, and the flags whose values were ignored. */
export interface ApplicableFlagValues {
  readonly overlay: PartialSettings;
  readonly ignored: readonly string[];
}

interface FlagWithValue extends FlagDeclaration {
  readonly value: string | number;
}

/**
 * Selects as many of the values as the rules allow together: bounds, the plan's models and ceilings, and combinations with the tenant's
 * settings. A flag cannot set a setting that the plan locks; such a value does not count as ignored.
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

/** Checks the values as a platform admin's change, so that the same models, ceilings and ranges apply. */
function isValidTogether(given: readonly FlagWithValue[], layers: Layers): boolean {
  const overlay = toSettings(given);
  const names = given.map(({ setting }) => setting);
  const setBy = { ...layers.setBy, ...Object.fromEntries(names.map((name) => [name, 'platform_admin'])) };
  const after = { ...layers, own: { ...layers.own, ...overlay }, setBy };
  return findChangeErrors(layers, after, new Set(names)).length === 0;
}

/** All subsets, the largest first; among equally large ones, those with earlier flags first. */
function subsetsLargestFirst(given: readonly FlagWithValue[]): FlagWithValue[][] {
  const subsets = given.reduce<FlagWithValue[][]>(
    (smaller, one) => [...smaller, ...smaller.map((some) => [...some, one])],
    [[]],
  );
  return subsets.toSorted((a, b) => b.length - a.length);
}
