import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ConfigReader } from '#config';
import { Database } from '#database';
import { ConflictError, NotFoundError, canonicalJson, randomHex } from '#kernel';
import { Embedder } from '../embedding/embedder.js';
import { type NewChunk, type PreparedChunks, VectorStore } from '../retrieval/vector-store.js';
import { type DraftChunk, chunkingVersion, splitIntoChunks } from './chunking/split-into-chunks.js';
import { validateDocument } from './document-validation.js';
import type { DocumentRequest } from './document.request.js';
import { type DocumentRecord, DocumentsRepository, type NewDocument } from './documents.repository.js';

export interface AddedDocument {
  readonly docId: string;
  readonly title: string;
  /** How many it was cut into. */
  readonly chunks: number;
  readonly outcome: 'created' | 'replaced' | 'unchanged';
}

/** Whoever waits for documents to be added: told how many of their chunks are embedded, and able to give up before they are kept. */
export interface AddDocumentsOptions {
  readonly onEmbedded?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

type DocumentDraft = Omit<NewDocument, 'chunks'>;

/** A document that will be kept; `prepared` is null for one that was there already, exactly so. */
interface PendingDocument {
  readonly draft: DocumentDraft;
  readonly existing: DocumentRecord | null;
  readonly prepared: PreparedChunks | null;
}

/** Chunks between two looks at the watcher. */
const embeddingBatchSize = 64;

/** Adds and removes a tenant's documents, together with the chunks that retrieval finds. */
@Injectable()
export class DocumentsService {
  constructor(
    private readonly database: Database,
    private readonly repository: DocumentsRepository,
    private readonly store: VectorStore,
    private readonly embedder: Embedder,
    private readonly configurations: ConfigReader,
  ) {}

  /** One document, as `addAll` adds many. */
  async add(tenantId: string, request: DocumentRequest): Promise<AddedDocument> {
    const [added] = await this.addAll(tenantId, [request]);
    return added!;
  }

  /**
   * Adds documents, or replaces those with their ids: all of them or none. The same document again changes nothing, unless it would be
   * cut or embedded otherwise today. Embedding comes before the transaction, since it takes seconds.
   *
   * @throws InvalidInputError
   * @throws ConflictError when there would be more than `max_documents`
   * @throws NotFoundError when there is no such tenant
   */
  async addAll(
    tenantId: string,
    requests: readonly DocumentRequest[],
    options: AddDocumentsOptions = {},
  ): Promise<AddedDocument[]> {
    for (const request of requests) validateDocument(request);
    const drafts = requests.map((request) => this.toDraft(request));
    const { settings } = await this.configurations.current(tenantId);
    const maxDocuments = settings.max_documents;
    const existing = await this.database.readAsTenant(tenantId, async () => {
      return this.findExistingWithinLimit(drafts, maxDocuments, await this.repository.count());
    });
    const pending = await this.prepare(tenantId, drafts, { existing, options });
    options.signal?.throwIfAborted();
    return this.database.asTenant(tenantId, () => this.saveAll(pending, maxDocuments));
  }

  /** @throws NotFoundError when the tenant has no such document. */
  async remove(tenantId: string, docId: string): Promise<void> {
    await this.database.asTenant(tenantId, async () => {
      await this.repository.lockCorpus();
      const document = await this.repository.find(docId);
      if (!document) throw documentNotFound();
      await this.store.remove(document.number);
      await this.repository.delete(docId);
    });
  }

  /** Those that are there already, in the order of the drafts. Those that are new must fit the limit, all together. */
  private async findExistingWithinLimit(
    drafts: readonly DocumentDraft[],
    maxDocuments: number,
    documents: number,
  ): Promise<(DocumentRecord | null)[]> {
    const existing: (DocumentRecord | null)[] = [];
    for (const { docId } of drafts) existing.push(await this.repository.find(docId));
    const added = existing.filter((one) => one === null).length;
    if (added === 0 || documents + added <= maxDocuments) return existing;
    const message = `The tenant has ${documents} documents and max_documents is ${maxDocuments}; delete ${documents + added - maxDocuments} first.`;
    throw new ConflictError(message, { limit: maxDocuments });
  }

