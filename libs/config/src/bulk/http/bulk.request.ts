import { Flag, JsonObject, OneOf, PageQuery, Part, Text } from '#http';
import { SelectorRequest } from '../../fleet/selector.js';
import { type BulkOutcome, bulkOutcomes } from '../bulk-operation.js';

export class BulkUpdateRequest {
  @Part(() => SelectorRequest, { description: 'Which tenants' })
  selector!: SelectorRequest;

  @JsonObject({
    description: 'A merge patch of settings: null removes the tenants’ own value',
    example: { temperature: 0.3 },
  })
  changes!: Record<string, unknown>;

  @Text({ min: 1, max: 500, description: 'The history of each tenant shows it', example: 'calmer answers' })
  reason!: string;

  @Flag({ optional: true, description: 'Only tells what a run would do', example: false })
  dry_run?: boolean;
}

export class RevertRequest {
  @Text({
    min: 1,
    max: 500,
    optional: true,
    description: 'The history of each tenant shows it',
    example: 'answers got worse',
  })
  reason?: string;
}

export class BulkItemsQuery extends PageQuery {
  @OneOf(bulkOutcomes, { optional: true, description: 'Only tenants with this outcome', example: 'conflict' })
  outcome?: BulkOutcome;
}
