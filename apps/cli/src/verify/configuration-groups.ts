import {
  type TenantSettings,
  type SettingName,
  type SettingsPatch,
  answerRelevantSettingNames,
} from '#settings';
import { canonicalJson, isPlainObject, isJsonEqual } from '#kernel';

/** A plan's rules for settings. */
export interface PlanRules {
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly ceilings: Readonly<Record<string, number>>;
}

/** A tenant's settings and the source of each. */
export interface TenantConfiguration {
  readonly tenantId: string;
  readonly settings: TenantSettings;
  readonly sources: Readonly<Record<string, string>>;
  readonly own: Readonly<Record<string, unknown>>;
  readonly plan: PlanRules;
}

interface SettingChange {
  readonly field: SettingName;
  readonly from: unknown;
  readonly to: unknown;
}

/** Tenants with the same settings today and the same changes by the proposed defaults. */
export interface ConfigurationGroup {
  /** In alphabetical order; the first one is asked for all. */
  readonly tenants: readonly string[];
  readonly changes: readonly SettingChange[];
  /** Turns the first tenant's settings into those under the proposed defaults. */
  readonly patch: SettingsPatch;
}

/** Groups the tenants, the largest group first; groups of equal size are sorted by their first tenant. */
export function groupConfigurations(
  tenants: readonly TenantConfiguration[],
  proposed: TenantSettings | null,
): ConfigurationGroup[] {
  const evaluated = tenants
    .toSorted((one, other) => (one.tenantId < other.tenantId ? -1 : 1))
    .map((tenant) => ({ tenant, changes: proposed === null ? [] : changesOf(tenant, proposed) }));
  const groups = Map.groupBy(evaluated, ({ tenant, changes }) =>
    canonicalJson([answerRelevantSettingNames.map((name) => tenant.settings[name]), changes]),
  );
  return [...groups.values()]
    .map((members) => ({
      tenants: members.map(({ tenant }) => tenant.tenantId),
      changes: members[0]!.changes,
      patch: toPatch(members[0]!.tenant, members[0]!.changes),
    }))
    .toSorted((one, other) => other.tenants.length - one.tenants.length);
}

/** The inherited settings that the proposed defaults change, within the plan's ceilings. */
function changesOf(tenant: TenantConfiguration, proposed: TenantSettings): SettingChange[] {
  return answerRelevantSettingNames
    .filter((name) => isInherited(tenant, name))
    .map((field) => ({
      field,
      from: tenant.settings[field],
      to: applyCeiling(proposed[field], tenant.plan.ceilings[field]),
    }))
    .filter(({ from, to }) => !isJsonEqual(from, to));
}

/** A default that the plan's ceiling lowers has the source `plan`, but still follows the default. */
function isInherited({ sources, own, plan }: TenantConfiguration, name: SettingName): boolean {
  const isLowered = sources[name] === 'plan' && own[name] === undefined && plan.defaults[name] === undefined;
  return sources[name] === 'platform' || isLowered;
}

function applyCeiling(value: unknown, ceiling: number | undefined): unknown {
  return typeof value === 'number' && ceiling !== undefined ? Math.min(value, ceiling) : value;
}

function toPatch({ own }: TenantConfiguration, changes: readonly SettingChange[]): SettingsPatch {
  return Object.fromEntries(changes.map(({ field, to }) => [field, replacingPatch(own[field], to)]));
}

/** A merge patch keeps members that it does not name, also of a value that the plan's lock passes over. */
function replacingPatch(own: unknown, value: unknown): unknown {
  if (!isPlainObject(own) || !isPlainObject(value)) return value;
  return { ...Object.fromEntries(Object.keys(own).map((key) => [key, null])), ...value };
}
