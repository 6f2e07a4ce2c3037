import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import { type FieldError, didYouMean } from '#kernel';
import { type Catalogue, CatalogueReader, PlanReader } from '#tenancy';
import { PlatformDefaultsService } from '#config';
import { type Layers, type ResolvedSettings, resolveSettings, type Plan } from '#settings';
import type { TenantSettings } from '#settings';
import {
  type ConfigurationGroup,
  TenantPopulationRepository,
  type TenantVersion,
} from './tenant-population.repository.js';
import { type Selector, hasConditions, matchesConditions, findSelectorSyntaxErrors } from '#settings';

/** The current layers that tenants share. To preview a change of one, replace that member. */
export interface SharedInputs {
  readonly plans: ReadonlyMap<string, Plan>;
  readonly platform: TenantSettings;
  readonly catalogue: Catalogue;
}

/**
 * The layers of every tenant of the group.
 *
 * @throws Error if the shared inputs do not have the group's plan: load them after the groups.
 */
export function layersOfGroup(
  { plan: planId, settings, set_by: setBy }: Omit<ConfigurationGroup, 'tenants'>,
  { plans, platform, catalogue }: SharedInputs,
): Layers {
  const plan = plans.get(planId);
  if (!plan) throw new Error(`The plan ${planId} of a tenant is missing; load the shared inputs again.`);
  return { platform, plan, own: settings, setBy, catalogue };
}

/** The resolved settings of every tenant of the group, without flags and rollouts. */
export function resolveGroup(group: ConfigurationGroup, sharedInputs: SharedInputs): ResolvedSettings {
  return resolveSettings(layersOfGroup(group, sharedInputs));
}

/**
 * All tenants, or those of a selector, in groups of equal configurations: a decision for a group counts for each of its tenants,
 * often thousands.
 *
 * ```ts
 * const groups = await tenantPopulationService.findGroups({ plans: ['pro'] });
 * const sharedInputs = await tenantPopulationService.loadSharedInputs();
 * const temperatures = groups.map((group) => resolveGroup(group, sharedInputs).settings.temperature);
 * ```
 */
@Injectable()
export class TenantPopulationService {
  constructor(
    private readonly database: Database,
    private readonly repository: TenantPopulationRepository,
    private readonly plans: PlanReader,
    private readonly catalogue: CatalogueReader,
    private readonly defaults: PlatformDefaultsService,
  ) {}

  /** Loads the shared layers through the cache. Do not call it inside a transaction: the cache loads in transactions of its own. */
  async loadSharedInputs(): Promise<SharedInputs> {
    const [plans, platform, catalogue] = await Promise.all([
      this.plans.list(),
      this.defaults.current(),
      this.catalogue.current(),
    ]);
    return { plans: new Map(plans.map((plan) => [plan.id, plan])), platform, catalogue };
  }

  /** The selected tenants, each once. A selector without keys selects every tenant. */
  async findGroups(selector: Selector = {}): Promise<ConfigurationGroup[]> {
    const groups = await this.database.readAsPlatform(allTenants, () => this.repository.findGroups(selector));
    if (!hasConditions(selector)) return groups;
    const sharedInputs = await this.loadSharedInputs();
    return groups.filter((group) => matchesConditions(selector, resolveGroup(group, sharedInputs).settings));
  }

  /** The selected tenants with the versions of their configurations, in the order of their ids. */
  async findVersions(selector: Selector): Promise<TenantVersion[]> {
    if (!hasConditions(selector))
      return this.database.readAsPlatform(allTenants, () => this.repository.findVersions(selector));
    const groups = await this.findGroups(selector);
    return groups.flatMap(({ tenants }) => tenants).toSorted(compareByTenantId);
  }

  /** Every error of a selector, plans and tenants that do not exist included. `field` is the name of the selector in the errors. */
  async findSelectorErrors(selector: Selector, field = 'selector'): Promise<FieldError[]> {
    const { plans = [], tenant_ids: ids = [], exclude = [] } = selector;
    const knownPlans = (await this.plans.list()).map(({ id }) => id);
    const unknown = await this.findUnknownTenants([...ids, ...exclude]);
    return [
      ...findSelectorSyntaxErrors(selector, field),
      ...toUnknownIdErrors(
        `${field}.plans`,
        'plan',
        plans.filter((id) => !knownPlans.includes(id)),
        knownPlans,
      ),
      ...toUnknownIdErrors(
        `${field}.tenant_ids`,
        'tenant',
        ids.filter((id) => unknown.has(id)),
      ),
      ...toUnknownIdErrors(
        `${field}.exclude`,
        'tenant',
        exclude.filter((id) => unknown.has(id)),
      ),
    ];
  }

  private async findUnknownTenants(ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    return new Set(
      await this.database.readAsPlatform(allTenants, () => this.repository.findUnknownTenants(ids)),
    );
  }
}

function compareByTenantId(left: TenantVersion, right: TenantVersion): number {
  return left.tenant_id < right.tenant_id ? -1 : 1;
}

function toUnknownIdErrors(
  field: string,
  kind: string,
  ids: readonly string[],
  known: readonly string[] = [],
): FieldError[] {
  return ids.map((id) => ({
    field,
    rule: 'enum',
    message: `There is no ${kind} "${id}".${didYouMean(id, known)}`,
    value: id,
  }));
}
