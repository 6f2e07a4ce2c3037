import { EnumField, IntegerField, JsonValueField, StringField } from '#http';

/** Further parameters are accepted and ignored. */
export class EmbeddingRequest {
  @StringField({
    max: 200,
    description: '`attune`, or the name of the embedder',
    example: 'attune',
  })
  model!: string;

  @JsonValueField({
    description:
      'A text, or a list of at most 2048 texts, with at most 1,000,000 characters together. Lists of tokens are refused.',
    example: ['When is the rent due?'],
  })
  input!: unknown;

  @EnumField(['float', 'base64'], {
    optional: true,
    description: '`base64`: 32-bit floats, little-endian',
    example: 'float',
  })
  encoding_format?: 'float' | 'base64';

  @IntegerField({
    optional: true,
    min: 1,
    max: 100_000,
    description: 'Only the length that the vectors of the embedder have',
    example: 512,
  })
  dimensions?: number;

  @StringField({
    optional: true,
    max: 200,
    description: 'Your own id of the user who asks',
    example: 'user-42',
  })
  user?: string;
}

export const embeddingRequestExample = { model: 'attune', input: ['When is the rent due?'] };
