import { BooleanField, EnumField, JsonObjectField, ObjectField, StringField, DateTimeField } from '#http';
import type { Labels } from '#settings';
import type { TenantStatus } from './tenant.entity.js';

/** A tenant in an answer to platform admins, without its configuration. */
export class TenantResponse {
  @StringField({ example: 'acme-law' })
  tenant_id!: string;

  @StringField({ example: 'Acme Law' })
  name!: string;

  @StringField({ example: 'pro' })
  plan!: string;

  @EnumField(['active', 'suspended'], { example: 'active' })
  status!: TenantStatus;

  @BooleanField({ example: false })
  approval_required!: boolean;

  @JsonObjectField({ description: 'Name: value', example: { region: 'eu' } })
  labels!: Labels;

  @DateTimeField()
  created_at!: string;
}

export class AdminKeyResponse {
  @StringField({ example: '4f1c2a9b7d3e5f60' })
  id!: string;

  @StringField({ example: 'first admin key' })
  name!: string;

  @StringField({ example: 'tenant_admin' })
  role!: string;

  @StringField({
    description: 'The API key. Store it now: it is shown only once.',
    example: 'atn_4f1c2a9b7d3e5f60_0123456789abcdef0123456789abcdef0123456789abcdef',
  })
  key!: string;
}

export class CreatedTenantResponse extends TenantResponse {
  @ObjectField(() => AdminKeyResponse)
  admin_key!: AdminKeyResponse;
}
