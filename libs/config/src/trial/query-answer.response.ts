import { BooleanField, IntegerField, NumberField, StringField } from '#http';

/** A chunk in the prompt of the model that answered. */
export class QuerySource {
  @StringField({ example: 'mpl-2.0' })
  doc_id!: string;

  @StringField({ example: 'mpl-2.0#12' })
  chunk_id!: string;

  @StringField({ example: 'GNU General Public License, version 3' })
  title!: string;

  @NumberField({ description: 'Relevance to the question, 0 to 1; higher is better.', example: 0.83 })
  score!: number;

  @StringField({
    max: 300,
    description: 'Beginning of the chunk.',
    example: 'You may charge any price or no price for each copy that you convey…',
  })
  snippet!: string;
}

/** The settings under which a question was answered. */
export class AppliedConfiguration {
  @NumberField({ example: 0.3 })
  temperature!: number;

  @IntegerField({ example: 10 })
  top_k!: number;

  @NumberField({ example: 0.5 })
  alpha!: number;

  @BooleanField({ example: false })
  rerank!: boolean;

  @IntegerField({ example: 3 })
  rerank_top_n!: number;

  @IntegerField({ example: 1000 })
  max_tokens!: number;
}

/** The tokens and the cost of an answer. */
export class QueryUsage {
  @IntegerField({
    description: "The provider's count, with the tokens of its cache. Of the model that answered.",
    example: 812,
  })
  prompt_tokens!: number;

  @IntegerField({
    description: "The provider's count, with the model's reasoning. Of the model that answered.",
    example: 96,
  })
  completion_tokens!: number;

  @IntegerField({
    description: "Of `prompt_tokens`: read from the provider's cache. 0 where the provider says nothing.",
    example: 0,
  })
  cached_prompt_tokens!: number;

  @IntegerField({
    description: 'Of `completion_tokens`: reasoning. 0 where the provider says nothing.',
    example: 0,
  })
  reasoning_tokens!: number;

  @NumberField({
    description:
      "Cost by the catalogue's prices, to the nano-dollar: the answer, and each failed call that its provider bills.",
    example: 0.03012,
  })
  cost_usd!: number;
}

/** The duration of each stage of a query, in milliseconds. */
export class QueryTimings {
  @NumberField({
    description: 'Loading the configuration. Always 0 for settings that are not saved.',
    example: 0.01,
  })
  config!: number;

  @NumberField({ example: 4.2 })
  retrieve!: number;

  @NumberField({ example: 0 })
  rerank!: number;

  @NumberField({ description: 'All attempts to call a model, together.', example: 611.5 })
  generate!: number;
}
