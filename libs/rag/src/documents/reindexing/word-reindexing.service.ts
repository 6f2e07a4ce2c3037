import { setImmediate } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { ConfigReader } from '#config';
import { Database, JobQueue, allTenants } from '#database';
import { TenantNotFoundError } from '#kernel';
import { analyseText } from '../../analysis/analyse-text.js';
import type { LanguageChoice } from '../../analysis/languages.js';
import { recogniseLanguage } from '../../analysis/recognise-language.js';
import { type ChunkKey, VectorStore } from '../../retrieval/vector-store.js';
import { toIndexedText } from '../chunking/prepare-text.js';
import {
  type IndexedChunk,
  type IndexProgress,
  type OldChunk,
  WordIndexRepository,
} from './word-index.repository.js';

interface TenantJob {
  readonly tenantId: string;
}

const searchQueue = 'word-index-search';
const tenantQueue = 'word-index';
/** Chunks per transaction. They are analysed within some milliseconds. */
const batchSize = 20;
const logEveryMs = 10_000;
/** A replica of the previous release may add documents for some time. */
const secondSearchSeconds = 3600;
const firstKey: ChunkKey = { document_number: 0, position: 0 };

/**
 * Makes the lexemes of all documents again after a change of the analyser: in the background, one tenant at a time on each replica, from
 * where a killed replica stopped. Searches use the older lexemes until all of the tenant's are new (docs/adr/0027).
 */
@Injectable()
export class WordReindexingService implements OnApplicationBootstrap {
  private readonly logger = new Logger('word-index');

  constructor(
    private readonly database: Database,
    private readonly repository: WordIndexRepository,
    private readonly store: VectorStore,
    private readonly configurations: ConfigReader,
    private readonly queue: JobQueue,
  ) {
    queue.registerHandler(searchQueue, () => this.enqueueTenants());
    queue.registerHandler<TenantJob>(tenantQueue, (job, signal) => this.reindex(job.tenantId, signal));
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.database.runAtStartup(() => this.enqueueSearches(), 'background');
  }

  private async enqueueSearches(): Promise<void> {
    await this.database.asPlatform(allTenants, async () => {
      await this.queue.enqueue(searchQueue, {});
      await this.queue.enqueue(searchQueue, {}, secondSearchSeconds);
    });
  }

  private async enqueueTenants(): Promise<void> {
    await this.database.asPlatform(allTenants, async () => {
      for (const tenantId of await this.repository.findTenants())
        await this.queue.enqueue(tenantQueue, { tenantId });
    });
  }

  /** Makes the lexemes of a tenant's chunks that an older analyser made. @throws the reason of the signal when it aborts */
  async reindex(tenantId: string, signal: AbortSignal): Promise<void> {
    try {
      const chunks = await this.reindexChunks(tenantId, signal);
      const progress = await this.database.asTenant(tenantId, () => this.repository.complete());
      if (chunks > 0) this.log(tenantId, progress);
    } catch (error) {
      if (!(error instanceof TenantNotFoundError)) throw error;
    }
  }

  private async reindexChunks(tenantId: string, signal: AbortSignal): Promise<number> {
    const { settings } = await this.configurations.current(tenantId);
    let [after, count, loggedAt] = [firstKey, 0, Date.now()];
    for (;;) {
      signal.throwIfAborted();
      const batch = await this.database.readAsTenant(tenantId, () =>
        this.repository.findOldChunks(after, batchSize),
      );
      const last = batch.at(-1);
      if (!last) return count;
      await this.reindexBatch(tenantId, batch, settings.retrieval_language);
      after = last;
      count += batch.length;
      if (Date.now() - loggedAt < logEveryMs) continue;
      loggedAt = Date.now();
      this.logger.log(`Words of tenant ${tenantId}: ${count} more chunks are indexed.`);
    }
  }

  private async reindexBatch(
    tenantId: string,
    batch: readonly OldChunk[],
    language: LanguageChoice,
  ): Promise<void> {
    const chunks = batch.map((chunk) => analyse(chunk, language));
    await setImmediate();
    await this.store.replaceWords(tenantId, chunks);
    await this.database.asTenant(tenantId, () => this.repository.write(chunks));
  }

  private log(tenantId: string, { chunks, indexed }: IndexProgress): void {
    this.logger.log(`Words of tenant ${tenantId}: ${indexed} of ${chunks} chunks are indexed.`);
  }
}

/** As for a new document. */
function analyse(chunk: OldChunk, choice: LanguageChoice): IndexedChunk {
  const { title, text, sample } = chunk;
  const language = choice === 'auto' ? recogniseLanguage(toIndexedText(title, sample)) : choice;
  return { ...chunk, language, words: analyseText(toIndexedText(title, text), language) };
}
