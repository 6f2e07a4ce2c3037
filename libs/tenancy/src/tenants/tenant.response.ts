import { BooleanField, EnumField, JsonObjectField, ObjectField, StringField, DateTimeField } from '#http';
import type { Labels } from '#settings';
import type { IssuedKey } from '../keys/keys.service.js';
import type { Tenant, TenantStatus } from './tenant.entity.js';

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

/** The tenant without what only the service needs. */
export function toTenantResponse({ verified_domain: _domain, ...tenant }: Tenant): TenantResponse {
  return tenant;
}

/** The new tenant with its first key, which is shown nowhere else. */
export function toCreatedTenantResponse(created: {
  readonly tenant: Tenant;
  readonly adminKey: IssuedKey;
}): CreatedTenantResponse {
  const { id, name, role, key } = created.adminKey;
  return { ...toTenantResponse(created.tenant), admin_key: { id, name, role, key } };
}
