import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import type { FieldError } from '#kernel';
import { type Catalogue, CatalogueReader, type Plan, PlanReader } from '#tenancy';
import { PlatformDefaultsService } from '#config';
import { type Layers, type ResolvedSettings, resolveSettings } from '#settings';
import type { TenantSettings } from '#settings';
import {
  type ConfigurationGroup,
  TenantPopulationRepository,
  type TenantVersion,
} from './tenant-population.repository.js';
import { type Selector, hasConditions, matchesConditions, findSelectorSyntaxErrors } from '#settings';

/** The layers that tenants share, as they are now; replace a member to see what a change of it would do. */
export interface SharedInputs {
  readonly plans: ReadonlyMap<string, Plan>;
  readonly platform: TenantSettings;
  readonly catalogue: Catalogue;
}

/** The layers of every tenant of the class. */
export function layersOfGroup(
  { plan: planId, settings, set_by: setBy }: Omit<ConfigurationGroup, 'tenants'>,
  { plans, platform, catalogue }: SharedInputs,
): Layers {
  const plan = plans.get(planId);
  if (!plan) throw new Error(`The plan ${planId} of a tenant is not known; read the commons anew.`);
  return { platform, plan, own: settings, setBy, catalogue };
}

export function resolveGroup(group: ConfigurationGroup, sharedInputs: SharedInputs): ResolvedSettings {
  return resolveSettings(layersOfGroup(group, sharedInputs));
}

/**
 * All tenants, or those that a selector means, by classes of equal configuration: what is decided per class is decided once
 * for thousands of tenants.
 *
 * ```ts
 * const commons = await fleet.commons();
 * for (const one of await fleet.classes({ plans: ['pro'] })) count(resolveGroup(one, commons), one.tenants);
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

  /** Not inside of a transaction: the parts come from the cache, whose loads have transactions of their own. */
  async loadSharedInputs(): Promise<SharedInputs> {
    const [plans, platform, catalogue] = await Promise.all([
      this.plans.list(),
      this.defaults.current(),
      this.catalogue.current(),
    ]);
    return { plans: new Map(plans.map((plan) => [plan.id, plan])), platform, catalogue };
  }

  /** The selected tenants. Nobody is selected twice, and a selector without keys means everybody. */
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

  /** Everything that is wrong with a selector: also plans and tenants that do not exist. */
  async findSelectorErrors(selector: Selector, field = 'selector'): Promise<FieldError[]> {
    const { plans = [], tenant_ids: ids = [], exclude = [] } = selector;
    const knownPlans = new Set((await this.plans.list()).map(({ id }) => id));
    const unknown = await this.findUnknownTenants([...ids, ...exclude]);
    return [
      ...findSelectorSyntaxErrors(selector, field),
      ...toUnknownIdErrors(
        `${field}.plans`,
        'plan',
        plans.filter((id) => !knownPlans.has(id)),
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

function toUnknownIdErrors(field: string, kind: string, ids: readonly string[]): FieldError[] {
  return ids.map((id) => ({ field, rule: 'enum', message: `There is no ${kind} ${id}.`, value: id }));
}
