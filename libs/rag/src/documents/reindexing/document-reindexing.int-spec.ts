import { Logger } from '@nestjs/common';
import type { ConfigReader } from '#config';
import { type Database, JobQueue } from '#database';
import type { Principal } from '#http';
import { UpstreamError } from '#kernel';
import { testDatabases } from '#testing';
import { aDocumentsService } from '../../../testing/documents/documents-service.js';
import { addTenants } from '../../../testing/retrieval/open-stores.js';
import { WordEmbedder } from '../../../testing/retrieval/word-embedder.js';
import { ResumableEmbedding } from '../../embedding/resumable-embedding.js';
import { ChunkRepository } from '../../retrieval/chunk.repository.js';
import { PostgresStore } from '../../retrieval/postgres.store.js';
import { Retriever } from '../../retrieval/retriever.js';
import { DocumentPreparationService } from '../document-preparation.service.js';
import { DocumentsRepository } from '../documents.repository.js';
import { DocumentThreads } from '../threads/document-threads.js';
import { DocumentEmbeddingService } from './document-embedding.service.js';
import { DocumentReindexingJobHandler } from './document-reindexing-job-handler.js';
import { DocumentReindexingRepository } from './document-reindexing.repository.js';
import { DocumentReindexingService } from './document-reindexing.service.js';

const never = new AbortController().signal;
const admin = { actor: 'key:admin', role: 'tenant_admin' } as unknown as Principal;

/** An embedder of another model; before each call it does what the test says. */
class NewEmbedder extends WordEmbedder {
  readonly texts: string[] = [];
  beforeCall: () => unknown = () => undefined;

  constructor() {
    super('new words');
  }

  override async embed(texts: readonly string[]): Promise<Float32Array[]> {
    await this.beforeCall();
    this.texts.push(...texts);
    return super.embed(texts);
  }
}

