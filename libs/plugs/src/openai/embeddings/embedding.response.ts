import { ArrayField, EnumField, IntegerField, JsonValueField, ObjectField, StringField } from '#http';

class OpenAiEmbedding {
  @EnumField(['embedding'])
  object!: 'embedding';

  @IntegerField({ description: 'The place of the text in the request', example: 0 })
  index!: number;

  @JsonValueField({ description: 'A list of numbers, or with `base64` a text', example: [0.6, 0.8] })
  embedding!: number[] | string;
}

class EmbeddingUsage {
  @IntegerField({ description: 'An upper estimate', example: 7 })
  prompt_tokens!: number;

  @IntegerField({ example: 7 })
  total_tokens!: number;
}

/** The vectors of texts, each of unit length. */
export class OpenAiEmbeddingList {
  @EnumField(['list'])
  object!: 'list';

  @StringField({ description: 'The embedder', example: 'universal-sentence-encoder-lite-en-0.2' })
  model!: string;

  @ArrayField(() => OpenAiEmbedding)
  data!: OpenAiEmbedding[];

  @ObjectField(() => EmbeddingUsage)
  usage!: EmbeddingUsage;
}
