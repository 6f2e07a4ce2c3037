import {
  JsonObjectField,
  ArrayField,
  EnumField,
  ObjectField,
  StringField,
  DateTimeField,
  IntegerField,
} from '#http';
import { FieldChangeResponse } from '#settings';
import { type BulkOutcome, type BulkState, bulkOutcomes, bulkStates } from '../bulk-operation.js';
import type { DryRun, SampledTenant } from '../dry-run.service.js';

export class BulkOperationResponse {
  @StringField({ example: '4f1c2a9b7d3e5f604f1c2a9b7d3e5f60' })
  id!: string;

  @EnumField(['update', 'revert'], { example: 'update' })
  kind!: 'update' | 'revert';

  @EnumField(bulkStates, { example: 'running' })
  state!: BulkState;

  @JsonObjectField({
    description: 'The patch. For a revert: the patch that it reverts',
    example: { temperature: 0.3 },
  })
  changes!: object;

  @StringField({ example: 'calmer answers' })
  reason!: string;

  @StringField({ nullable: true, description: 'The operation that this one reverts; null for an update' })
  reverts!: string | null;

  @StringField({
    nullable: true,
    description:
      'The operation that reverts this one, or has reverted it; null if there is none, or if it was cancelled or has failed',
  })
  reverted_by!: string | null;

  @IntegerField({ description: 'Tenants that the selector matched', example: 1200 })
  matched!: number;

  @IntegerField({ description: 'Tenants with an outcome', example: 1000 })
  done!: number;

  @IntegerField({ example: 950 })
  updated!: number;

  @IntegerField({ example: 20 })
  unchanged!: number;

  @IntegerField({
    description: 'Tenants whose override_allowed is false, or whose file owns one of the settings',
    example: 20,
  })
  skipped_locked!: number;

  @IntegerField({ description: 'Tenants for which a change request was opened', example: 5 })
  approval_required!: number;

  @IntegerField({ example: 3 })
  invalid!: number;

  @IntegerField({
    description: 'Tenants that changed one of the settings meanwhile. They keep their values',
    example: 2,
  })
  conflict!: number;

  @StringField({ nullable: true, description: 'Why the operation failed; null unless it did' })
  failure_reason!: string | null;

  @StringField({ example: 'key:4f1c2a9b7d3e5f60' })
  created_by!: string;

  @DateTimeField()
  created_at!: string;

  @DateTimeField({ nullable: true })
  started_at!: string | null;

  @DateTimeField({ nullable: true, example: null })
  finished_at!: string | null;
}

export class BulkItemResponse {
  @StringField({ example: 'acme-law' })
  tenant_id!: string;

  @EnumField(bulkOutcomes, {
    nullable: true,
    description: 'null until the tenant is processed',
    example: 'updated',
  })
  outcome!: BulkOutcome | null;

  @IntegerField({ nullable: true, description: "The tenant's version after the operation", example: 8 })
  version!: number | null;

  @StringField({ nullable: true, description: 'Explanation of the outcome, if it needs one' })
  detail!: string | null;
}

export class BulkSampleResponse {
  @StringField({ example: 'acme-law' })
  tenant_id!: string;

  @EnumField(bulkOutcomes, { example: 'updated' })
  outcome!: BulkOutcome;

  @StringField({ nullable: true, description: 'Explanation of the outcome, if it needs one' })
  detail!: string | null;

  @ArrayField(() => FieldChangeResponse)
  changes!: FieldChangeResponse[];
}

/** All tenants of a dry run, a page at a time. */
class DryRunPage {
  @ArrayField(() => BulkSampleResponse, { max: 200 })
  items!: BulkSampleResponse[];

  @StringField({ nullable: true, description: 'The `page` of the next request; null on the last one' })
  next_cursor!: string | null;
}

export class DryRunResponse {
  @IntegerField({ description: 'Tenants that the selector matched', example: 1200 })
  matched!: number;

  @IntegerField({ example: 1150 })
  would_update!: number;

  @IntegerField({ example: 20 })
  unchanged!: number;

  @IntegerField({ example: 20 })
  locked!: number;

  @IntegerField({ example: 5 })
  approval_required!: number;

  @IntegerField({ example: 5 })
  invalid!: number;

  @ArrayField(() => BulkSampleResponse, { description: 'At most 20 tenants, without unchanged ones' })
  sample!: BulkSampleResponse[];

  @ObjectField(() => DryRunPage, {
    optional: true,
    description: 'Only with `page`: all selected tenants, in the order of their ids',
  })
  page?: DryRunPage;
}

/** A dry run has no base versions, so no tenant is in conflict. */
export function toDryRunResponse({ counts, sample, page }: DryRun): DryRunResponse {
  const { updated, unchanged, skipped_locked: locked, approval_required, invalid } = counts;
  return {
    matched: Object.values(counts).reduce((sum, count) => sum + count, 0),
    would_update: updated,
    unchanged,
    locked,
    approval_required,
    invalid,
    sample: sample.map(toSampleResponse),
    ...(page && { page: { items: page.items.map(toSampleResponse), next_cursor: page.next_cursor } }),
  };
}

function toSampleResponse({ changes, ...tenant }: SampledTenant): BulkSampleResponse {
  return { ...tenant, changes: [...changes] };
}
