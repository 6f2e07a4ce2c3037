import { Flag, JsonObject, JsonValue, ListOf, OneOf, Text, Time, Whole } from '#http';
import { TenantSettings } from '../settings/tenant-settings.js';

export class ConfigurationAnswer extends TenantSettings {
  @Text({ example: 'acme-law' })
  tenant_id!: string;

  @Whole({ min: 1, example: 7 })
  version!: number;

  @Flag({ example: true })
  override_allowed!: boolean;

  @OneOf(['system', 'tenant_admin', 'platform_admin'], { example: 'tenant_admin' })
  last_modified_by_role!: string;

  @Text({ example: 'key:4f1c2a9b7d3e5f60' })
  updated_by!: string;

  @Time()
  created_at!: string;

  @Time()
  updated_at!: string;

  @Flag({ example: false })
  custom_domain_verified!: boolean;

  @ListOf('string', { description: 'Settings that a file owns', example: [] })
  managed_by_code!: string[];

  @JsonObject({
    optional: true,
    description: 'With include=sources: the layer of every setting',
    example: { model_name: 'tenant', temperature: 'platform' },
  })
  sources?: Record<string, string>;

  @JsonObject({
    optional: true,
    description: 'With include=sources: what the tenant itself stores',
    example: { model_name: 'gpt-4' },
  })
  own?: Record<string, unknown>;
}

export class RolledBackAnswer extends ConfigurationAnswer {
  @ListOf('string', {
    description: 'Settings that were not the caller’s to restore',
    example: ['max_documents'],
  })
  kept!: string[];
}

export class FaultAnswer {
  @Text({ example: 'temperature' })
  field!: string;

  @Text({ example: 'max' })
  rule!: string;

  @Text({ example: 'temperature must be at most 2.' })
  message!: string;
}

export class ValidityAnswer {
  @Flag({ example: false })
  valid!: boolean;

  @ListOf(() => FaultAnswer)
  errors!: FaultAnswer[];
}

export class FieldChangeAnswer {
  @Text({ example: 'temperature' })
  field!: string;

  @JsonValue({ description: 'What was stored; null for nothing', example: 0.7 })
  from!: unknown;

  @JsonValue({ example: 0.3 })
  to!: unknown;
}

export class HistoryEntryAnswer {
  @Whole({ min: 1, example: 7 })
  version!: number;

  @Text({ example: 'update' })
  action!: string;

  @Text({ example: 'key:4f1c2a9b7d3e5f60' })
  changed_by!: string;

  @Text({ example: 'tenant_admin' })
  changed_by_role!: string;

  @Time()
  changed_at!: string;

  @Text({ nullable: true, example: 'more careful answers' })
  reason!: string | null;

  @Text({ nullable: true })
  bulk_id!: string | null;

  @Whole({ nullable: true, description: 'The version that a rollback restored' })
  from_version!: number | null;

  @ListOf(() => FieldChangeAnswer)
  changes!: FieldChangeAnswer[];
}

export class HistoryVersionAnswer extends HistoryEntryAnswer {
  @JsonObject({ description: 'What the tenant stored at that version', example: { temperature: 0.3 } })
  settings!: object;
}

export class DiffAnswer {
  @Whole({ min: 1, example: 1 })
  from!: number;

  @Whole({ min: 1, example: 7 })
  to!: number;

  @ListOf(() => FieldChangeAnswer)
  changes!: FieldChangeAnswer[];
}

export class SchemaAnswer {
  @Text({ example: 'https://json-schema.org/draft/2020-12/schema' })
  $schema!: string;

  @Text({ example: 'Settings' })
  title!: string;

  @Text({ example: 'object' })
  type!: string;

  @Flag({ example: false })
  additionalProperties!: boolean;

  @JsonObject({
    description: 'One schema a setting, with x-group and x-set-by',
    example: { temperature: { title: 'Temperature', type: 'number', minimum: 0, maximum: 2, default: 0.7 } },
  })
  properties!: object;
}
