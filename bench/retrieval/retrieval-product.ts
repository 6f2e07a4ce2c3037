import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  DocumentsService,
  RerankingService,
  type RetrievalResult,
  Retriever,
  rerankCandidateCount,
} from '#rag';
import { Metrics } from '#telemetry';
import { TenantsService } from '#tenancy';
import { AppModule } from '../../apps/api/src/app.module.js';
import { Readiness } from '../../apps/api/src/http/health.controller.js';
import type { CollectionDocument } from './retrieval-collection.js';

const author = { actor: 'bench', role: 'platform_admin' };
/** Enough to keep all threads of the local embedder busy. */
const concurrency = 4;
const rerankTimeoutMs = 10_000;

/**
 * The product's services without HTTP, on the database of the environment, else on a temporary embedded one. `stop`
 * deletes the tenants that were added.
 */
export class BenchProduct {
  private readonly tenants: string[] = [];

  private constructor(
    readonly app: INestApplicationContext,
    private readonly folder: string,
  ) {}

  static async start(variables: Readonly<Record<string, string>> = {}): Promise<BenchProduct> {
    const folder = await mkdtemp(join(tmpdir(), 'attune-bench-'));
    const own = { DATA_DIR: join(folder, 'data'), ATTUNE_DEMO: 'false', ...variables };
    const module = AppModule.withVariables({ ...process.env, ...own }, new Readiness(), {
      metrics: new Metrics(),
      tracing: null,
    });
    const app = await NestFactory.createApplicationContext(module, {
      logger: ['error', 'warn'],
      abortOnError: false,
    });
    return new BenchProduct(app, folder);
  }

  async addTenant(): Promise<string> {
    const tenantId = `bench-${randomBytes(4).toString('hex')}`;
    await this.app
      .get(TenantsService)
      .create({ tenant_id: tenantId, name: 'Benchmark', plan: 'enterprise' }, author);
    this.tenants.push(tenantId);
    return tenantId;
  }

  async addDocuments(
    tenantId: string,
    documents: readonly CollectionDocument[],
    onAdded = (_added: number) => {},
  ): Promise<void> {
    const service = this.app.get(DocumentsService);
    const waiting = documents.values();
    let added = 0;
    const lane = async (): Promise<void> => {
      for (const { id, title, text } of waiting) {
        await service.add(tenantId, { id, title: title || 'untitled', text });
        onAdded((added += 1));
      }
    };
    await Promise.all(Array.from({ length: concurrency }, lane));
  }

  retrieve(tenantId: string, question: string, alpha: number, topK = 20): Promise<RetrievalResult> {
    const retriever = this.app.get(Retriever);
    return retriever.retrieve({ tenantId, question, topK, alpha });
  }

  /** Retrieves like a query with reranking, and returns as many chunks as without. */
  async retrieveReranked(
    tenantId: string,
    question: string,
    alpha: number,
    topK = 20,
  ): Promise<RetrievalResult> {
    const { chunks, degraded } = await this.retrieve(tenantId, question, alpha, rerankCandidateCount(topK));
    const rerankInput = { question, chunks, topN: topK, timeoutMs: rerankTimeoutMs };
    const { chunks: reranked, failure } = await this.app.get(RerankingService).rerank(rerankInput);
    if (failure !== null) throw new Error(failure);
    return { chunks: reranked, degraded };
  }

  async stop(): Promise<void> {
    for (const tenantId of this.tenants) await this.app.get(TenantsService).delete(tenantId, author);
    await this.app.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
