import { QuestionField, maxQuestionLength } from '#config';
import { IntegerField, JsonObjectField } from '#http';
import { maxTopK } from '#settings';
import { FilterField } from '../retrieval/filter-field.js';

export class ChunkSearchRequest {
  @QuestionField({ description: `What to look for, 1 to ${maxQuestionLength} characters.` })
  question!: string;

  @IntegerField({
    optional: true,
    min: 1,
    max: maxTopK,
    description: 'In place of `retrieval_top_k`. Lowers `rerank_top_n` where that is greater.',
    example: 5,
  })
  top_k?: number;

  @FilterField()
  filter?: Record<string, unknown>;

  @JsonObjectField({
    optional: true,
    maxBytes: 32_768,
    description:
      'Settings to try, as PATCH /v1/config takes them; nothing is saved. Only for the role `tenant_admin`.',
    example: { retrieval_alpha: 0.3 },
  })
  patch?: Record<string, unknown>;
}
