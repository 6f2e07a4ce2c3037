import { BooleanField, JsonObjectField, EnumField, PageQuery, ObjectField, StringField } from '#http';
import { SelectorRequest } from '#settings';
import { type BulkOutcome, bulkOutcomes } from '../bulk-operation.js';

export class BulkUpdateRequest {
  @ObjectField(() => SelectorRequest, { description: 'Which tenants' })
  selector!: SelectorRequest;

  @JsonObjectField({
    description: 'A merge patch of settings: null removes the tenants’ own value',
    example: { temperature: 0.3 },
  })
  changes!: Record<string, unknown>;

  @StringField({
    min: 1,
    max: 500,
    description: 'The history of each tenant shows it',
    example: 'calmer answers',
  })
  reason!: string;

  @BooleanField({ optional: true, description: 'Only tells what a run would do', example: false })
  dry_run?: boolean;
}

export class RevertRequest {
  @StringField({
    min: 1,
    max: 500,
    optional: true,
    description: 'The history of each tenant shows it',
    example: 'answers got worse',
  })
  reason?: string;
}

export class BulkItemsQuery extends PageQuery {
  @EnumField(bulkOutcomes, {
    optional: true,
    description: 'Only tenants with this outcome',
    example: 'conflict',
  })
  outcome?: BulkOutcome;
}
