import { Module } from '@nestjs/common';
import { DemoModule } from './demo/demo.module.js';
import { DocumentsModule } from './documents/documents.module.js';
import { ModelChain } from './llm/model-chain.js';
import { ProviderDirectory } from './llm/provider-directory.js';
import { QueryController } from './query/query.controller.js';
import { QueryService } from './query/query.service.js';

/** Documents and the query over them. */
@Module({
  imports: [DocumentsModule, DemoModule],
  controllers: [QueryController],
  providers: [ProviderDirectory, ModelChain, QueryService],
  exports: [DocumentsModule, QueryService],
})
export class RagModule {}
