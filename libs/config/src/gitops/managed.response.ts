import { BooleanField, JsonValueField, ArrayField, EnumField, StringField, IntegerField } from '#http';

const setters = ['tenant_admin', 'platform_admin', 'code'];

export class ManagedChangeResponse {
  @StringField({ example: 'temperature' })
  field!: string;

  @JsonValueField({ description: 'The stored value; null for none', example: 0.7 })
  from!: unknown;

  @JsonValueField({ example: 0.3 })
  to!: unknown;

  @EnumField(setters, { nullable: true, description: 'Who set the old value', example: 'code' })
  set_by!: string | null;
}

export class DriftResponse {
  @StringField({ example: 'temperature' })
  field!: string;

  @JsonValueField({ description: 'The value in the file when it was applied or exported', example: 0.3 })
  expected!: unknown;

  @JsonValueField({ description: 'The stored value; null for none', example: 0.7 })
  found!: unknown;

  @EnumField(setters, {
    nullable: true,
    description: 'Who set the value that was found',
    example: 'platform_admin',
  })
  set_by!: string | null;
}

/** What a managed file changed, or with `dry_run` would change: the answer of `PUT /v1/platform/tenants/{tenant_id}/managed`. */
export class ManagedResponse {
  @StringField({ example: 'acme-law' })
  tenant_id!: string;

  @IntegerField({ min: 1, description: 'After the change; with dry_run the current one', example: 8 })
  version!: number;

  @BooleanField({ example: false })
  dry_run!: boolean;

  @BooleanField({
    description: 'Whether a new version was made; with dry_run, whether one would be made',
    example: true,
  })
  changed!: boolean;

  @ArrayField(() => ManagedChangeResponse, { description: 'Values that change' })
  diff!: readonly ManagedChangeResponse[];

  @ArrayField(() => DriftResponse, {
    description: 'Settings of the file that were changed in another way since it was applied',
  })
  drift!: readonly DriftResponse[];

  @ArrayField('string', {
    description: 'Settings that already have the file’s value; the file becomes their owner',
    example: [],
  })
  taken_over!: readonly string[];

  @ArrayField('string', {
    description:
      'Settings that the file no longer names and that another owner has set since; they stay as they are',
    example: [],
  })
  released!: readonly string[];

  @BooleanField({ description: 'When false, a change needs force', example: true })
  override_allowed!: boolean;

  @BooleanField({ description: 'When true, a change waits for approval, or needs force', example: false })
  approval_required!: boolean;
}
