import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { Egress, EgressModule } from '#egress';
import { type RagConfig, ragConfig } from '../rag.config.js';
import { Embedder } from './embedder.js';
import { LocalEmbedder } from './local/local.embedder.js';
import { ResumableEmbedding } from './resumable-embedding.js';
import { OpenAiEmbedder } from './server/openai.embedder.js';

/** Provides the `Embedder` that the environment selects. */
@Module({
  imports: [EgressModule],
  providers: [
    { provide: Embedder, useFactory: createEmbedder, inject: [ragConfig.KEY, Egress] },
    ResumableEmbedding,
  ],
  exports: [Embedder, ResumableEmbedding],
})
export class EmbeddingModule implements OnApplicationShutdown {
  constructor(private readonly embedder: Embedder) {}

  async onApplicationShutdown(): Promise<void> {
    await this.embedder.close();
  }
}

type EmbeddingConfig = Pick<RagConfig, 'embeddings' | 'embeddingServer'>;

export function createEmbedder(
  { embeddings, embeddingServer }: EmbeddingConfig,
  { fetchOperatorAddress }: Egress,
): Embedder {
  if (embeddings === 'local') return new LocalEmbedder();
  return new OpenAiEmbedder(embeddingServer, fetchOperatorAddress);
}
