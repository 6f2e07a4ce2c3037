import { JsonObject, ListOf, OneOf, Text, Time, Whole } from '#http';
import { FieldChangeAnswer } from '../../http/configuration.response.js';
import { type BulkOutcome, type BulkState, bulkOutcomes, bulkStates } from '../bulk-operation.js';
import type { DryRun } from '../dry-run.service.js';

export class BulkOperationAnswer {
  @Text({ example: '4f1c2a9b7d3e5f604f1c2a9b7d3e5f60' })
  id!: string;

  @OneOf(['update', 'revert'], { example: 'update' })
  kind!: 'update' | 'revert';

  @OneOf(bulkStates, { example: 'running' })
  state!: BulkState;

  @JsonObject({ description: 'The patch; of a revert, the one taken back', example: { temperature: 0.3 } })
  changes!: object;

  @Text({ example: 'calmer answers' })
  reason!: string;

  @Text({ nullable: true, description: 'The operation that a revert takes back' })
  reverts!: string | null;

  @Whole({ description: 'Tenants', example: 1200 })
  matched!: number;

  @Whole({ description: 'Tenants with an outcome', example: 1000 })
  done!: number;

  @Whole({ example: 950 })
  updated!: number;

  @Whole({ example: 20 })
  unchanged!: number;

  @Whole({ description: 'override_allowed is off, or a file owns a setting', example: 20 })
  skipped_locked!: number;

  @Whole({ description: 'A change request waits', example: 5 })
  approval_required!: number;

  @Whole({ example: 3 })
  invalid!: number;

  @Whole({ description: 'The tenant changed one of the settings meanwhile, and keeps its own', example: 2 })
  conflict!: number;

  @Text({ nullable: true, description: 'Why it failed' })
  failure_reason!: string | null;

  @Text({ example: 'key:4f1c2a9b7d3e5f60' })
  created_by!: string;

  @Time()
  created_at!: string;

  @Time({ nullable: true })
  started_at!: string | null;

  @Time({ nullable: true, example: null })
  finished_at!: string | null;
}

export class BulkItemAnswer {
  @Text({ example: 'acme-law' })
  tenant_id!: string;

  @OneOf(bulkOutcomes, { nullable: true, description: 'null while it is to be done', example: 'updated' })
  outcome!: BulkOutcome | null;

  @Whole({ nullable: true, description: "The tenant's version after it", example: 8 })
  version!: number | null;

  @Text({ nullable: true, description: 'Why, in words' })
  detail!: string | null;
}

export class BulkSampleAnswer {
  @Text({ example: 'acme-law' })
  tenant_id!: string;

  @OneOf(bulkOutcomes, { example: 'updated' })
  outcome!: BulkOutcome;

  @Text({ nullable: true, description: 'Why, in words' })
  detail!: string | null;

  @ListOf(() => FieldChangeAnswer)
  changes!: FieldChangeAnswer[];
}

export class DryRunAnswer {
  @Whole({ description: 'Tenants', example: 1200 })
  matched!: number;

  @Whole({ example: 1150 })
  would_update!: number;

  @Whole({ example: 20 })
  unchanged!: number;

  @Whole({ example: 20 })
  locked!: number;

  @Whole({ example: 5 })
  approval_required!: number;

  @Whole({ example: 5 })
  invalid!: number;

  @ListOf(() => BulkSampleAnswer, { description: 'At most 20 of those that something would happen to' })
  sample!: BulkSampleAnswer[];
}

/** Nobody can change anything during a dry run, so that nothing is in conflict. */
export function shownDryRun({ counts, sample }: DryRun): DryRunAnswer {
  const { updated, unchanged, skipped_locked: locked, approval_required, invalid } = counts;
  const matched = updated + unchanged + locked + approval_required + invalid;
  return {
    matched,
    would_update: updated,
    unchanged,
    locked,
    approval_required,
    invalid,
    sample: sample.map((each) => ({ ...each, changes: [...each.changes] })),
  };
}
