import { Flag, JsonValue, ListOf, OneOf, Text, Whole } from '#http';

const setters = ['tenant_admin', 'platform_admin', 'code'];

export class ManagedChangeAnswer {
  @Text({ example: 'temperature' })
  field!: string;

  @JsonValue({ description: 'What is stored; null for nothing', example: 0.7 })
  from!: unknown;

  @JsonValue({ example: 0.3 })
  to!: unknown;

  @OneOf(setters, { nullable: true, description: 'Who set the value that goes', example: 'code' })
  set_by!: string | null;
}

export class DriftAnswer {
  @Text({ example: 'temperature' })
  field!: string;

  @JsonValue({ description: 'What the file had said', example: 0.3 })
  expected!: unknown;

  @JsonValue({ description: 'What is stored; null for nothing', example: 0.7 })
  found!: unknown;

  @OneOf(setters, { nullable: true, description: 'Who set what is found', example: 'platform_admin' })
  set_by!: string | null;
}

export class ManagedAnswer {
  @Text({ example: 'acme-law' })
  tenant_id!: string;

  @Whole({ min: 1, description: 'After the change; with dry_run the current one', example: 8 })
  version!: number;

  @Flag({ example: false })
  dry_run!: boolean;

  @Flag({ description: 'Whether a new version was made, or with dry_run would be', example: true })
  changed!: boolean;

  @ListOf(() => ManagedChangeAnswer, { description: 'Values that change' })
  diff!: readonly ManagedChangeAnswer[];

  @ListOf(() => DriftAnswer, { description: 'What somebody else had changed since the file was applied' })
  drift!: readonly DriftAnswer[];

  @ListOf('string', {
    description: 'Settings that have the value already and become the file’s',
    example: [],
  })
  taken_over!: readonly string[];

  @ListOf('string', {
    description: 'Settings that the file names no more and that somebody else has set since: they stay',
    example: [],
  })
  released!: readonly string[];

  @Flag({ description: 'Where false, a change needs force', example: true })
  override_allowed!: boolean;

  @Flag({ description: 'Where true, a change waits for approval, or needs force', example: false })
  approval_required!: boolean;
}
