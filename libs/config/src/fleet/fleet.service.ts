import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import type { Fault } from '#kernel';
import { type Catalogue, CatalogueReader, type Plan, PlanReader } from '#tenancy';
import { PlatformDefaults } from '../read/platform-defaults.js';
import { type Layers, type Resolved, resolve } from '../settings/layers.js';
import type { TenantSettings } from '../settings/tenant-settings.js';
import { type ConfigurationClass, FleetRepository, type TenantVersion } from './fleet.repository.js';
import { type Selector, hasConditions, meetsConditions, selectorFaults } from './selector.js';

/** The layers that tenants share, as they are now; replace a member to see what a change of it would do. */
export interface Commons {
  readonly plans: ReadonlyMap<string, Plan>;
  readonly platform: TenantSettings;
  readonly catalogue: Catalogue;
}

/** The layers of every tenant of the class. */
export function layersOfClass(
  { plan: planId, settings, set_by: setBy }: Omit<ConfigurationClass, 'tenants'>,
  { plans, platform, catalogue }: Commons,
): Layers {
  const plan = plans.get(planId);
  if (!plan) throw new Error(`The plan ${planId} of a tenant is not known; read the commons anew.`);
  return { platform, plan, own: settings, setBy, catalogue };
}

export function resolveClass(one: ConfigurationClass, commons: Commons): Resolved {
  return resolve(layersOfClass(one, commons));
}

/**
 * All tenants, or those that a selector means, by classes of equal configuration: what is decided per class is decided once
 * for thousands of tenants.
 *
 * ```ts
 * const commons = await fleet.commons();
 * for (const one of await fleet.classes({ plans: ['pro'] })) count(resolveClass(one, commons), one.tenants);
 * ```
 */
@Injectable()
export class Fleet {
  constructor(
    private readonly database: Database,
    private readonly repository: FleetRepository,
    private readonly plans: PlanReader,
    private readonly catalogue: CatalogueReader,
    private readonly defaults: PlatformDefaults,
  ) {}

  /** Not inside of a transaction: the parts come from the cache, whose loads have transactions of their own. */
  async commons(): Promise<Commons> {
    const [plans, platform, catalogue] = await Promise.all([
      this.plans.list(),
      this.defaults.current(),
      this.catalogue.current(),
    ]);
    return { plans: new Map(plans.map((plan) => [plan.id, plan])), platform, catalogue };
  }

  /** The selected tenants. Nobody is selected twice, and a selector without keys means everybody. */
  async classes(selector: Selector = {}): Promise<ConfigurationClass[]> {
    const classes = await this.database.readAsPlatform(allTenants, () => this.repository.classes(selector));
    if (!hasConditions(selector)) return classes;
    const commons = await this.commons();
    return classes.filter((one) => meetsConditions(selector, resolveClass(one, commons).settings));
  }

  /** The selected tenants with the versions of their configurations, in the order of their ids. */
  async versions(selector: Selector): Promise<TenantVersion[]> {
    if (!hasConditions(selector))
      return this.database.readAsPlatform(allTenants, () => this.repository.versions(selector));
    const classes = await this.classes(selector);
    return classes.flatMap(({ tenants }) => tenants).toSorted(byId);
  }

  /** Everything that is wrong with a selector: also plans and tenants that do not exist. */
  async faults(selector: Selector, field = 'selector'): Promise<Fault[]> {
    const { plans = [], tenant_ids: ids = [], exclude = [] } = selector;
    const known = new Set((await this.plans.list()).map(({ id }) => id));
    const unknown = await this.unknownTenants([...ids, ...exclude]);
    return [
      ...selectorFaults(selector, field),
      ...unknownIds(
        `${field}.plans`,
        'plan',
        plans.filter((id) => !known.has(id)),
      ),
      ...unknownIds(
        `${field}.tenant_ids`,
        'tenant',
        ids.filter((id) => unknown.has(id)),
      ),
      ...unknownIds(
        `${field}.exclude`,
        'tenant',
        exclude.filter((id) => unknown.has(id)),
      ),
    ];
  }

  private async unknownTenants(ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    return new Set(await this.database.readAsPlatform(allTenants, () => this.repository.unknownTenants(ids)));
  }
}

function byId(one: TenantVersion, other: TenantVersion): number {
  return one.tenant_id < other.tenant_id ? -1 : 1;
}

function unknownIds(field: string, kind: string, ids: readonly string[]): Fault[] {
  return ids.map((id) => ({ field, rule: 'enum', message: `There is no ${kind} ${id}.`, value: id }));
}
