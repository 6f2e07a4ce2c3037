import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ConfigReader } from '#config';
import { Database } from '#database';
import { ConflictError, NotFoundError, canonicalJson, randomHex } from '#kernel';
import { Embedder } from '../embedding/embedder.js';
import { type NewChunk, VectorStore } from '../retrieval/vector-store.js';
import { chunkingVersion, chunksOf } from './chunking/chunks.js';
import { checkDocument } from './document-faults.js';
import type { DocumentRequest } from './document.request.js';
import { type DocumentRecord, DocumentsRepository, type NewDocument } from './documents.repository.js';

export interface AddedDocument {
  readonly docId: string;
  readonly title: string;
  /** How many it was cut into. */
  readonly chunks: number;
  readonly outcome: 'created' | 'replaced' | 'unchanged';
}

type Draft = Omit<NewDocument, 'chunks'>;

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

  /**
   * Adds a document, or replaces the one with its id. The same document again changes nothing, unless it would be cut or embedded
   * otherwise today. Embedding comes before the transaction, since it takes seconds.
   *
   * @throws InvalidInputError
   * @throws ConflictError when it would be one more than `max_documents`
   * @throws NotFoundError when there is no such tenant
   */
  async add(tenantId: string, request: DocumentRequest): Promise<AddedDocument> {
    checkDocument(request);
    const draft = this.draftOf(request);
    const { settings } = await this.configurations.current(tenantId);
    const most = settings.max_documents;
    const known = await this.database.readAsTenant(tenantId, () =>
      this.admit(draft, most, () => this.repository.count()),
    );
    if (known?.digest === draft.digest) return addedOf(known, 'unchanged');
    const chunks = await this.embed(draft);
    return this.database.asTenant(tenantId, () => this.keep(draft, chunks, most));
  }

  /** @throws NotFoundError when the tenant has no such document. */
  async remove(tenantId: string, docId: string): Promise<void> {
    await this.database.asTenant(tenantId, async () => {
      await this.repository.lockCorpus();
      const known = await this.repository.find(docId);
      if (!known) throw unknownDocument();
      await this.store.remove(known.number);
      await this.repository.delete(docId);
    });
  }

  /** Decided anew under the lock: another writer may have come first. */
  private async keep(draft: Draft, chunks: readonly NewChunk[], most: number): Promise<AddedDocument> {
    const known = await this.admit(draft, most, () => this.repository.lockCorpus());
    if (known?.digest === draft.digest) return addedOf(known, 'unchanged');
    const document = { ...draft, chunks: chunks.length };
    if (known) await this.repository.replace(document);
    const number = known?.number ?? (await this.repository.insert(document));
    await this.store.put(number, chunks, this.embedder.id);
    return addedOf({ ...document, doc_id: draft.docId }, known ? 'replaced' : 'created');
  }

  /** The document with this id, if there is one; a new one must fit the limit. */
  private async admit(
    { docId }: Draft,
    most: number,
    count: () => Promise<number>,
  ): Promise<DocumentRecord | null> {
    const documents = await count();
    const known = await this.repository.find(docId);
    if (known || documents < most) return known;
    const message = `The tenant has ${documents} documents and max_documents is ${most}; delete one first.`;
    throw new ConflictError(message, { limit: most });
  }

  private draftOf({ id, title, text, metadata = {} }: DocumentRequest): Draft {
    const origins = [title, text, metadata, this.embedder.id, chunkingVersion];
    const digest = createHash('sha256').update(canonicalJson(origins)).digest('hex');
    return { docId: id ?? randomHex(8), title, text, metadata, digest };
  }

  private async embed({ title, text }: Draft): Promise<NewChunk[]> {
    const chunks = chunksOf(text).map((chunk) => ({
      text: chunk.text,
      indexedText: `${title}\n${chunk.text}`,
    }));
    const vectors = await this.embedder.embed(chunks.map(({ indexedText }) => indexedText));
    return chunks.map((chunk, index) => ({ ...chunk, embedding: vectors[index]! }));
  }
}

export function unknownDocument(): NotFoundError {
  return new NotFoundError('There is no such document.');
}

function addedOf(
  { doc_id: docId, title, chunks }: Pick<DocumentRecord, 'doc_id' | 'title' | 'chunks'>,
  outcome: AddedDocument['outcome'],
): AddedDocument {
  return { docId, title, chunks, outcome };
}
