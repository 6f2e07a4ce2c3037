import { DateTimeField, EnumField, IntegerField, StringField } from '#http';
import type { ReindexingState } from './document-reindexing.entity.js';
import type { DocumentReindexing } from './document-reindexing.repository.js';

export class DocumentReindexingResponse {
  @StringField({ example: '4f1c2a9b7d3e5f60' })
  id!: string;

  @EnumField(['queued', 'running', 'completed', 'failed'], { example: 'running' })
  state!: ReindexingState;

  @IntegerField({ min: 0, description: 'Documents that are embedded', example: 120 })
  done!: number;

  @IntegerField({ min: 0, description: 'All documents, with those that were added meanwhile', example: 400 })
  total!: number;

  @DateTimeField({ nullable: true, description: 'null while it is queued' })
  started_at!: string | null;

  @DateTimeField({ nullable: true, description: 'null until it has ended' })
  finished_at!: string | null;

  @StringField({ nullable: true, description: 'Why it failed, and what to do' })
  error!: string | null;
}

export function toReindexingResponse(reindexing: DocumentReindexing): DocumentReindexingResponse {
  const { id, state, done, total, started_at: startedAt, finished_at: finishedAt, error } = reindexing;
  return {
    id,
    state,
    done,
    total,
    started_at: startedAt?.toISOString() ?? null,
    finished_at: finishedAt?.toISOString() ?? null,
    error,
  };
}