describe.each(testDatabases)('DocumentReindexing on %s', (_name, open) => {
  let database: Database;
  let close: () => Promise<void>;
  let queue: JobQueue;
  let store: PostgresStore;
  let embedder: NewEmbedder;
  let tenant = '';
  let tenants = 0;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    const opened = await open();
    ({ database } = opened);
    close = () => opened.close();
    store = new PostgresStore(database, new ChunkRepository(database));
    queue = new JobQueue(database);
    replica();
    await queue.onApplicationBootstrap();
  });

  beforeEach(async () => {
    embedder = new NewEmbedder();
    tenant = `tenant-${(tenants += 1)}`;
    await addTenants(database, tenant);
  });

  afterAll(async () => {
    await queue.beforeApplicationShutdown();
    await close();
  });

  /** The parts of one replica. Its jobs run only when a test calls `run`. */
  function replica(own = embedder ?? new NewEmbedder()) {
    const idle = {
      registerHandler: () => undefined,
      enqueue: () => Promise.resolve(),
      wake: () => undefined,
    };
    const jobs = idle as unknown as JobQueue;
    const configurations = { current: () => Promise.resolve({ settings: {} }) } as unknown as ConfigReader;
    const repository = new DocumentReindexingRepository(database);
    const preparation = new DocumentPreparationService(
      new DocumentThreads(),
      new ResumableEmbedding(own),
      store,
    );
    const documents = new DocumentsRepository(database);
    const embedding = new DocumentEmbeddingService(database, configurations, repository, preparation, store);
    return {
      service: new DocumentReindexingService(database, repository, documents, preparation, jobs),
      handler: new DocumentReindexingJobHandler(database, repository, embedding, preparation, jobs),
    };
  }

  const documents = (own = new WordEmbedder()) => aDocumentsService({ database, store, embedder: own });
  const addDocuments = async (count: number): Promise<void> => {
    for (let number = 1; number <= count; number += 1)
      await documents().add(tenant, {
        id: `lease-${number}`,
        title: 'Lease',
        text: `Rent of flat ${number}.`,
      });
  };
  const search = async () => {
    const input = { tenantId: tenant, question: 'rent', topK: 10, alpha: 0.5 };
    const { chunks, degraded } = await new Retriever(store, embedder).retrieve(input);
    return { found: chunks.length, degraded: degraded.map(({ reason }) => reason) };
  };

  it('searches use keywords alone until all documents are new, then change over at once', async () => {
    await addDocuments(3);
    const { service, handler } = replica();
    const { id } = await service.start(tenant, admin);
    const seen: unknown[] = [];
    embedder.beforeCall = async () => {
      embedder.beforeCall = () => undefined;
      seen.push(await search());
    };
    await handler.run({ tenantId: tenant, id }, never);
    expect(seen).toEqual([{ found: 3, degraded: [expect.stringContaining('3 of 3 chunks')] }]);
    expect(await search()).toEqual({ found: 3, degraded: [] });
    expect(await service.get(tenant, id)).toMatchObject({
      state: 'completed',
      done: 3,
      total: 3,
      error: null,
    });
  });

  it('a second start answers with the running one, and after it ended with a new one', async () => {
    await addDocuments(1);
    const { service, handler } = replica();
    const [first, second] = await Promise.all([service.start(tenant, admin), service.start(tenant, admin)]);
    expect(second.id).toBe(first.id);
    await handler.run({ tenantId: tenant, id: first.id }, never);
    const third = await service.start(tenant, admin);
    expect(third.id).not.toBe(first.id);
    expect(third.state).toBe('queued');
  });

  it('another replica continues after the last document that the stopped one saved', async () => {
    await addDocuments(5);
    const { service, handler } = replica();
    const { id } = await service.start(tenant, admin);
    const killed = new AbortController();
    embedder.beforeCall = () => {
      if (embedder.texts.length === 2) killed.abort(new Error('killed'));
    };
    await expect(handler.run({ tenantId: tenant, id }, killed.signal)).rejects.toThrow('killed');
    expect(await service.get(tenant, id)).toMatchObject({ state: 'running', done: 2, total: 5 });
    const other = new NewEmbedder();
    await replica(other).handler.run({ tenantId: tenant, id }, never);
    expect(other.texts.map((text) => text.at(-2))).toEqual(['3', '4', '5']);
    expect(await service.get(tenant, id)).toMatchObject({ state: 'completed', done: 5 });
    expect((await search()).degraded).toEqual([]);
  });

  it('two replicas with the same job count each document once', async () => {
    await addDocuments(4);
    const { service, handler } = replica();
    const { id } = await service.start(tenant, admin);
    await Promise.all([
      handler.run({ tenantId: tenant, id }, never),
      replica(new NewEmbedder()).handler.run({ tenantId: tenant, id }, never),
    ]);
    expect(await service.get(tenant, id)).toMatchObject({ state: 'completed', done: 4, total: 4 });
  });

  it('embeds what is added meanwhile by a replica with the old embedder, and leaves out what is deleted', async () => {
    await addDocuments(3);
    const { service, handler } = replica();
    const { id } = await service.start(tenant, admin);
    embedder.beforeCall = async () => {
      if (embedder.texts.length !== 2) return;
      await documents().remove(tenant, 'lease-3');
      await documents().add(tenant, { id: 'lease-1', title: 'Lease', text: 'Rent, changed.' });
      await documents().add(tenant, { id: 'late', title: 'Lease', text: 'Rent, late.' });
    };
    await handler.run({ tenantId: tenant, id }, never);
    expect(await search()).toEqual({ found: 3, degraded: [] });
    const { state, done, total } = await service.get(tenant, id);
    expect([state, done === total]).toEqual(['completed', true]);
  });

  it('embeds the title of a document that was changed, and adding it again then changes nothing', async () => {
    const lease = { id: 'lease', title: 'Lease', text: 'Rent.' };
    await documents(embedder).add(tenant, lease);
    await database.asTenant(tenant, () =>
      database.query(`UPDATE documents SET title = 'Contract', digest = sha256('x')`),
    );
    const { service, handler } = replica();
    const { id } = await service.start(tenant, admin);
    await handler.run({ tenantId: tenant, id }, never);
    expect(embedder.texts.at(-1)).toBe('Contract\nRent.');
    const again = await documents(embedder).add(tenant, { ...lease, title: 'Contract' });
    expect(again.outcome).toBe('unchanged');
  });

  it('embeds a document again whose title or metadata are changed while it is embedded', async () => {
    await documents(embedder).add(tenant, { id: 'lease', title: 'Lease', text: 'Rent.' });
    const { service, handler } = replica();
    const { id } = await service.start(tenant, admin);
    embedder.beforeCall = async () => {
      embedder.beforeCall = () => undefined;
      await database.asTenant(tenant, () =>
        database.query(`UPDATE documents SET title = 'Contract', digest = sha256('x')`),
      );
    };
    await handler.run({ tenantId: tenant, id }, never);
    expect(embedder.texts.at(-1)).toBe('Contract\nRent.');
    expect(await service.get(tenant, id)).toMatchObject({ state: 'completed', done: 1, total: 1 });
  });

  it('tries again after failures, and fails in the end with the reason', async () => {
    await addDocuments(1);
    const { service, handler } = replica();
    const { id } = await service.start(tenant, admin);
    embedder.beforeCall = () => {
      throw new UpstreamError('failed', 'The embedding server refused the key.');
    };
    for (let attempt = 1; attempt < 8; attempt += 1) {
      await handler.run({ tenantId: tenant, id }, never);
      expect((await service.get(tenant, id)).state).toBe('running');
    }
    await handler.run({ tenantId: tenant, id }, never);
    expect(await service.get(tenant, id)).toMatchObject({
      state: 'failed',
      done: 0,
      error: expect.stringContaining('refused the key'),
    });
    await handler.run({ tenantId: tenant, id }, never);
    expect((await search()).found).toBe(1);
  });

  it('ends quietly for a tenant that was deleted, and at once for one without documents', async () => {
    const { service, handler } = replica();
    await expect(
      handler.run({ tenantId: 'never-there', id: 'a'.repeat(32) }, never),
    ).resolves.toBeUndefined();
    const { id } = await service.start(tenant, admin);
    await handler.run({ tenantId: tenant, id }, never);
    expect(await service.get(tenant, id)).toMatchObject({ state: 'completed', done: 0, total: 0 });
  });
});
