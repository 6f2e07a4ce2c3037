import { BooleanField, JsonObjectField, ArrayField } from '#http';
import { type FieldError, isJsonEqual, maxReportedErrors } from '#kernel';
import { findValueErrors } from './find-value-errors.js';
import type { TenantSettings } from './tenant-settings.js';
import { isSettingName, settingNames } from './setting-names.js';
import { unknownSettingError } from './unknown-setting.js';
import { type Labels, findLabelEntryErrors, maxLabels } from './labels.js';

const maxTenants = 10_000;
const maxPlans = 200;
const maxLabelValues = 100;

/**
 * Selects the tenants of a bulk update or a rollout. A tenant must match every key that is given, and any one of the values of a key.
 * `where` compares resolved settings, with one value or a list of values for each setting.
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
    description: 'All except these tenants',
    example: ['startup-support'],
  })
  exclude?: string[];

  @JsonObjectField({
    optional: true,
    maxBytes: 65_536,
    description: 'Label: its value, or a list of accepted values. At most 20 labels with 100 values each',
    example: { region: 'eu' },
  })
  labels?: Record<string, unknown>;

  @JsonObjectField({
    optional: true,
    description: 'Setting: its resolved value, or a list of accepted values',
    example: { model_name: 'gpt-4' },
  })
  where?: Record<string, unknown>;

  @BooleanField({
    optional: true,
    description: 'Selects every tenant. Required because an empty selector is refused',
    example: false,
  })
  all?: boolean;
}

/** A selector after validation. */
export type Selector = Readonly<SelectorRequest>;

/** What a selector compares of one tenant. */
export interface SelectableTenant {
  readonly tenantId: string;
  readonly plan: string;
  /** Absent in a copy that the release before 0042 has kept; the tenant then has none. */
  readonly labels?: Labels;
  /** Resolved, without the values of flags and rollouts. */
  readonly settings: TenantSettings;
}

/** True if the selector selects the tenant. */
export function matchesSelector(
  selector: Selector,
  { tenantId: tenant, plan, labels = {}, settings }: SelectableTenant,
): boolean {
  const { plans, tenant_ids: ids, exclude = [] } = selector;
  const isSelectedById = isListed(plan, plans) && isListed(tenant, ids) && !exclude.includes(tenant);
  return isSelectedById && matchesLabels(selector, labels) && matchesConditions(selector, settings);
}

function matchesLabels({ labels: expected = {} }: Selector, labels: Labels): boolean {
  return Object.entries(expected).every(([name, values]) => acceptedValues(values).includes(labels[name]));
}

function isListed(id: string, listedIds: readonly string[] | undefined): boolean {
  return listedIds === undefined || listedIds.includes(id);
}

/** True if the resolved settings match every condition of `where`. */
export function matchesConditions({ where = {} }: Selector, settings: TenantSettings): boolean {
  const actual = settings as unknown as Record<string, unknown>;
  return Object.entries(where).every(([name, expected]) =>
    acceptedValues(expected).some((value) => isJsonEqual(value, actual[name])),
  );
}

/** True if `where` compares at least one setting. */
export function hasConditions({ where = {} }: Selector): boolean {
  return Object.keys(where).length > 0;
}

/** Among more names there are as many errors as a response lists. To find the names that were meant takes long for thousands. */
const maxCheckedNames = settingNames.length + maxReportedErrors;

/**
 * Errors that the selector's text shows: it is empty, a list is empty, a label or a condition is wrong. Whether its plans and
 * tenants exist is not checked here.
 */
export function findSelectorSyntaxErrors(selector: Selector, field = 'selector'): FieldError[] {
  const emptyLists = (['plans', 'tenant_ids'] as const).filter((name) => selector[name]?.length === 0);
  return [
    ...(isEmpty(selector) ? [emptySelectorError(field)] : []),
    ...emptyLists.map((name) => emptyListError(`${field}.${name}`)),
    ...findLabelConditionErrors(selector, `${field}.labels`),
    ...Object.entries(selector.where ?? {})
      .slice(0, maxCheckedNames)
      .flatMap(([name, value]) => findConditionErrors(field, name, value)),
  ];
}

/** The values that a condition of `where` accepts. No setting's value is a list, so a list always means one of several values. */
export function acceptedValues(expected: unknown): readonly unknown[] {
  return Array.isArray(expected) ? expected : [expected];
}

function isEmpty({ plans, tenant_ids: ids, labels = {}, all = false, ...rest }: Selector): boolean {
  const hasLabels = Object.keys(labels).length > 0;
  return !all && plans === undefined && ids === undefined && !hasLabels && !hasConditions(rest);
}

function emptySelectorError(field: string): FieldError {
  const message = `${field} is empty. To select every tenant, send all: true.`;
  return { field, rule: 'required', message };
}

/** An empty list, for instance of a script that found nothing, must not select every tenant. */
function emptyListError(field: string): FieldError {
  return {
    field,
    rule: 'required',
    message: `${field} is an empty list: add a value, or leave it out.`,
    value: [],
  };
}

function findLabelConditionErrors({ labels = {} }: Selector, field: string): FieldError[] {
  const entries = Object.entries(labels);
  if (entries.length > maxLabels) return [tooManyError(field, maxLabels)];
  return entries.flatMap(([name, expected]) => {
    const values = acceptedValues(expected);
    if (values.length === 0) return [emptyListError(`${field}.${name}`)];
    if (values.length > maxLabelValues) return [tooManyError(`${field}.${name}`, maxLabelValues)];
    return values.flatMap((value) => findLabelEntryErrors(field, name, value));
  });
}

function tooManyError(field: string, max: number): FieldError {
  return { field, rule: 'too_many', message: `${field} must have at most ${max} entries.`, max };
}

function findConditionErrors(parent: string, name: string, expected: unknown): FieldError[] {
  const field = `${parent}.where.${name}`;
  if (!isSettingName(name)) return [unknownSettingError(field, name, expected)];
  const values = acceptedValues(expected);
  if (values.length === 0) return [emptyListError(field)];
  return values
    .flatMap((value) => findValueErrors({ [name]: value }))
    .map((error) => ({ ...error, field: `${parent}.where.${error.field}`.slice(0, 200) }));
}
