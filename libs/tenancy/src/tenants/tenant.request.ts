import { BooleanField, EnumField, JsonObjectField, StringField } from '#http';
import { maxLabelBytes } from '#settings';

export class TenantRequest {
  @StringField({ pattern: /^[a-z0-9-]{1,100}$/, patternHint: '1 to 100 of a-z 0-9 -', example: 'acme-law' })
  tenant_id!: string;

  @StringField({ min: 1, max: 200, example: 'Acme Law' })
  name!: string;

  @StringField({ max: 50, description: 'Id of a plan', example: 'pro' })
  plan!: string;

  @BooleanField({
    optional: true,
    description: 'true: every change of the configuration needs the approval of a platform admin',
    example: false,
  })
  approval_required?: boolean;

  @JsonObjectField({
    maxBytes: maxLabelBytes,
    optional: true,
    description: 'At most 20 labels, name: value. Lists, bulk updates and rollouts can select by them',
    example: { region: 'eu' },
  })
  labels?: Record<string, string>;

  @StringField({
    min: 1,
    max: 200,
    optional: true,
    description: 'Name of the first key',
    example: 'first admin key',
  })
  admin_key_name?: string;
}

export class TenantChangeRequest {
  @StringField({ min: 1, max: 200, optional: true, example: 'Acme Law LLP' })
  name?: string;

  @StringField({ max: 50, optional: true, example: 'enterprise' })
  plan?: string;

  @EnumField(['active', 'suspended'], { optional: true, example: 'active' })
  status?: 'active' | 'suspended';

  @BooleanField({ optional: true, example: false })
  approval_required?: boolean;

  @JsonObjectField({
    maxBytes: maxLabelBytes,
    optional: true,
    description: 'Labels to set, name: value; null removes a label. Labels that are left out do not change',
    example: { region: 'eu' },
  })
  labels?: Record<string, string | null>;

  @BooleanField({
    optional: true,
    description: "true: the new plan may clamp the tenant's settings",
    example: false,
  })
  accept_clamping?: boolean;
}
