import { Module } from '@nestjs/common';
import { ConfigurationModule } from '#config';
import { JobsModule } from '#database';
import { EgressModule } from '#egress';
import { MeteringModule } from '#metering';
import { TenancyModule } from '#tenancy';
import { ChunkSearchController } from './chunk-search/chunk-search.controller.js';
import { ChunkSearchService } from './chunk-search/chunk-search.service.js';
import { RetrievalLimit } from './chunk-search/retrieval-limit.js';
import { RetrievalLimitRepository } from './chunk-search/retrieval-limit.repository.js';
import { DemoModule } from './demo/demo.module.js';
import { DocumentsModule } from './documents/documents.module.js';
import { CircuitBreakers } from './llm/fallback/circuit-breakers.js';
import { ModelCallService } from './llm/fallback/model-call.service.js';
import { ModelQueue } from './llm/fallback/model-queue.js';
import { ConfiguredModelEnvironment } from './llm/configured-model-environment.js';
import { ProviderRegistry } from './llm/provider-registry.js';
import { MeteredEmbeddingService } from './metered-embedding/metered-embedding.service.js';
import { QueryAdmissionService } from './query/admission/query-admission.service.js';
import { ContextRetriever } from './query/context-retriever.js';
import { QueryController } from './query/query.controller.js';
import { QueryPipeline } from './query/query-pipeline.js';
import { QueryMetrics } from './query/recording/query-metrics.js';
import { QueryRecorder } from './query/recording/query-recorder.js';
import { QueryService } from './query/query.service.js';
import { QuestionLogModule } from './question-log/question-log.module.js';
import { ReplayController } from './replay/replay.controller.js';
import { ReplayJobHandler } from './replay/replay-job-handler.js';
import { ReplayRepository } from './replay/replay.repository.js';
import { ReplayService } from './replay/replay.service.js';
import { RerankingModule } from './reranking/reranking.module.js';
import { QueueMetrics } from './queue-metrics.js';
import { RagTrial } from './trial/rag-trial.js';

/** Documents and queries over them. The application binds config's port `ConfigurationTrial` to the exported `RagTrial`. */
@Module({
  imports: [
    ConfigurationModule,
    DemoModule,
    DocumentsModule,
    EgressModule,
    MeteringModule,
    JobsModule,
    QuestionLogModule,
    RerankingModule,
    TenancyModule,
  ],
  controllers: [QueryController, ChunkSearchController, ReplayController],
  providers: [
    ChunkSearchService,
    RetrievalLimit,
    RetrievalLimitRepository,
    ConfiguredModelEnvironment,
    ProviderRegistry,
    CircuitBreakers,
    ModelCallService,
    ModelQueue,
    MeteredEmbeddingService,
    QueryAdmissionService,
    ContextRetriever,
    QueryPipeline,
    QueryMetrics,
    QueryRecorder,
    QueryService,
    QueueMetrics,
    RagTrial,
    ReplayJobHandler,
    ReplayRepository,
    ReplayService,
  ],
  exports: [
    ChunkSearchService,
    ConfiguredModelEnvironment,
    DocumentsModule,
    MeteredEmbeddingService,
    QueryService,
    RagTrial,
    RerankingModule,
  ],
})
export class RagModule {}
