import { ArrayField, EnumField, JsonObjectField, NumberField, ObjectField, StringField } from '#http';
import { dropReasons, type DropReason } from '../query/context-retriever.js';
import { QueryDegradation } from '../query/query.response.js';

export class ChunkScores {
  @NumberField({
    nullable: true,
    description:
      'Of the vectors; null if none were compared: at `retrieval_alpha` 0, or if `degraded` says so.',
    example: 0.79,
  })
  dense!: number | null;

  @NumberField({ description: 'Of the keywords.', example: 0.42 })
  sparse!: number;

  @NumberField({
    description: '`alpha × dense + (1 − alpha) × sparse`. Decides the order where no reranker does.',
    example: 0.61,
  })
  fused!: number;

  @NumberField({
    nullable: true,
    description: 'Of the reranker; null without one, if it failed, or if it left the chunk out.',
    example: null,
  })
  rerank!: number | null;
}

export class SearchedChunk {
  @StringField({ example: 'mpl-2.0' })
  doc_id!: string;

  @StringField({ example: 'mpl-2.0#12' })
  chunk_id!: string;

  @StringField({ example: 'Mozilla Public License, version 2.0' })
  title!: string;

  @StringField({ example: 'You may charge any price or no price for each copy that you convey.' })
  text!: string;

  @JsonObjectField({ description: 'Of the document.', example: { language: 'en', year: 2026 } })
  metadata!: Readonly<Record<string, unknown>>;

  @ObjectField(() => ChunkScores, { description: 'From 0 to 1; higher is better.' })
  scores!: ChunkScores;

  @EnumField(dropReasons, {
    nullable: true,
    description:
      'null: the chunk would reach the prompt. Else what leaves it out: `retrieval_top_k`, `rerank_top_n` or `retrieval_min_score`.',
    example: null,
  })
  dropped_by!: DropReason | null;
}

export class ChunkSearchTimings {
  @NumberField({ description: 'Loading or trying the configuration.', example: 0.01 })
  config!: number;

  @NumberField({ example: 4.2 })
  retrieve!: number;

  @NumberField({ example: 0 })
  rerank!: number;
}

/** The body of the answer to `POST /v1/retrieve`. */
export class ChunkSearchResponse {
  @ArrayField(() => SearchedChunk, {
    description: 'The chunks for a prompt, best first, then those that are left out, best first.',
  })
  chunks!: SearchedChunk[];

  @ArrayField(() => QueryDegradation, {
    description: 'Stages that could not do what the configuration asks.',
  })
  degraded!: QueryDegradation[];

  @ObjectField(() => ChunkSearchTimings, { description: 'Milliseconds, to the hundredth.' })
  timings_ms!: ChunkSearchTimings;
}