  private async prepare(
    tenantId: string,
    drafts: readonly DocumentDraft[],
    { existing, options }: { existing: readonly (DocumentRecord | null)[]; options: AddDocumentsOptions },
  ): Promise<PendingDocument[]> {
    const isUnchanged = (index: number) => existing[index]?.digest === drafts[index]!.digest;
    const chunksByDraft = drafts.map((draft, index) => (isUnchanged(index) ? [] : toUnembeddedChunks(draft)));
    const embedded = await this.embed(chunksByDraft.flat(), options);
    const pending: PendingDocument[] = [];
    for (const [index, draft] of drafts.entries()) {
      const chunks = embedded.splice(0, chunksByDraft[index]!.length);
      const prepared = isUnchanged(index) ? null : await this.prepareOne(tenantId, chunks);
      pending.push({ draft, existing: existing[index]!, prepared });
    }
    return pending;
  }

  private prepareOne(tenantId: string, chunks: readonly NewChunk[]): Promise<PreparedChunks> {
    return this.store.prepare(tenantId, chunks, this.store.embedderLabel(this.embedder.id));
  }

  private async embed(
    chunks: readonly Omit<NewChunk, 'embedding'>[],
    { onEmbedded, signal }: AddDocumentsOptions,
  ): Promise<NewChunk[]> {
    const embedded: NewChunk[] = [];
    while (embedded.length < chunks.length) {
      signal?.throwIfAborted();
      const batch = chunks.slice(embedded.length, embedded.length + embeddingBatchSize);
      const vectors = await this.embedder.embed(batch.map(({ indexedText }) => indexedText));
      embedded.push(...batch.map((chunk, index) => ({ ...chunk, embedding: vectors[index]! })));
      onEmbedded?.(embedded.length, chunks.length);
    }
    return embedded;
  }

  /** Decided anew under the lock: another writer may have come first. */
  private async saveAll(pending: readonly PendingDocument[], maxDocuments: number): Promise<AddedDocument[]> {
    const changed = pending.filter(({ prepared }) => prepared !== null);
    if (changed.length > 0) {
      const documents = await this.repository.lockCorpus();
      await this.findExistingWithinLimit(
        changed.map(({ draft }) => draft),
        maxDocuments,
        documents,
      );
    }
    const added: AddedDocument[] = [];
    for (const one of pending) added.push(await this.save(one));
    return added;
  }

  private async save({ draft, existing: before, prepared }: PendingDocument): Promise<AddedDocument> {
    if (prepared === null) return toAddedDocument(before!, 'unchanged');
    const current = await this.repository.find(draft.docId);
    if (current?.digest === draft.digest) return toAddedDocument(current, 'unchanged');
    const document = { ...draft, chunks: prepared.chunks.length };
    if (current) await this.repository.replace(document);
    const number = current?.number ?? (await this.repository.insert(document));
    await this.store.put(number, prepared);
    return toAddedDocument({ ...document, doc_id: draft.docId }, current ? 'replaced' : 'created');
  }

  private toDraft({ id, title, text, metadata = {} }: DocumentRequest): DocumentDraft {
    const digestInput = [title, text, metadata, this.store.embedderLabel(this.embedder.id), chunkingVersion];
    const digest = createHash('sha256').update(canonicalJson(digestInput)).digest('hex');
    return { docId: id ?? randomHex(8), title, text, metadata, digest };
  }
}

function toUnembeddedChunks({ title, text }: DocumentDraft): Omit<NewChunk, 'embedding'>[] {
  return splitIntoChunks(text).map((chunk: DraftChunk) => ({
    text: chunk.text,
    indexedText: `${title}\n${chunk.text}`,
  }));
}

export function documentNotFound(): NotFoundError {
  return new NotFoundError('There is no such document.');
}

function toAddedDocument(
  { doc_id: docId, title, chunks }: Pick<DocumentRecord, 'doc_id' | 'title' | 'chunks'>,
  outcome: AddedDocument['outcome'],
): AddedDocument {
  return { docId, title, chunks, outcome };
}
