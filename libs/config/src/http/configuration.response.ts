import {
  BooleanField,
  JsonValueField,
  buildExample,
  JsonObjectField,
  ArrayField,
  EnumField,
  StringField,
  DateTimeField,
  IntegerField,
  FieldErrorResponse,
} from '#http';
import { FieldChangeResponse, TenantSettings } from '#settings';
import type { ExplainedLayer } from '../read/explain-configuration.js';
import { historyActions } from '../storage/configuration.repository.js';

/** The value of one layer for a setting, who set it and when. */
export class ExplainedLayerResponse implements ExplainedLayer {
  @EnumField(['platform', 'plan', 'tenant', 'flag', 'rollout'], { example: 'tenant' })
  layer!: ExplainedLayer['layer'];

  @JsonValueField({ example: 4000 })
  value!: unknown;

  @EnumField(['system', 'platform_admin', 'tenant_admin', 'code'], {
    nullable: true,
    description: 'null for a flag or a rollout',
    example: 'tenant_admin',
  })
  set_by!: ExplainedLayer['set_by'];

  @DateTimeField({
    nullable: true,
    description:
      'When the tenant set the value, or when the plan or the defaults changed last; null where it is not known',
  })
  at!: string | null;
}

const explainedLayer = buildExample(ExplainedLayerResponse);

/** The body of `GET /v1/config`: the effective settings, and what describes them. */
export class ConfigurationResponse extends TenantSettings {
  @StringField({ example: 'acme-law' })
  tenant_id!: string;

  @IntegerField({ min: 1, example: 7 })
  version!: number;

  @BooleanField({ example: true })
  override_allowed!: boolean;

  @EnumField(['system', 'tenant_admin', 'platform_admin'], { example: 'tenant_admin' })
  last_modified_by_role!: string;

  @StringField({ example: 'key:4f1c2a9b7d3e5f60' })
  updated_by!: string;

  @DateTimeField()
  created_at!: string;

  @DateTimeField()
  updated_at!: string;

  @BooleanField({ example: false })
  custom_domain_verified!: boolean;

  @ArrayField('string', { description: 'Settings that a file owns', example: [] })
  managed_by_code!: string[];

  @JsonObjectField({
    optional: true,
    description: 'With include=sources: the layer of every setting',
    example: { model_name: 'tenant', temperature: 'platform' },
  })
  sources?: Record<string, string>;

  @JsonObjectField({
    optional: true,
    description: 'With include=sources: what the tenant itself stores',
    example: { model_name: 'gpt-4' },
  })
  own?: Record<string, unknown>;

  @JsonObjectField({
    optional: true,
    description:
      'With include=layers: for every setting the layers that have a value, lowest first, each with `layer`, `value`, `set_by`, `at`',
    example: { max_tokens: [explainedLayer] },
  })
  layers?: Record<string, ExplainedLayerResponse[]>;

  @JsonObjectField({
    optional: true,
    description:
      'With include=layers: the settings whose highest value does not apply, with `by` (`plan_ceiling`, `plan_models`, `locked_by_plan`) and that value',
    example: { max_tokens: { by: 'plan_ceiling', from: 4000 } },
  })
  capped?: Record<string, object>;
}

export class RolledBackResponse extends ConfigurationResponse {
  @ArrayField('string', {
    description: 'Settings that the caller may not restore',
    example: ['max_documents'],
  })
  kept!: string[];
}

/** Whether a change would be allowed, with every error. */
export class ValidityResponse {
  @BooleanField({ example: false })
  valid!: boolean;

  @ArrayField(() => FieldErrorResponse)
  errors!: FieldErrorResponse[];
}

/** One version of a configuration: who made it, when and why, and what it changed. */
export class HistoryEntryResponse {
  @IntegerField({ min: 1, example: 7 })
  version!: number;

  @EnumField(historyActions, { example: 'update' })
  action!: string;

  @StringField({ example: 'key:4f1c2a9b7d3e5f60' })
  changed_by!: string;

  @EnumField(['system', 'tenant_admin', 'platform_admin'], { example: 'tenant_admin' })
  changed_by_role!: string;

  @DateTimeField()
  changed_at!: string;

  @StringField({ nullable: true, example: 'more careful answers' })
  reason!: string | null;

  @StringField({ nullable: true })
  bulk_id!: string | null;

  @IntegerField({ nullable: true, description: 'The version that a rollback restored' })
  from_version!: number | null;

  @ArrayField(() => FieldChangeResponse)
  changes!: FieldChangeResponse[];
}

export class HistoryVersionResponse extends HistoryEntryResponse {
  @JsonObjectField({ description: 'What the tenant stored at that version', example: { temperature: 0.3 } })
  settings!: object;
}

export class DiffResponse {
  @IntegerField({ min: 1, example: 1 })
  from!: number;

  @IntegerField({ min: 1, example: 7 })
  to!: number;

  @ArrayField(() => FieldChangeResponse)
  changes!: FieldChangeResponse[];
}

export class SchemaResponse {
  @StringField({ example: 'https://json-schema.org/draft/2020-12/schema' })
  $schema!: string;

  @StringField({ example: 'Settings' })
  title!: string;

  @StringField({ example: 'object' })
  type!: string;

  @BooleanField({ example: false })
  additionalProperties!: boolean;

  @JsonObjectField({
    description:
      'One schema a setting, with x-group, x-path (its place in a file), x-set-by, and x-locked-by: the plan that locks it',
    example: { temperature: { title: 'Temperature', type: 'number', minimum: 0, maximum: 2, default: 0.7 } },
  })
  properties!: object;

  @BooleanField({ description: 'Whether changes of the tenant wait for approval', example: false })
  'x-approval-required'!: boolean;
}
