import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { Environment } from '#kernel';
import { Embedder } from './embedder.js';
import { LocalEmbedder } from './local.embedder.js';
import { OpenAiEmbedder } from './openai.embedder.js';

const defaultBaseUrl = 'https://api.openai.com/v1';
const defaultModel = 'text-embedding-3-small';

/** Gives the one `Embedder` that the environment chose. */
@Module({
  providers: [{ provide: Embedder, useFactory: createEmbedder, inject: [Environment] }],
  exports: [Embedder],
})
export class EmbeddingModule implements OnApplicationShutdown {
  constructor(private readonly embedder: Embedder) {}

  async onApplicationShutdown(): Promise<void> {
    await this.embedder.close();
  }
}

type EmbeddingEnvironment = Pick<
  Environment,
  'embeddings' | 'embeddingsBaseUrl' | 'embeddingsModel' | 'openaiApiKey' | 'openaiBaseUrl'
>;

/** The key of OpenAI goes to OpenAI's own address only: another server gets none. */
export function createEmbedder(environment: EmbeddingEnvironment): Embedder {
  const { embeddings, embeddingsBaseUrl, embeddingsModel, openaiApiKey, openaiBaseUrl } = environment;
  if (embeddings === 'local') return new LocalEmbedder();
  const isOpenAi = embeddings === 'openai';
  return new OpenAiEmbedder({
    baseUrl: (isOpenAi ? openaiBaseUrl : embeddingsBaseUrl) ?? defaultBaseUrl,
    apiKey: isOpenAi ? openaiApiKey : null,
    model: embeddingsModel ?? defaultModel,
  });
}
