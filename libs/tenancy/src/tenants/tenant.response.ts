import { Flag, OneOf, Part, Text, Time } from '#http';
import type { TenantStatus } from './tenant.js';

export class TenantAnswer {
  @Text({ example: 'acme-law' })
  tenant_id!: string;

  @Text({ example: 'Acme Law' })
  name!: string;

  @Text({ example: 'pro' })
  plan!: string;

  @OneOf(['active', 'suspended'], { example: 'active' })
  status!: TenantStatus;

  @Flag({ example: false })
  approval_required!: boolean;

  @Time()
  created_at!: string;
}

export class AdminKeyAnswer {
  @Text({ example: '4f1c2a9b7d3e5f60' })
  id!: string;

  @Text({ example: 'first admin key' })
  name!: string;

  @Text({ example: 'tenant_admin' })
  role!: string;

  @Text({
    description: 'Shown this once',
    example: 'atn_4f1c2a9b7d3e5f60_0123456789abcdef0123456789abcdef0123456789abcdef',
  })
  key!: string;
}

export class CreatedTenantAnswer extends TenantAnswer {
  @Part(() => AdminKeyAnswer)
  admin_key!: AdminKeyAnswer;
}
