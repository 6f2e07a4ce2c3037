import { type ManagedResponse, pathInFile } from '#config';
import { type ApplyOptions, type TenantPreview, hasPendingChanges } from './preview-tenants.js';
import { pluralize } from '../terminal/output.js';
import { changeLines, formatValue } from './format-change.js';

export interface PreviewSummary {
  readonly tenants: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly failed: number;
  /** Values that an apply changes. */
  readonly changes: number;
  /** Those of them that were changed outside the file since it was applied. */
  readonly drift: number;
}

export function summarize(previews: readonly TenantPreview[], intent: Partial<ApplyOptions>): PreviewSummary {
  const changed = previews.filter((one) => hasPendingChanges(one, intent)).length;
  const failed = previews.filter(({ preview }) => preview === null).length;
  const count = (of: 'diff' | 'drift'): number =>
    previews.reduce((sum, { preview }) => sum + (preview?.[of].length ?? 0), 0);
  const unchanged = previews.length - changed - failed;
  return {
    tenants: previews.length,
    changed,
    unchanged,
    failed,
    changes: count('diff'),
    drift: count('drift'),
  };
}

/** The plan for people: tenants without changes are only counted. */
export function previewText(previews: readonly TenantPreview[], intent: Partial<ApplyOptions>): string {
  const tenants = previews.filter((one) => hasPendingChanges(one, intent)).flatMap(tenantLines);
  return [...tenants, ...summaryLines(previews, intent)].join('\n');
}

/** The plan for other programs; described in docs/guide/config-as-code.md. */
export function previewJson(previews: readonly TenantPreview[], intent: Partial<ApplyOptions>): object {
  const tenants = previews.map((one) => ({ ...tenantHeadJson(one, intent), ...tenantBodyJson(one) }));
  return { tenants, summary: summarize(previews, intent) };
}

/** Only the changes made outside the files. */
export function driftText(previews: readonly TenantPreview[]): string {
  const { drift, tenants } = summarize(previews, {});
  const drifted = previews.filter(({ preview }) => (preview?.drift.length ?? 0) > 0);
  const lines = drifted.flatMap((one) => [
    titleOf(one),
    ...one.preview!.drift.map(
      ({ field, expected, found, set_by: by }) =>
        `  ${pathInFile(field)}: the file had ${formatValue(expected)}, found ${formatValue(found)}${setByText(by)}`,
    ),
    '',
  ]);
  const end =
    drift === 0
      ? `No drift in ${pluralize(tenants, 'tenant')}.`
      : `Drift: ${pluralize(drift, 'setting')} of ${pluralize(drifted.length, 'tenant')}.`;
  return [...lines, end].join('\n');
}

/** One line for each reason why a tenant cannot be planned. */
export function errorLines(previews: readonly TenantPreview[]): string[] {
  return previews.flatMap(({ tenant, file, errors }) =>
    errors.map((error) => `${tenant} (${file.path}): ${error}`),
  );
}

function tenantLines(tenantPreview: TenantPreview): string[] {
  const preview = tenantPreview.preview!;
  const drifted = new Set(preview.drift.map(({ field }) => field));
  const driftedChanges = preview.diff.filter(({ field }) => drifted.has(field));
  const others = preview.diff.filter(({ field }) => !drifted.has(field));
  return [
    titleOf(tenantPreview),
    ...others.flatMap(changeTextLines),
    ...(driftedChanges.length === 0
      ? []
      : [
          '  drift, changed by hand since; apply makes it what the file says:',
          ...driftedChanges.flatMap(changeTextLines),
        ]),
    ...tenantNotes(preview),
    '',
  ];
}

function titleOf({ tenant, file, preview }: TenantPreview): string {
  return `${tenant}  ${file.path}  version ${preview!.version}`;
}

function changeTextLines({ field, from, to, set_by: by }: ManagedResponse['diff'][number]): string[] {
  const [first = '', ...rest] = changeLines(pathInFile(field), from, to);
  return [`  ${first}${by === 'code' ? '' : setByText(by)}`, ...rest.map((line) => `  ${line}`)];
}

function setByText(by: string | null): string {
  return by === null ? '' : `  (set by ${by})`;
}

function tenantNotes({
  taken_over: taken,
  released,
  approval_required: needsApproval,
  override_allowed: isOverrideAllowed,
}: ManagedResponse): string[] {
  return [
    ...(taken.length === 0
      ? []
      : [`  = becomes the file's, value unchanged: ${taken.map(pathInFile).join(', ')}`]),
    ...(released.length === 0
      ? []
      : [`  = no longer the file's, value unchanged: ${released.map(pathInFile).join(', ')}`]),
    ...(needsApproval
      ? ['  ! changes of this tenant need approval: apply makes a change request, or needs --force']
      : []),
    ...(isOverrideAllowed ? [] : ['  ! override_allowed is off: apply needs --force and a --reason']),
  ];
}

function summaryLines(previews: readonly TenantPreview[], intent: Partial<ApplyOptions>): string[] {
  const { tenants, changed, unchanged, failed, changes, drift } = summarize(previews, intent);
  const notOwned = previews.filter(
    (one) => !hasPendingChanges(one, intent) && (one.preview?.taken_over.length ?? 0) > 0,
  ).length;
  const parts = [
    `${changed} of ${pluralize(tenants, 'tenant')} to change (${pluralize(changes, 'setting')}${drift === 0 ? '' : `, ${drift} of them drift`})`,
    `${unchanged} with nothing to do`,
    ...(failed === 0 ? [] : [`${failed} that cannot be planned`]),
  ];
  const isDone = changed + failed === 0;
  return [
    isDone
      ? `Nothing to do: ${pluralize(tenants, 'tenant')} as the files say.`
      : `Plan: ${parts.join(', ')}.`,
    ...(notOwned === 0
      ? []
      : [
          `${pluralize(notOwned, 'tenant')} ${notOwned === 1 ? 'holds' : 'hold'} values of a file that the file does not own yet; --take-over makes it their owner.`,
        ]),
  ];
}

function tenantHeadJson(one: TenantPreview, intent: Partial<ApplyOptions>): object {
  const { tenant, file, preview, errors } = one;
  const status = hasPendingChanges(one, intent) ? 'changed' : 'unchanged';
  return {
    tenant,
    file: file.path,
    status: preview ? status : 'failed',
    version: preview?.version ?? null,
    errors,
  };
}

function tenantBodyJson({ preview }: TenantPreview): object {
  if (!preview) return unavailableBody;
  const { diff, drift, taken_over, released, override_allowed, approval_required } = preview;
  const changes = diff.map(withPath);
  return { changes, drift: drift.map(withPath), taken_over, released, override_allowed, approval_required };
}

const unavailableBody = {
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
