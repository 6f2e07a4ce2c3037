import { Global, Module } from '@nestjs/common';
import { ConfigurationTrial } from '#config';
import { MeteringModule } from '#metering';
import { TenancyModule } from '#tenancy';
import { DemoModule } from './demo/demo.module.js';
import { DocumentsModule } from './documents/documents.module.js';
import { CircuitBreakers } from './llm/fallback/circuit-breakers.js';
import { ModelCallService } from './llm/fallback/model-call.service.js';
import { ProviderRegistry } from './llm/provider-registry.js';
import { QueryAdmissionService } from './query/admission/query-admission.service.js';
import { QueryController } from './query/query.controller.js';
import { QueryPipeline } from './query/query-pipeline.js';
import { QueryService } from './query/query.service.js';
import { ContextRetriever } from './query/context-retriever.js';
import { RerankingModule } from './reranking/reranking.module.js';
import { RagTrial } from './trial/rag-trial.js';

/** Documents and the query over them. Global, because it fills a port that `config` declares. */
@Global()
@Module({
  imports: [TenancyModule, DocumentsModule, DemoModule, MeteringModule, RerankingModule],
  controllers: [QueryController],
  providers: [
    ProviderRegistry,
    CircuitBreakers,
    ModelCallService,
    QueryAdmissionService,
    ContextRetriever,
    QueryPipeline,
    QueryService,
    { provide: ConfigurationTrial, useClass: RagTrial },
  ],
  exports: [ConfigurationTrial, DocumentsModule, QueryService, RerankingModule],
})
export class RagModule {}
