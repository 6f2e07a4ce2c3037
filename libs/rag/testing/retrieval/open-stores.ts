import { type Database, JobQueue } from '#database';
import { type OpenDatabase, testDatabases } from '#testing';
import { ChunkRepository } from '../../src/retrieval/chunk.repository.js';
import { VectorDeletionQueue } from '../../src/retrieval/pinecone/vector-deletion-queue.js';
import { PineconeIndex } from '../../src/retrieval/pinecone/pinecone-index.js';
import { PineconeStore } from '../../src/retrieval/pinecone/pinecone.store.js';
import { PostgresStore } from '../../src/retrieval/postgres.store.js';
import { CorpusLoader } from '../../src/retrieval/memory/corpus-loader.js';
import { CorpusRepository } from '../../src/retrieval/memory/corpus.repository.js';
import type { MemoryCorpus } from '../../src/retrieval/memory/memory-corpus.js';
import type {
  ChunkKey,
  SearchResult,
  SearchQuery,
  StoredChunk,
  VectorStore,
} from '../../src/retrieval/vector-store.js';
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
  ['memory', openMemoryStore],
  ['the embedded database with the vector extension', () => openPostgresStore(embedded())],
  ['Pinecone', openPineconeStore],
];

async function openPostgresStore(opening: Promise<OpenDatabase>): Promise<OpenedStore> {
  const opened = await opening;
  const { database } = opened;
  const store = new PostgresStore(database, new ChunkRepository(database));
  return { database, store, close: () => opened.close() };
}

/** Loads the tenant's corpus into memory for each search, from the one before where there is one, and answers from it. */
export class MemoryStore extends PostgresStore {
  readonly loader: CorpusLoader;
  private readonly corpora = new Map<string, MemoryCorpus>();

  constructor(database: Database) {
    super(database, new ChunkRepository(database));
    this.loader = new CorpusLoader(database, new CorpusRepository(database));
  }

  override async search(search: SearchQuery): Promise<SearchResult> {
    if (search.filter) return super.search(search);
    const { tenantId, embedder } = search;
    const previous = this.corpora.get(tenantId) ?? null;
    const load = { tenantId, embedder, previous, maxBytes: Infinity, reserve: () => true };
    const corpus = (await this.loader.load(load))!;
    this.corpora.set(tenantId, corpus);
    return corpus.search(search);
  }

  override async read(tenantId: string, keys: readonly ChunkKey[]): Promise<StoredChunk[]> {
    return this.corpora.get(tenantId)?.read(tenantId, keys) ?? super.read(tenantId, keys);
  }
}

async function openMemoryStore(): Promise<OpenedStore & { store: MemoryStore }> {
  const { database, close } = await onServer();
  return { database, store: new MemoryStore(database), close };
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
