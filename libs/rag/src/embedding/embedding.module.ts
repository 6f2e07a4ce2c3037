import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { type RagConfig, ragConfig } from '../rag.config.js';
import { Embedder } from './embedder.js';
import { LocalEmbedder } from './local.embedder.js';
import { OpenAiEmbedder } from './openai.embedder.js';

const defaultBaseUrl = 'https://api.openai.com/v1';
const defaultModel = 'text-embedding-3-small';

/** Provides the `Embedder` that the environment selects. */
@Module({
  providers: [{ provide: Embedder, useFactory: createEmbedder, inject: [ragConfig.KEY] }],
  exports: [Embedder],
})
export class EmbeddingModule implements OnApplicationShutdown {
  constructor(private readonly embedder: Embedder) {}

  async onApplicationShutdown(): Promise<void> {
    await this.embedder.close();
  }
}

type EmbeddingConfig = Pick<
  RagConfig,
  'embeddings' | 'embeddingsBaseUrl' | 'embeddingsModel' | 'openaiApiKey' | 'openaiBaseUrl'
>;

/** OpenAI's key is sent only with `EMBEDDINGS=openai`; a compatible server gets no key. */
export function createEmbedder(config: EmbeddingConfig): Embedder {
  const { embeddings, embeddingsBaseUrl, embeddingsModel, openaiApiKey, openaiBaseUrl } = config;
  if (embeddings === 'local') return new LocalEmbedder();
  const isOpenAi = embeddings === 'openai';
  return new OpenAiEmbedder({
    baseUrl: (isOpenAi ? openaiBaseUrl : embeddingsBaseUrl) ?? defaultBaseUrl,
    apiKey: isOpenAi ? openaiApiKey : null,
    model: embeddingsModel ?? defaultModel,
  });
}
