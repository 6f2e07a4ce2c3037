import { BooleanField, JsonObjectField, ArrayField } from '#http';
import { type FieldError, isJsonEqual } from '#kernel';
import { findValueErrors } from './find-value-errors.js';
import { type TenantSettings, isSettingName } from './tenant-settings.js';

const maxTenants = 10_000;
const maxPlans = 200;

/**
 * Which tenants an operation is about, as a request says it. Its keys narrow together, values within one widen; `where`
 * compares resolved values, one or a list for each setting.
 */
export class SelectorRequest {
  @ArrayField('string', {
    max: maxPlans,
    optional: true,
    description: 'Tenants on one of these plans',
    example: ['pro'],
  })
  plans?: string[];

  @ArrayField('string', {
    max: maxTenants,
    optional: true,
    description: 'These tenants',
    example: ['acme-law'],
  })
  tenant_ids?: string[];

  @ArrayField('string', {
    max: maxTenants,
    optional: true,
    description: 'Not these tenants',
    example: ['startup-support'],
  })
  exclude?: string[];

  @JsonObjectField({
    optional: true,
    description: 'Setting: its resolved value, or a list of values of which one is it',
    example: { model_name: 'gpt-4' },
  })
  where?: Record<string, unknown>;

  @BooleanField({
    optional: true,
    description: 'Needed to mean every tenant: an empty selector is refused',
    example: false,
  })
  all?: boolean;
}

export type Selector = Readonly<SelectorRequest>;

/** What a selector looks at in one tenant. */
export interface SelectableTenant {
  readonly tenantId: string;
  readonly plan: string;
  /** Resolved, without what flags and rollouts lay over them. */
  readonly settings: TenantSettings;
}

/** Whether the tenant is one of those that the selector means. */
export function matchesSelector(
  selector: Selector,
  { tenantId: tenant, plan, settings }: SelectableTenant,
): boolean {
  const { plans, tenant_ids: ids, exclude = [] } = selector;
  const isSelectedById = isListed(plan, plans) && isListed(tenant, ids) && !exclude.includes(tenant);
  return isSelectedById && matchesConditions(selector, settings);
}

function isListed(id: string, listedIds: readonly string[] | undefined): boolean {
  return listedIds === undefined || listedIds.includes(id);
}

/** Whether resolved settings are what `where` asks for. */
export function matchesConditions({ where = {} }: Selector, settings: TenantSettings): boolean {
  const actual = settings as unknown as Record<string, unknown>;
  return Object.entries(where).every(([name, expected]) =>
    acceptedValues(expected).some((value) => isJsonEqual(value, actual[name])),
  );
}

export function hasConditions({ where = {} }: Selector): boolean {
  return Object.keys(where).length > 0;
}

/** What is wrong with the selector as it is written; `Fleet.faults` also knows which plans and tenants there are. */
export function findSelectorSyntaxErrors(selector: Selector, field = 'selector'): FieldError[] {
  const emptyLists = (['plans', 'tenant_ids'] as const).filter((name) => selector[name]?.length === 0);
  return [
    ...(isEmpty(selector) ? [emptySelectorError(field)] : []),
    ...emptyLists.map((name) => emptyListError(`${field}.${name}`)),
    ...Object.entries(selector.where ?? {}).flatMap(([name, value]) =>
      findConditionErrors(field, name, value),
    ),
  ];
}

/** The values that a condition of `where` accepts. No setting's value is a list, so a list always means one of several values. */
export function acceptedValues(expected: unknown): readonly unknown[] {
  return Array.isArray(expected) ? expected : [expected];
}

function isEmpty({ plans, tenant_ids: ids, all = false, ...rest }: Selector): boolean {
  return !all && plans === undefined && ids === undefined && !hasConditions(rest);
}

function emptySelectorError(field: string): FieldError {
  const message = `${field} narrows nothing down. To mean every tenant, send all: true.`;
  return { field, rule: 'required', message };
}

/** A list that a script found nothing for must not widen to everybody. */
function emptyListError(field: string): FieldError {
  return {
    field,
    rule: 'required',
    message: `${field} names nothing: name one, or leave it out.`,
    value: [],
  };
}

function findConditionErrors(parent: string, name: string, expected: unknown): FieldError[] {
  const field = `${parent}.where.${name}`.slice(0, 200);
  if (!isSettingName(name))
    return [{ field, rule: 'unknown_field', message: `${field} names no setting.`, value: expected }];
  const values = acceptedValues(expected);
  if (values.length === 0) return [emptyListError(field)];
  return values
    .flatMap((value) => findValueErrors({ [name]: value }))
    .map((error) => ({ ...error, field: `${parent}.where.${error.field}`.slice(0, 200) }));
}
