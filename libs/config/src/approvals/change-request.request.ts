import {
  JsonObjectField,
  ArrayField,
  EnumField,
  PageQuery,
  StringField,
  DateTimeField,
  IntegerField,
} from '#http';
import { FieldChangeResponse } from '#settings';
import {
  type ChangeRequestState,
  changeRequestKinds,
  changeRequestStates,
} from '../change/change-request.js';

export class ChangeRequestQuery extends PageQuery {
  @EnumField(changeRequestStates, { optional: true, example: 'pending' })
  state?: ChangeRequestState;
}

export class PlatformChangeRequestQuery extends ChangeRequestQuery {
  @StringField({ min: 1, max: 100, optional: true, example: 'acme-law' })
  tenant_id?: string;

  @StringField({ min: 1, max: 100, optional: true, description: 'Those of one bulk operation' })
  bulk_id?: string;
}

export class ApprovalRequest {
  @StringField({ max: 500, optional: true, nullable: true, example: 'as agreed on Monday' })
  comment?: string | null;
}

export class RejectionRequest {
  @StringField({
    min: 1,
    max: 500,
    pattern: /\S/,
    patternHint: 'a reason',
    description: 'The reason; the requester sees it',
    example: 'not before the audit',
  })
  comment!: string;
}

/** A change that waits for the approval of a platform admin, or waited for it. */
export class ChangeRequestResponse {
  @StringField({ example: '4f1c2a9b7d3e5f604f1c2a9b7d3e5f60' })
  id!: string;

  @StringField({ example: 'acme-law' })
  tenant_id!: string;

  @EnumField(changeRequestStates, { example: 'pending' })
  state!: string;

  @IntegerField({ min: 1, description: 'The version that the change was made against', example: 7 })
  base_version!: number;

  @JsonObjectField({ description: 'A merge patch: what the change does', example: { temperature: 0.3 } })
  patch!: object;

  @ArrayField(() => FieldChangeResponse, { description: 'What the approval is given for' })
  diff!: FieldChangeResponse[];

  @EnumField(changeRequestKinds, {
    description:
      'What the change would have been without approval; the history calls it change_request. tenant_update: the tenant stops asking for approval',
    example: 'update',
  })
  kind!: string;

  @StringField({ nullable: true, example: 'more careful answers' })
  reason!: string | null;

  @StringField({ nullable: true, description: 'The bulk operation that asked for it' })
  bulk_id!: string | null;

  @StringField({ example: 'key:4f1c2a9b7d3e5f60' })
  requested_by!: string;

  @EnumField(['tenant_admin', 'platform_admin'], { example: 'tenant_admin' })
  requested_by_role!: string;

  @StringField({ nullable: true, description: 'Who approved, rejected or withdrew it' })
  decided_by!: string | null;

  @StringField({ nullable: true, description: 'What the platform admin had to say' })
  comment!: string | null;

  @StringField({
    nullable: true,
    description: 'What moved underneath, or what is wrong with the change by now',
  })
  void_reason!: string | null;

  @IntegerField({
    min: 1,
    nullable: true,
    description: 'The version that it became; null also for tenant_update',
  })
  applied_version!: number | null;

  @DateTimeField()
  created_at!: string;

  @DateTimeField({ nullable: true })
  decided_at!: string | null;
}
