import { BooleanField, JsonObjectField, EnumField, PageQuery, ObjectField, StringField } from '#http';
import { SelectorRequest } from '#settings';
import { type BulkOutcome, bulkOutcomes } from '../bulk-operation.js';

export class BulkUpdateRequest {
  @ObjectField(() => SelectorRequest, { description: 'The tenants to change' })
  selector!: SelectorRequest;

  @JsonObjectField({
    description: 'A merge patch of settings. null removes the tenants’ own value',
    example: { temperature: 0.3 },
  })
  changes!: Record<string, unknown>;

  @StringField({
    min: 1,
    max: 500,
    description: 'Shown in the history of each tenant',
    example: 'calmer answers',
  })
  reason!: string;

  @BooleanField({
    optional: true,
    description: 'true: returns what the update would do, and changes nothing',
    example: false,
  })
  dry_run?: boolean;
}

export class RevertRequest {
  @StringField({
    min: 1,
    max: 500,
    optional: true,
    description: 'Shown in the history of each tenant',
    example: 'answers got worse',
  })
  reason?: string;
}

export class BulkItemsQuery extends PageQuery {
  @EnumField(bulkOutcomes, {
    optional: true,
    description: 'Returns only tenants with this outcome',
    example: 'conflict',
  })
  outcome?: BulkOutcome;
}
