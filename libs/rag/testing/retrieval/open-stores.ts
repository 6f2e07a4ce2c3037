import { type Database, JobQueue } from '#database';
import { type OpenDatabase, testDatabases } from '#testing';
import { ChunkRepository } from '../../src/retrieval/chunk.repository.js';
import { VectorDeletionQueue } from '../../src/retrieval/pinecone/vector-deletion-queue.js';
import { PineconeIndex } from '../../src/retrieval/pinecone/pinecone-index.js';
import { PineconeStore } from '../../src/retrieval/pinecone/pinecone.store.js';
import { PostgresStore } from '../../src/retrieval/postgres.store.js';
import { VectorCache } from '../../src/retrieval/vector-cache.js';
import type { VectorSet, VectorSetKey } from '../../src/retrieval/vector-set.js';
import type { SearchResult, SearchQuery, VectorStore } from '../../src/retrieval/vector-store.js';
import { FakePineconeServer } from './fake-pinecone-server.js';
import { wordDimensions } from './word-embedder.js';

/** A store on its own database. */
export interface OpenedStore {
  readonly database: Database;
  readonly store: VectorStore;
  close(): Promise<void>;
}

/** A store with its vectors in a local Pinecone. */
export interface OpenedPineconeStore extends OpenedStore {
  readonly server: FakePineconeServer;
  readonly deletions: VectorDeletionQueue;
}

const [[, onServer], [, embedded]] = testDatabases as [(typeof testDatabases)[0], (typeof testDatabases)[0]];

/** Every store of the product, on every supported database. */
export const stores: [name: string, open: () => Promise<OpenedStore>][] = [
  ['Postgres without the vector extension', () => openPostgresStore(onServer())],
  ['Postgres with cached vectors', openCachedVectorsStore],
  ['the embedded database with the vector extension', () => openPostgresStore(embedded())],
  ['Pinecone', openPineconeStore],
];

async function openPostgresStore(opening: Promise<OpenDatabase>): Promise<OpenedStore> {
  const opened = await opening;
  const { database } = opened;
  const store = new PostgresStore(database, new ChunkRepository(database));
  return { database, store, close: () => opened.close() };
}

/** Searches until the vectors are cached, and counts the cache hits. */
export class CachedVectorsStore extends PostgresStore {
  constructor(
    database: Database,
    readonly observedCache = new ObservableVectorCache(database, new ChunkRepository(database)),
  ) {
    super(database, new ChunkRepository(database), observedCache);
  }

  override async search(search: SearchQuery): Promise<SearchResult> {
    if (search.vector === null) return super.search(search);
    for (let times = 0; times < 2; times += 1) await super.search(search);
    await this.observedCache.loaded;
    return super.search(search);
  }
}

/** A cache whose loads can be awaited. */
class ObservableVectorCache extends VectorCache {
  loaded = Promise.resolve();
  /** Number of cache hits. */
  hits = 0;

  override get(key: VectorSetKey): VectorSet | undefined {
    const cached = super.get(key);
    if (cached !== undefined) this.hits += 1;
    return cached;
  }

  protected override load(key: VectorSetKey, count: number): Promise<void> {
    this.loaded = super.load(key, count);
    return this.loaded;
  }
}

export async function openCachedVectorsStore(): Promise<OpenedStore & { store: CachedVectorsStore }> {
  const { database, close } = await onServer();
  return { database, store: new CachedVectorsStore(database), close };
}

export async function openPineconeStore(): Promise<OpenedPineconeStore> {
  const [{ database, close }, server] = await Promise.all([
    onServer(),
    FakePineconeServer.start(wordDimensions),
  ]);
  const chunks = new ChunkRepository(database);
  const queue = new JobQueue(database);
  const index = new PineconeIndex({ apiKey: server.apiKey, index: null, host: server.host });
  const deletions = new VectorDeletionQueue(database, chunks, index, queue);
  await queue.onApplicationBootstrap();
  return {
    database,
    server,
    deletions,
    store: new PineconeStore(database, chunks, index, deletions),
    close: async () => {
      await queue.beforeApplicationShutdown();
      await Promise.all([close(), server.stop()]);
    },
  };
}

/** Inserts tenants of the plan `pro`, without their configurations. */
export async function addTenants(database: Database, ...tenantIds: string[]): Promise<void> {
  for (const tenantId of tenantIds) {
    await database.asPlatform(tenantId, () =>
      database.query('INSERT INTO tenants (tenant_id, name, plan) VALUES ($1, $1, $2)', [tenantId, 'pro']),
    );
  }
}
