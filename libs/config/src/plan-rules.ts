import { Injectable } from '@nestjs/common';
import type { Fault } from '#kernel';
import { CatalogueReader, type Plan, PlanChangeCheck, SettingRules, tiers } from '#tenancy';
import { layersOf } from './read/compiled-configuration.js';
import { ConfigReader } from './read/config-reader.js';
import { configurationFaults, valueFaults } from './settings/rules.js';
import { declarationOf, isSettingName } from './settings/tenant-settings.js';

/** What a plan may say about settings, for `tenancy`, which does not know them. */
@Injectable()
export class PlanSettingRules extends SettingRules {
  constructor(private readonly catalogue: CatalogueReader) {
    super();
  }

  async planFaults(plan: Plan): Promise<Fault[]> {
    const catalogue = await this.catalogue.current();
    return [
      ...within('defaults', valueFaults(plan.defaults)),
      ...Object.entries(plan.ceilings).flatMap(([name, value]) => ceilingFaults(name, value)),
      ...unknownWords('locked_settings', plan.locked_settings, isSettingName),
      ...unknownWords('allowed_tiers', plan.allowed_tiers, (tier) =>
        (tiers as readonly string[]).includes(tier),
      ),
      ...unknownWords('allowed_models', plan.allowed_models, (model) => catalogue.has(model)),
    ];
  }
}

/** Whether a tenant's own settings fit another plan. */
@Injectable()
export class TenantPlanCheck extends PlanChangeCheck {
  constructor(private readonly reader: ConfigReader) {
    super();
  }

  async faultsUnder(tenantId: string, plan: Plan): Promise<Fault[]> {
    const { parts } = await this.reader.current(tenantId);
    const before = new Set(configurationFaults(layersOf(parts)).map(({ field, rule }) => `${field} ${rule}`));
    const after = configurationFaults(layersOf({ ...parts, plan }));
    return after.filter(({ field, rule }) => !before.has(`${field} ${rule}`));
  }
}

function within(parent: string, faults: readonly Fault[]): Fault[] {
  return faults.map((fault) => ({ ...fault, field: `${parent}.${fault.field}` }));
}

function ceilingFaults(name: string, value: unknown): Fault[] {
  const field = `ceilings.${name.slice(0, 100)}`;
  const isNumeric = isSettingName(name) && typeof declarationOf(name).initial === 'number';
  if (!isNumeric)
    return [{ field, rule: 'unknown_field', message: `${field} names no setting that is a number.`, value }];
  if (typeof value !== 'number' || !Number.isFinite(value))
    return [{ field, rule: 'type', message: `${field} must be a number.`, value }];
  return within('ceilings', valueFaults({ [name]: value }));
}

function unknownWords(field: string, words: readonly string[], isKnown: (word: string) => boolean): Fault[] {
  return words
    .filter((word) => !isKnown(word))
    .map((word) => ({ field, rule: 'enum', message: `${field} holds an unknown name.`, value: word }));
}
