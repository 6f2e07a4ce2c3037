import { BooleanField, JsonObjectField, StringField, IntegerField } from '#http';

export class ManagedRequest {
  @JsonObjectField({
    description: 'The settings of the file by their names; the file owns exactly these',
    example: { model_name: 'gpt-4', temperature: 0.3 },
  })
  settings!: Record<string, unknown>;

  @StringField({
    min: 1,
    max: 500,
    description: 'Where the file comes from; the history shows it',
    example: 'tenants/acme-law.yaml',
  })
  source!: string;

  @IntegerField({
    min: 1,
    optional: true,
    description: 'The version that the dry run was made on; optional with dry_run',
    example: 7,
  })
  base_version?: number;

  @BooleanField({ optional: true, description: 'Only shows what would change', example: false })
  dry_run?: boolean;

  @BooleanField({
    optional: true,
    description: 'Applies the file also where override_allowed is off, and without approval',
    example: false,
  })
  force?: boolean;

  @StringField({
    max: 500,
    optional: true,
    nullable: true,
    description: 'The history shows it before the source',
  })
  reason?: string | null;

  @IntegerField({
    min: 1,
    optional: true,
    nullable: true,
    description:
      'The version that the file was exported from; until the first apply, drift is computed from it',
    example: 5,
  })
  exported_version?: number | null;
}
