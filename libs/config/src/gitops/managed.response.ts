import { BooleanField, JsonValueField, ArrayField, EnumField, StringField, IntegerField } from '#http';

const setters = ['tenant_admin', 'platform_admin', 'code'];

export class ManagedChangeResponse {
  @StringField({ example: 'temperature' })
  field!: string;

  @JsonValueField({ description: 'What is stored; null for nothing', example: 0.7 })
  from!: unknown;

  @JsonValueField({ example: 0.3 })
  to!: unknown;

  @EnumField(setters, { nullable: true, description: 'Who set the value that goes', example: 'code' })
  set_by!: string | null;
}

export class DriftResponse {
  @StringField({ example: 'temperature' })
  field!: string;

  @JsonValueField({ description: 'What the file had said', example: 0.3 })
  expected!: unknown;

  @JsonValueField({ description: 'What is stored; null for nothing', example: 0.7 })
  found!: unknown;

  @EnumField(setters, { nullable: true, description: 'Who set what is found', example: 'platform_admin' })
  set_by!: string | null;
}

export class ManagedResponse {
  @StringField({ example: 'acme-law' })
  tenant_id!: string;

  @IntegerField({ min: 1, description: 'After the change; with dry_run the current one', example: 8 })
  version!: number;

  @BooleanField({ example: false })
  dry_run!: boolean;

  @BooleanField({ description: 'Whether a new version was made, or with dry_run would be', example: true })
  changed!: boolean;

  @ArrayField(() => ManagedChangeResponse, { description: 'Values that change' })
  diff!: readonly ManagedChangeResponse[];

  @ArrayField(() => DriftResponse, {
    description: 'What somebody else had changed since the file was applied',
  })
  drift!: readonly DriftResponse[];

  @ArrayField('string', {
    description: 'Settings that have the value already and become the file’s',
    example: [],
  })
  taken_over!: readonly string[];

  @ArrayField('string', {
    description: 'Settings that the file names no more and that somebody else has set since: they stay',
    example: [],
  })
  released!: readonly string[];

  @BooleanField({ description: 'Where false, a change needs force', example: true })
  override_allowed!: boolean;

  @BooleanField({ description: 'Where true, a change waits for approval, or needs force', example: false })
  approval_required!: boolean;
}
