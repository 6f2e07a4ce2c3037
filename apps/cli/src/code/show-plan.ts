import { type ManagedAnswer, pathInFile } from '#config';
import { type Intent, type PlannedTenant, isToDo } from './plan-tenants.js';
import { counted } from './output.js';
import { changeLines, shownValue } from './show-value.js';

export interface PlanSummary {
  readonly tenants: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly failed: number;
  /** Values that an apply changes. */
  readonly changes: number;
  /** Those of them that somebody else had changed since the file was applied. */
  readonly drift: number;
}

export function summaryOf(planned: readonly PlannedTenant[], intent: Partial<Intent>): PlanSummary {
  const changed = planned.filter((one) => isToDo(one, intent)).length;
  const failed = planned.filter(({ plan }) => plan === null).length;
  const count = (of: 'diff' | 'drift'): number =>
    planned.reduce((sum, { plan }) => sum + (plan?.[of].length ?? 0), 0);
  const unchanged = planned.length - changed - failed;
  return {
    tenants: planned.length,
    changed,
    unchanged,
    failed,
    changes: count('diff'),
    drift: count('drift'),
  };
}

/** The plan as people read it: tenants without anything to do are only counted. */
export function planText(planned: readonly PlannedTenant[], intent: Partial<Intent>): string {
  const tenants = planned.filter((one) => isToDo(one, intent)).flatMap(tenantLines);
  return [...tenants, ...endLines(planned, intent)].join('\n');
}

/** The plan for other programs; described in docs/guide/config-as-code.md. */
export function planJson(planned: readonly PlannedTenant[], intent: Partial<Intent>): object {
  const tenants = planned.map((one) => ({ ...headOf(one, intent), ...bodyOf(one) }));
  return { tenants, summary: summaryOf(planned, intent) };
}

/** Only what somebody else had changed. */
export function driftText(planned: readonly PlannedTenant[]): string {
  const { drift, tenants } = summaryOf(planned, {});
  const drifted = planned.filter(({ plan }) => (plan?.drift.length ?? 0) > 0);
  const lines = drifted.flatMap((one) => [
    titleOf(one),
    ...one.plan!.drift.map(
      ({ field, expected, found, set_by: by }) =>
        `  ${pathInFile(field)}: the file had ${shownValue(expected)}, found ${shownValue(found)}${setBy(by)}`,
    ),
    '',
  ]);
  const end =
    drift === 0
      ? `No drift in ${counted(tenants, 'tenant')}.`
      : `Drift: ${counted(drift, 'setting')} of ${counted(drifted.length, 'tenant')}.`;
  return [...lines, end].join('\n');
}

/** One line for each thing that stands in the way of a plan. */
export function errorLines(planned: readonly PlannedTenant[]): string[] {
  return planned.flatMap(({ tenant, file, errors }) =>
    errors.map((error) => `${tenant} (${file.path}): ${error}`),
  );
}

function tenantLines(one: PlannedTenant): string[] {
  const plan = one.plan!;
  const drifted = new Set(plan.drift.map(({ field }) => field));
  const byHand = plan.diff.filter(({ field }) => drifted.has(field));
  const others = plan.diff.filter(({ field }) => !drifted.has(field));
  return [
    titleOf(one),
    ...others.flatMap(linesOf),
    ...(byHand.length === 0
      ? []
      : ['  drift, changed by hand since; apply makes it what the file says:', ...byHand.flatMap(linesOf)]),
    ...notes(plan),
    '',
  ];
}

function titleOf({ tenant, file, plan }: PlannedTenant): string {
  return `${tenant}  ${file.path}  version ${plan!.version}`;
}

function linesOf({ field, from, to, set_by: by }: ManagedAnswer['diff'][number]): string[] {
  const [first = '', ...rest] = changeLines(pathInFile(field), from, to);
  return [`  ${first}${by === 'code' ? '' : setBy(by)}`, ...rest.map((line) => `  ${line}`)];
}

function setBy(by: string | null): string {
  return by === null ? '' : `  (set by ${by})`;
}

function notes({
  taken_over: taken,
  released,
  approval_required: waits,
  override_allowed: isOpen,
}: ManagedAnswer): string[] {
  return [
    ...(taken.length === 0
      ? []
      : [`  = becomes the file's, value unchanged: ${taken.map(pathInFile).join(', ')}`]),
    ...(released.length === 0
      ? []
      : [`  = no longer the file's, value unchanged: ${released.map(pathInFile).join(', ')}`]),
    ...(waits
      ? ['  ! changes of this tenant need approval: apply makes a change request, or needs --force']
      : []),
    ...(isOpen ? [] : ['  ! override_allowed is off: apply needs --force and a --reason']),
  ];
}

function endLines(planned: readonly PlannedTenant[], intent: Partial<Intent>): string[] {
  const { tenants, changed, unchanged, failed, changes, drift } = summaryOf(planned, intent);
  const notOwned = planned.filter(
    (one) => !isToDo(one, intent) && (one.plan?.taken_over.length ?? 0) > 0,
  ).length;
  const parts = [
    `${changed} of ${counted(tenants, 'tenant')} to change (${counted(changes, 'setting')}${drift === 0 ? '' : `, ${drift} of them drift`})`,
    `${unchanged} with nothing to do`,
    ...(failed === 0 ? [] : [`${failed} that cannot be planned`]),
  ];
  const isDone = changed + failed === 0;
  return [
    isDone ? `Nothing to do: ${counted(tenants, 'tenant')} as the files say.` : `Plan: ${parts.join(', ')}.`,
    ...(notOwned === 0
      ? []
      : [
          `${counted(notOwned, 'tenant')} ${notOwned === 1 ? 'holds' : 'hold'} values of a file that the file does not own yet; --take-over makes it their owner.`,
        ]),
  ];
}

function headOf(one: PlannedTenant, intent: Partial<Intent>): object {
  const { tenant, file, plan, errors } = one;
  const ready = isToDo(one, intent) ? 'changed' : 'unchanged';
  return { tenant, file: file.path, status: plan ? ready : 'failed', version: plan?.version ?? null, errors };
}

function bodyOf({ plan }: PlannedTenant): object {
  if (!plan) return unknown;
  const { diff, drift, taken_over, released, override_allowed, approval_required } = plan;
  const changes = diff.map(withPath);
  return { changes, drift: drift.map(withPath), taken_over, released, override_allowed, approval_required };
}

const unknown = {
  changes: [],
  drift: [],
  taken_over: [],
  released: [],
  override_allowed: null,
  approval_required: null,
};

function withPath<T extends { field: string }>(one: T): T & { path: string } {
  return { ...one, path: pathInFile(one.field) };
}
