import { Decimal, OneOf, Part, Text, Whole } from '#http';
import { type Model, providers, tiers } from './model.js';

export class TemperatureRange {
  @Decimal({ min: 0, max: 2, example: 0 })
  min!: number;

  @Decimal({ min: 0, max: 2, example: 2 })
  max!: number;
}

export class ModelRequest {
  @Text({ max: 100, optional: true, description: "The path's own, if at all" })
  id?: string;

  @OneOf(providers, { example: 'openai-compatible' })
  provider!: Model['provider'];

  @OneOf(tiers, { example: 'premium' })
  tier!: Model['tier'];

  @Text({
    max: 500,
    pattern: /^https?:\/\/[^\s@]+$/,
    patternHint: 'an http or https URL without user name',
    optional: true,
    nullable: true,
    example: 'http://vllm.internal:8000/v1',
  })
  base_url?: string | null;

  @Text({
    max: 100,
    pattern: /^(?!ATTUNE_)[A-Z][A-Z0-9_]*_API_KEY$/,
    patternHint: 'the name of an environment variable that ends in _API_KEY',
    optional: true,
    nullable: true,
    example: 'VLLM_API_KEY',
  })
  api_key_env?: string | null;

  @Whole({ min: 1, max: 100_000_000, description: 'Tokens', example: 32_768 })
  context_window!: number;

  @Whole({ min: 1, max: 10_000_000, description: 'Tokens', example: 8192 })
  max_output_tokens!: number;

  @Part(() => TemperatureRange, {
    nullable: true,
    description: 'null: the model takes none',
    example: { min: 0, max: 2 },
  })
  temperature!: TemperatureRange | null;

  @Decimal({ min: 0, max: 1_000_000, example: 0.2 })
  input_usd_per_mtok!: number;

  @Decimal({ min: 0, max: 1_000_000, example: 0.6 })
  output_usd_per_mtok!: number;

  @OneOf(['active', 'deprecated', 'retired'], { optional: true, example: 'active' })
  state?: Model['state'];
}

export class ModelAnswer extends ModelRequest {
  @Text({ example: 'mistral-small-instruct' })
  override id!: string;
}
