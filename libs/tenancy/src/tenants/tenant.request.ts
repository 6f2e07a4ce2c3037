import { Flag, OneOf, PageQuery, Text } from '#http';
import { planId } from '../plans/plan.js';

export class TenantListQuery extends PageQuery {
  @Text({
    pattern: planId,
    patternHint: "a plan's id",
    optional: true,
    description: 'Only tenants on this plan',
  })
  plan?: string;

  @OneOf(['active', 'suspended'], { optional: true, description: 'Only tenants in this state' })
  status?: string;
}

export class TenantRequest {
  @Text({ pattern: /^[a-z0-9-]{1,100}$/, patternHint: '1 to 100 of a-z 0-9 -', example: 'acme-law' })
  tenant_id!: string;

  @Text({ min: 1, max: 200, example: 'Acme Law' })
  name!: string;

  @Text({ max: 50, description: "A plan's id", example: 'pro' })
  plan!: string;

  @Flag({ optional: true, description: 'Whether every change waits for approval', example: false })
  approval_required?: boolean;

  @Text({
    min: 1,
    max: 200,
    optional: true,
    description: 'Name of the first key',
    example: 'first admin key',
  })
  admin_key_name?: string;
}

export class TenantChangeRequest {
  @Text({ min: 1, max: 200, optional: true, example: 'Acme Law LLP' })
  name?: string;

  @Text({ max: 50, optional: true, example: 'enterprise' })
  plan?: string;

  @OneOf(['active', 'suspended'], { optional: true, example: 'active' })
  status?: 'active' | 'suspended';

  @Flag({ optional: true, example: false })
  approval_required?: boolean;

  @Flag({ optional: true, description: "Whether the new plan's ceilings may clamp settings", example: false })
  accept_clamping?: boolean;
}
