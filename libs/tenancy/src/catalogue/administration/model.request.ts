import {
  ArrayField,
  NumberField,
  EnumField,
  JsonObjectField,
  ObjectField,
  StringField,
  IntegerField,
} from '#http';
import { type Model, providers, reasoningEfforts, tiers } from '#settings';

/** The temperatures that a model accepts. */
export class TemperatureRange {
  @NumberField({ min: 0, max: 2, example: 0 })
  min!: number;

  @NumberField({ min: 0, max: 2, example: 2 })
  max!: number;
}

/** A model to add or replace. */
export class ModelRequest {
  @StringField({ max: 100, optional: true, description: 'If present, it must equal the id in the path' })
  id?: string;

  @EnumField(providers, { example: 'openai-compatible' })
  provider!: Model['provider'];

  @EnumField(tiers, { example: 'premium' })
  tier!: Model['tier'];

  @StringField({
    max: 500,
    pattern: /^https?:\/\/[^\s@]+$/,
    patternHint: 'an http or https URL without user name',
    optional: true,
    nullable: true,
    example: 'http://vllm.internal:8000/v1',
  })
  base_url?: string | null;

  @StringField({
    max: 100,
    pattern: /^[A-Z][A-Z0-9_]*$/,
    patternHint: 'the name of an environment variable',
    description: 'A variable that MODEL_API_KEYS lists; without that: any that begins with MODEL_KEY_',
    optional: true,
    nullable: true,
    example: 'MODEL_KEY_VLLM',
  })
  api_key_env?: string | null;

  @StringField({
    min: 1,
    max: 200,
    optional: true,
    nullable: true,
    description: "The server's own name of the model; null: the id",
    example: 'mistralai/Mistral-Small-3.2',
  })
  upstream_model?: string | null;

  @JsonObjectField({
    optional: true,
    nullable: true,
    description:
      'Headers of every request, at most 20. A value that looks like a secret is returned as [hidden]',
    example: { 'X-Tenant': 'attune' },
  })
  headers?: Record<string, unknown> | null;

  @JsonObjectField({
    optional: true,
    nullable: true,
    description: 'Further members of every request, at most 8 KiB',
    example: { chat_template_kwargs: { enable_thinking: false } },
  })
  extra_body?: Record<string, unknown> | null;

  @ArrayField(reasoningEfforts, {
    max: 4,
    optional: true,
    nullable: true,
    description: 'The values of reasoning_effort that the model takes; null: none is sent',
    example: ['low', 'high'],
  })
  reasoning?: Model['reasoning'];

  @IntegerField({ min: 1, max: 100_000_000, description: 'Tokens', example: 32_768 })
  context_window!: number;

  @IntegerField({ min: 1, max: 10_000_000, description: 'Tokens', example: 8192 })
  max_output_tokens!: number;

  @ObjectField(() => TemperatureRange, {
    nullable: true,
    description: 'null: the model accepts no temperature',
    example: { min: 0, max: 2 },
  })
  temperature!: TemperatureRange | null;

  @NumberField({ min: 0, max: 1_000_000, example: 0.2 })
  input_usd_per_mtok!: number;

  @NumberField({ min: 0, max: 1_000_000, example: 0.6 })
  output_usd_per_mtok!: number;

  @NumberField({
    min: 0,
    max: 1_000_000,
    optional: true,
    nullable: true,
    description: "For prompt tokens read from the provider's cache; null: as other input",
    example: 0.02,
  })
  cached_input_usd_per_mtok?: number | null;

  @NumberField({
    min: 0,
    max: 1_000_000,
    optional: true,
    nullable: true,
    description: "For prompt tokens written into the provider's cache; null: as other input",
    example: 0.25,
  })
  cache_write_usd_per_mtok?: number | null;

  @EnumField(['active', 'deprecated', 'retired'], { optional: true, example: 'active' })
  state?: Model['state'];
}
