import { ArrayField, IntegerField, ObjectField, StringField } from '#http';
import { FieldChangeResponse } from '#settings';
import { ModelRequest } from './model.request.js';
import { PlanRequest } from './plan.request.js';

/** A model of the catalogue. */
export class ModelResponse extends ModelRequest {
  @StringField({ example: 'mistral-small-instruct' })
  override id!: string;
}

/** A plan. */
export class PlanResponse extends PlanRequest {
  @StringField({ example: 'pro' })
  override id!: string;
}

class TenantDifferenceResponse {
  @StringField({ example: 'acme-law' })
  tenant_id!: string;

  @ArrayField(() => FieldChangeResponse)
  changes!: FieldChangeResponse[];
}

/** The tenants of a preview whose own changes need approval. */
class ApprovalBoundTenantsResponse {
  @IntegerField({ min: 0, description: 'Those whose effective settings would change', example: 0 })
  changed!: number;

  @ArrayField(() => TenantDifferenceResponse, { max: 20 })
  sample!: TenantDifferenceResponse[];
}

/** All tenants of a preview, a page at a time. */
class TenantDifferencePage {
  @ArrayField(() => TenantDifferenceResponse, { max: 200 })
  items!: TenantDifferenceResponse[];

  @StringField({ nullable: true, description: 'The `page` of the next request; null on the last one' })
  next_cursor!: string | null;
}

/** The answer of a preview: the tenants that a change affects. */
export class BlastRadiusResponse {
  @IntegerField({ min: 0, description: 'Tenants that use the plan or the model', example: 120 })
  matched!: number;

  @IntegerField({ min: 0, description: 'Tenants whose effective settings would change', example: 1 })
  changed!: number;

  @IntegerField({
    min: 0,
    description:
      'Matched tenants whose queries no model would answer after the change, because a key is missing',
    example: 0,
  })
  failing!: number;

  @ObjectField(() => ApprovalBoundTenantsResponse, {
    description: 'Tenants with approval_required: the change takes effect for them without a request',
  })
  approval_required!: ApprovalBoundTenantsResponse;

  @ArrayField(() => TenantDifferenceResponse, { max: 20 })
  sample!: TenantDifferenceResponse[];

  @ObjectField(() => TenantDifferencePage, {
    optional: true,
    description: 'Only with `page`: all tenants that the sample is taken from, in the order of their ids',
  })
  page?: TenantDifferencePage;
}
