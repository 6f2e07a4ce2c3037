import { JsonObject, JsonValue, ListOf, OneOf, PageQuery, Text, Time, Whole } from '#http';
import { type RequestState, requestStates } from './change-request.js';

export class ChangeRequestQuery extends PageQuery {
  @OneOf(requestStates, { optional: true, example: 'pending' })
  state?: RequestState;
}

export class PlatformChangeRequestQuery extends ChangeRequestQuery {
  @Text({ min: 1, max: 100, optional: true, example: 'acme-law' })
  tenant_id?: string;

  @Text({ min: 1, max: 100, optional: true, description: 'Those of one bulk operation' })
  bulk_id?: string;
}

export class ApprovalRequest {
  @Text({ max: 500, optional: true, nullable: true, example: 'as agreed on Monday' })
  comment?: string | null;
}

export class RejectionRequest {
  @Text({
    min: 1,
    max: 500,
    pattern: /\S/,
    patternHint: 'a reason',
    description: 'Why; whoever asked sees it',
    example: 'not before the audit',
  })
  comment!: string;
}

class RequestedChangeAnswer {
  @Text({ example: 'temperature' })
  field!: string;

  @JsonValue({ description: 'What was stored when the request was made; null for nothing', example: 0.7 })
  from!: unknown;

  @JsonValue({ example: 0.3 })
  to!: unknown;
}

export class ChangeRequestAnswer {
  @Text({ example: '4f1c2a9b7d3e5f604f1c2a9b7d3e5f60' })
  id!: string;

  @Text({ example: 'acme-law' })
  tenant_id!: string;

  @OneOf(requestStates, { example: 'pending' })
  state!: string;

  @Whole({ min: 1, description: 'The version that the change was made against', example: 7 })
  base_version!: number;

  @JsonObject({ description: 'A merge patch: what the change does', example: { temperature: 0.3 } })
  patch!: object;

  @ListOf(() => RequestedChangeAnswer, { description: 'What the approval is given for' })
  diff!: RequestedChangeAnswer[];

  @OneOf(['update', 'rollback', 'bulk_update', 'bulk_revert', 'change_request', 'rollout', 'apply'], {
    description: 'What the change would have been without approval; the history calls it change_request',
    example: 'update',
  })
  kind!: string;

  @Text({ nullable: true, example: 'more careful answers' })
  reason!: string | null;

  @Text({ nullable: true, description: 'The bulk operation that asked for it' })
  bulk_id!: string | null;

  @Text({ example: 'key:4f1c2a9b7d3e5f60' })
  requested_by!: string;

  @OneOf(['tenant_admin', 'platform_admin'], { example: 'tenant_admin' })
  requested_by_role!: string;

  @Text({ nullable: true, description: 'Who approved, rejected or withdrew it' })
  decided_by!: string | null;

  @Text({ nullable: true, description: 'What the platform admin had to say' })
  comment!: string | null;

  @Text({ nullable: true, description: 'What moved underneath, or what is wrong with the change by now' })
  void_reason!: string | null;

  @Whole({ min: 1, nullable: true, description: 'The version that it became' })
  applied_version!: number | null;

  @Time()
  created_at!: string;

  @Time({ nullable: true })
  decided_at!: string | null;
}
