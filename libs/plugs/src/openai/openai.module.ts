import { Module } from '@nestjs/common';
import { ConfigurationModule } from '#config';
import { RagModule } from '#rag';
import { ChatCompletionsController } from './chat/chat-completions.controller.js';
import { EmbeddingsController } from './embeddings/embeddings.controller.js';
import { OpenAiModelsController } from './models/openai-models.controller.js';
import { UnsupportedOpenAiController } from './unsupported.controller.js';

/** The protocol of OpenAI, for its clients. */
@Module({
  imports: [ConfigurationModule, RagModule],
  controllers: [
    ChatCompletionsController,
    EmbeddingsController,
    OpenAiModelsController,
    UnsupportedOpenAiController,
  ],
})
export class OpenAiModule {}
