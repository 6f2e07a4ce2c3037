import type { Layers } from '../settings/layers.js';
import { faultsOfChange, valueFaults } from '../settings/rules.js';
import type { SomeSettings } from '../settings/tenant-settings.js';
import { type FlagDeclaration, flags } from './flags.js';

/** What of the flags' values lies over the tenant's settings, and which flags' values were ignored. */
export interface FittingValues {
  readonly overlay: SomeSettings;
  readonly ignored: readonly string[];
}

interface Given extends FlagDeclaration {
  readonly value: string | number;
}

/**
 * As many of the values as the rules allow, taken together: bounds, the plan's models and ceilings, and the combinations with
 * what the tenant has. A setting that the plan locks is not a flag's to set: that is no fault of the value.
 */
export function fittingValues(
  values: Readonly<Record<string, string | number>>,
  layers: Layers,
): FittingValues {
  const given = flags.flatMap((declared): Given[] => {
    const value = values[declared.flag];
    const isLocked = layers.plan.locked_settings.includes(declared.setting);
    return value === undefined || isLocked ? [] : [{ ...declared, value }];
  });
  if (given.length === 0) return { overlay: {}, ignored: [] };
  const inBounds = given.filter((one) => valueFaults(settingsIn([one])).length === 0);
  const fitting = largestFirst(inBounds).find((some) => fits(some, layers)) ?? [];
  return {
    overlay: settingsIn(fitting),
    ignored: given.filter((one) => !fitting.includes(one)).map(({ flag }) => flag),
  };
}

function settingsIn(given: readonly Given[]): SomeSettings {
  return Object.fromEntries(given.map(({ setting, value }) => [setting, value])) as SomeSettings;
}

/** Checked as if a platform admin set them: then the models, ceilings and ranges of a change hold for them as well. */
function fits(given: readonly Given[], layers: Layers): boolean {
  const overlay = settingsIn(given);
  const names = given.map(({ setting }) => setting);
  const setBy = { ...layers.setBy, ...Object.fromEntries(names.map((name) => [name, 'platform_admin'])) };
  const after = { ...layers, own: { ...layers.own, ...overlay }, setBy };
  return faultsOfChange(layers, after, new Set(names)).length === 0;
}

/** Every selection of these, the largest ones first, and of equally large ones those with the earlier flags. */
function largestFirst(given: readonly Given[]): Given[][] {
  const selections = given.reduce<Given[][]>(
    (known, one) => [...known, ...known.map((some) => [...some, one])],
    [[]],
  );
  return selections.toSorted((a, b) => b.length - a.length);
}
