import { Flag, JsonObject, ListOf } from '#http';
import { type Fault, sameJson } from '#kernel';
import { valueFaults } from '../settings/rules.js';
import { type TenantSettings, isSettingName } from '../settings/tenant-settings.js';

const mostTenants = 10_000;
const mostPlans = 200;

/**
 * Which tenants an operation is about, as a request says it. Its keys narrow together, values within one widen; `where`
 * compares resolved values, one or a list for each setting.
 */
export class SelectorRequest {
  @ListOf('string', {
    max: mostPlans,
    optional: true,
    description: 'Tenants on one of these plans',
    example: ['pro'],
  })
  plans?: string[];

  @ListOf('string', { max: mostTenants, optional: true, description: 'These tenants', example: ['acme-law'] })
  tenant_ids?: string[];

  @ListOf('string', {
    max: mostTenants,
    optional: true,
    description: 'Not these tenants',
    example: ['startup-support'],
  })
  exclude?: string[];

  @JsonObject({
    optional: true,
    description: 'Setting: its resolved value, or a list of values of which one is it',
    example: { model_name: 'gpt-4' },
  })
  where?: Record<string, unknown>;

  @Flag({
    optional: true,
    description: 'Needed to mean every tenant: an empty selector is refused',
    example: false,
  })
  all?: boolean;
}

export type Selector = Readonly<SelectorRequest>;

/** What a selector looks at in one tenant. */
export interface Selectable {
  readonly tenant: string;
  readonly plan: string;
  /** Resolved, without what flags and rollouts lay over them. */
  readonly settings: TenantSettings;
}

/** Whether the tenant is one of those that the selector means. */
export function matches(selector: Selector, { tenant, plan, settings }: Selectable): boolean {
  const { plans, tenant_ids: ids, exclude = [] } = selector;
  const isNamed = isAmong(plan, plans) && isAmong(tenant, ids) && !exclude.includes(tenant);
  return isNamed && meetsConditions(selector, settings);
}

function isAmong(id: string, named: readonly string[] | undefined): boolean {
  return named === undefined || named.includes(id);
}

/** Whether resolved settings are what `where` asks for. */
export function meetsConditions({ where = {} }: Selector, settings: TenantSettings): boolean {
  const actual = settings as unknown as Record<string, unknown>;
  return Object.entries(where).every(([name, wanted]) =>
    alternatives(wanted).some((value) => sameJson(value, actual[name])),
  );
}

export function hasConditions({ where = {} }: Selector): boolean {
  return Object.keys(where).length > 0;
}

/** What is wrong with the selector as it is written; `Fleet.faults` also knows which plans and tenants there are. */
export function selectorFaults(selector: Selector, field = 'selector'): Fault[] {
  const emptyLists = (['plans', 'tenant_ids'] as const).filter((name) => selector[name]?.length === 0);
  return [
    ...(isEmpty(selector) ? [emptySelector(field)] : []),
    ...emptyLists.map((name) => emptyList(`${field}.${name}`)),
    ...Object.entries(selector.where ?? {}).flatMap(([name, value]) => conditionFaults(field, name, value)),
  ];
}

/** No setting's value is a list, so a list can only be one of several values. */
function alternatives(wanted: unknown): readonly unknown[] {
  return Array.isArray(wanted) ? wanted : [wanted];
}

function isEmpty({ plans, tenant_ids: ids, all = false, ...rest }: Selector): boolean {
  return !all && plans === undefined && ids === undefined && !hasConditions(rest);
}

function emptySelector(field: string): Fault {
  const message = `${field} narrows nothing down. To mean every tenant, send all: true.`;
  return { field, rule: 'required', message };
}

/** A list that a script found nothing for must not widen to everybody. */
function emptyList(field: string): Fault {
  return {
    field,
    rule: 'required',
    message: `${field} names nothing: name one, or leave it out.`,
    value: [],
  };
}

function conditionFaults(parent: string, name: string, wanted: unknown): Fault[] {
  const field = `${parent}.where.${name}`.slice(0, 200);
  if (!isSettingName(name))
    return [{ field, rule: 'unknown_field', message: `${field} names no setting.`, value: wanted }];
  const values = alternatives(wanted);
  if (values.length === 0) return [emptyList(field)];
  return values
    .flatMap((value) => valueFaults({ [name]: value }))
    .map((fault) => ({ ...fault, field: `${parent}.where.${fault.field}`.slice(0, 200) }));
}
