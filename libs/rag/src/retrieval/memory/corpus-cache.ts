import { AsyncLocalStorage } from 'node:async_hooks';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { CorpusLoader } from './corpus-loader.js';
import type { CorpusVersions } from './corpus-versions.js';
import type { MemoryCorpus } from './memory-corpus.js';

export interface CorpusCacheOptions {
  /** For all tenants together. */
  readonly maxBytes: number;
  /** Label of the embedder whose vectors are compared. */
  readonly embedder: string;
}

/** What the cache has done since it was created. */
interface CorpusCacheCounts {
  hits: number;
  misses: number;
  loads: number;
  evictions: number;
}

interface CachedCorpus {
  readonly corpus: MemoryCorpus;
  /** Number of the search that used it last. */
  lastSearch: number;
}

/** A load under way. */
interface RunningLoad {
  readonly tenantId: string;
  /** Number of the tenant's search before its last. */
  readonly searchBefore: number;
  reservedBytes: number;
}

/** Bounds the tenants whose searches are counted. */
const maxTenants = 10_000;
/** A tenant with two searches within this time is loaded. */
const repetitionMs = 600_000;
/** A corpus that cannot be loaded is not tried again for this time. */
const retryMs = 600_000;

/**
 * Keeps the corpora of tenants that are asked often in this process. A tenant is loaded at its second search, in the background. Until
 * then, and while its documents change, the database answers. One load runs at a time, and the next one waits as long as it took: so
 * loads take at most half of the process's time.
 *
 * The least recently used corpora are evicted, but only for a tenant that had two searches since they were used. So tenants that are
 * asked at random do not push each other out with every search.
 */
export class CorpusCache {
  readonly counts: CorpusCacheCounts = { hits: 0, misses: 0, loads: 0, evictions: 0 };
  private readonly logger = new Logger('retrieval');
  /** By tenant, least recently used first. */
  private readonly cached = new Map<string, CachedCorpus>();
  private cachedBytes = 0;
  /** By tenant, the number of its last search without a corpus. */
  private readonly misses = new LRUCache<string, number>({ max: maxTenants, ttl: repetitionMs });
  /** Tenants whose corpora are too large, or have something that does not fit. */
  private readonly unloadable = new LRUCache<string, true>({ max: maxTenants, ttl: retryMs });
  /** By tenant to be loaded, the number of its search before the last. */
  private readonly queue = new Map<string, number>();
  private running: RunningLoad | null = null;
  private isActive = false;
  private searches = 0;
  /** Loads belong to no request and no transaction. */
  private readonly runDetached = AsyncLocalStorage.snapshot();

  constructor(
    private readonly loader: Pick<CorpusLoader, 'load'>,
    private readonly versions: Pick<CorpusVersions, 'peek' | 'put'>,
    private readonly options: CorpusCacheOptions,
  ) {}

  /** Number of corpora. */
  get size(): number {
    return this.cached.size;
  }

  /** Of all corpora, and of the one that is being loaded. */
  get bytes(): number {
    return this.cachedBytes + (this.running?.reservedBytes ?? 0);
  }

  /** The tenant's corpus, for one search. null if it is not in memory, or not known to be current. */
  find(tenantId: string): MemoryCorpus | null {
    this.searches += 1;
    const version = this.versions.peek(tenantId);
    const cached = this.cached.get(tenantId);
    if (cached === undefined) return this.recordMiss(tenantId);
    const searchBefore = cached.lastSearch;
    cached.lastSearch = this.searches;
    this.cached.delete(tenantId);
    this.cached.set(tenantId, cached);
    if (version !== undefined && cached.corpus.version >= version) {
      this.counts.hits += 1;
      return cached.corpus;
    }
    this.counts.misses += 1;
    if (version !== undefined) this.enqueue(tenantId, searchBefore);
    return null;
  }

