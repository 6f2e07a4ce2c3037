import { EnumField, IntegerField, NumberField, ObjectField, StringField } from '#http';
import { type Model, tiers } from '#settings';

class TemperatureRangeResponse {
  @NumberField({ example: 0 })
  min!: number;

  @NumberField({ example: 2 })
  max!: number;
}

/** What a tenant may know of a model. */
export class CatalogueModelResponse {
  @StringField({ example: 'gpt-4' })
  id!: string;

  @EnumField(tiers, { example: 'standard' })
  tier!: Model['tier'];

  @IntegerField({ description: 'Tokens of prompt and answer together', example: 128_000 })
  context_window!: number;

  @IntegerField({ description: 'Most tokens of an answer', example: 4_096 })
  max_output_tokens!: number;

  @ObjectField(() => TemperatureRangeResponse, {
    nullable: true,
    description: 'null: the model takes no temperature',
    example: { min: 0, max: 2 },
  })
  temperature!: Model['temperature'];

  @NumberField({ description: 'US dollars per million tokens', example: 30 })
  input_usd_per_mtok!: number;

  @NumberField({ example: 60 })
  output_usd_per_mtok!: number;

  @NumberField({ nullable: true, description: 'null: as other input' })
  cached_input_usd_per_mtok!: number | null;

  @NumberField({ nullable: true, description: 'null: as other input' })
  cache_write_usd_per_mtok!: number | null;

  @EnumField(['active', 'deprecated', 'retired'], { example: 'active' })
  state!: Model['state'];
}

/** Without what concerns the operator alone: provider, addresses, keys and headers. */
export function toCatalogueModel(model: Model): CatalogueModelResponse {
  return {
    id: model.id,
    tier: model.tier,
    context_window: model.context_window,
    max_output_tokens: model.max_output_tokens,
    temperature: model.temperature,
    input_usd_per_mtok: model.input_usd_per_mtok,
    output_usd_per_mtok: model.output_usd_per_mtok,
    cached_input_usd_per_mtok: model.cached_input_usd_per_mtok,
    cache_write_usd_per_mtok: model.cache_write_usd_per_mtok,
    state: model.state,
  };
}
