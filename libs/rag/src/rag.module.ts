import { Global, Module } from '@nestjs/common';
import { ConfigurationTrial } from '#config';
import { DemoModule } from './demo/demo.module.js';
import { DocumentsModule } from './documents/documents.module.js';
import { ModelChain } from './llm/model-chain.js';
import { ProviderDirectory } from './llm/provider-directory.js';
import { QueryController } from './query/query.controller.js';
import { QueryService } from './query/query.service.js';
import { PromptChunks } from './query/rank.js';
import { RerankingModule } from './reranking/reranking.module.js';
import { RagTrial } from './trial/rag-trial.js';

/** Documents and the query over them. Global, because it fills a port that `config` declares. */
@Global()
@Module({
  imports: [DocumentsModule, DemoModule, RerankingModule],
  controllers: [QueryController],
  providers: [
    ProviderDirectory,
    ModelChain,
    PromptChunks,
    QueryService,
    { provide: ConfigurationTrial, useClass: RagTrial },
  ],
  exports: [ConfigurationTrial, DocumentsModule, QueryService, RerankingModule],
})
export class RagModule {}