  /** A search found that the tenant's documents have this version, and not that of the corpus. */
  correct(tenantId: string, version: number): void {
    this.versions.put(tenantId, version);
    const cached = this.cached.get(tenantId);
    if (cached !== undefined && cached.corpus.version > version) this.evict(tenantId);
  }

  /** Drops everything: another database may use a version again for other documents. */
  clear(): void {
    this.cached.clear();
    this.cachedBytes = 0;
    this.queue.clear();
    this.misses.clear();
    this.running = null;
  }

  private recordMiss(tenantId: string): null {
    this.counts.misses += 1;
    const searchBefore = this.misses.get(tenantId);
    this.misses.set(tenantId, this.searches);
    if (searchBefore !== undefined && !this.unloadable.has(tenantId)) this.enqueue(tenantId, searchBefore);
    return null;
  }

  private enqueue(tenantId: string, searchBefore: number): void {
    if (this.running?.tenantId === tenantId) return;
    this.queue.set(tenantId, searchBefore);
    if (!this.isActive) this.runDetached(() => void this.loadQueued());
  }

  private async loadQueued(): Promise<void> {
    this.isActive = true;
    for (const [tenantId, searchBefore] of this.queue) {
      this.queue.delete(tenantId);
      const startedAt = performance.now();
      await this.load({ tenantId, searchBefore, reservedBytes: 0 });
      await pause(performance.now() - startedAt, undefined, { ref: false });
    }
    this.isActive = false;
  }

  private async load(running: RunningLoad): Promise<void> {
    const { tenantId } = running;
    this.running = running;
    this.counts.loads += 1;
    const corpus = await this.read(running).catch((error: unknown) => {
      if (error instanceof RangeError) this.unloadable.set(tenantId, true);
      this.logger.debug({ err: error }, 'a corpus could not be loaded into memory');
      return null;
    });
    if (this.running !== running) return;
    this.running = null;
    this.evict(tenantId);
    if (corpus !== null) this.store(running, corpus);
  }

  /** null: there is no room for it. */
  private read(running: RunningLoad): Promise<MemoryCorpus | null> {
    const { tenantId } = running;
    const { maxBytes, embedder } = this.options;
    const previous = this.cached.get(tenantId)?.corpus ?? null;
    const fitsTwice = previous !== null && previous.bytes * 2 <= maxBytes;
    if (!fitsTwice) this.evict(tenantId);
    const reserve = (bytes: number): boolean => this.reserve(running, bytes);
    return this.loader.load({ tenantId, embedder, maxBytes, previous: fitsTwice ? previous : null, reserve });
  }

  /** Makes room. False, and nothing changes: the corpora that would have to go are asked more often. */
  private reserve(running: RunningLoad, bytes: number): boolean {
    const victims: string[] = [];
    let excess = this.cachedBytes + bytes - this.options.maxBytes;
    for (const [tenantId, { corpus, lastSearch }] of this.cached) {
      if (excess <= 0 || lastSearch > running.searchBefore) break;
      if (tenantId === running.tenantId) continue;
      victims.push(tenantId);
      excess -= corpus.bytes;
    }
    if (excess > 0 || this.running !== running) return false;
    for (const tenantId of victims) this.evict(tenantId);
    running.reservedBytes = bytes;
    return true;
  }

  private store({ tenantId, searchBefore }: RunningLoad, corpus: MemoryCorpus): void {
    const lastSearch = Math.max(searchBefore, this.misses.get(tenantId) ?? 0);
    this.cached.set(tenantId, { corpus, lastSearch });
    this.versions.put(tenantId, corpus.version);
    this.cachedBytes += corpus.bytes;
    for (const oldest of this.cached.keys()) {
      if (this.cachedBytes <= this.options.maxBytes) return;
      this.evict(oldest);
    }
  }

  private evict(tenantId: string): void {
    const cached = this.cached.get(tenantId);
    if (cached === undefined) return;
    this.cached.delete(tenantId);
    this.cachedBytes -= cached.corpus.bytes;
    this.counts.evictions += 1;
  }
}
