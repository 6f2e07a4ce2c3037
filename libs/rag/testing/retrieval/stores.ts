import { type Database, JobQueue } from '#database';
import { type OpenedDatabase, databases } from '#testing';
import { ChunkRepository } from '../../src/retrieval/chunk.repository.js';
import { ForgottenVectorsQueue } from '../../src/retrieval/pinecone/forgotten-vectors.js';
import { PineconeIndex } from '../../src/retrieval/pinecone/pinecone-index.js';
import { PineconeStore } from '../../src/retrieval/pinecone/pinecone.store.js';
import { PostgresStore } from '../../src/retrieval/postgres.store.js';
import type { VectorStore } from '../../src/retrieval/vector-store.js';
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
  ['the embedded database with the vector extension', () => asStore(embedded())],
  ['Pinecone', openPinecone],
];

async function asStore(opening: Promise<OpenedDatabase>): Promise<OpenedStore> {
  const opened = await opening;
  const { database } = opened;
  const store = new PostgresStore(database, new ChunkRepository(database));
  return { database, store, close: () => opened.close() };
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
