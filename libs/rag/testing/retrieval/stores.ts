import { type Database, JobQueue } from '#database';
import { type OpenedDatabase, databases } from '#testing';
import { ChunkRepository } from '../../src/retrieval/chunk.repository.js';
import { ForgottenVectorsQueue } from '../../src/retrieval/pinecone/forgotten-vectors.js';
import { PineconeIndex } from '../../src/retrieval/pinecone/pinecone-index.js';
import { PineconeStore } from '../../src/retrieval/pinecone/pinecone.store.js';
import { PostgresStore } from '../../src/retrieval/postgres.store.js';
import { ResidentVectors } from '../../src/retrieval/resident-vectors.js';
import type { VectorSet, VectorsWanted } from '../../src/retrieval/vector-set.js';
import type { Findings, Search, VectorStore } from '../../src/retrieval/vector-store.js';
import { PineconeServer } from './pinecone-server.js';
import { wordDimensions } from '../word-embedder.js';

/** A store on a database of its own. */
export interface OpenedStore {
  readonly database: Database;
  readonly store: VectorStore;
  close(): Promise<void>;
}

/** One whose vectors are in a local Pinecone. */
export interface OpenedPinecone extends OpenedStore {
  readonly server: PineconeServer;
  readonly forgotten: ForgottenVectorsQueue;
}

const [[, onServer], [, embedded]] = databases as [(typeof databases)[0], (typeof databases)[0]];

/** Every store that the product has, on every database that it runs on. */
export const stores: [name: string, open: () => Promise<OpenedStore>][] = [
  ['Postgres without the vector extension', () => asStore(onServer())],
  ['Postgres with its vectors held in memory', openHeld],
  ['the embedded database with the vector extension', () => asStore(embedded())],
  ['Pinecone', openPinecone],
];

async function asStore(opening: Promise<OpenedDatabase>): Promise<OpenedStore> {
  const opened = await opening;
  const { database } = opened;
  const store = new PostgresStore(database, new ChunkRepository(database));
  return { database, store, close: () => opened.close() };
}

/** Asks until the vectors are held, and tells how often it could be answered with them. */
export class HeldStore extends PostgresStore {
  constructor(
    database: Database,
    readonly vectors = new WatchedVectors(database),
  ) {
    super(database, new ChunkRepository(database), vectors);
  }

  override async search(search: Search): Promise<Findings> {
    if (search.vector === null) return super.search(search);
    for (let times = 0; times < 2; times += 1) await super.search(search);
    await this.vectors.loaded;
    return super.search(search);
  }
}

/** Its loads can be waited for. */
class WatchedVectors extends ResidentVectors {
  loaded = Promise.resolve();
  /** How often what was asked for was held. */
  hits = 0;

  override get(wanted: VectorsWanted): VectorSet | undefined {
    const held = super.get(wanted);
    if (held !== undefined) this.hits += 1;
    return held;
  }

  protected override load(wanted: VectorsWanted, count: number): Promise<void> {
    this.loaded = super.load(wanted, count);
    return this.loaded;
  }
}

export async function openHeld(): Promise<OpenedStore & { store: HeldStore }> {
  const { database, close } = await onServer();
  return { database, store: new HeldStore(database), close };
}

export async function openPinecone(): Promise<OpenedPinecone> {
  const [{ database, close }, server] = await Promise.all([onServer(), PineconeServer.start(wordDimensions)]);
  const chunks = new ChunkRepository(database);
  const queue = new JobQueue(database);
  const index = new PineconeIndex({ apiKey: server.apiKey, index: null, host: server.host });
  const forgotten = new ForgottenVectorsQueue(database, chunks, index, queue);
  await queue.onApplicationBootstrap();
  return {
    database,
    server,
    forgotten,
    store: new PineconeStore(database, chunks, index, forgotten),
    close: async () => {
      await queue.beforeApplicationShutdown();
      await Promise.all([close(), server.stop()]);
    },
  };
}
