import { Injectable } from '@nestjs/common';
import { ConfigReader } from '#config';
import { Database } from '#database';
import { type PreparedChunks, VectorStore } from '../../retrieval/vector-store.js';
import { type DocumentDraft, DocumentPreparationService } from '../document-preparation.service.js';
import { DocumentsRepository } from '../documents.repository.js';
import { type DocumentReindexing, DocumentReindexingRepository } from './document-reindexing.repository.js';

/** A document whose chunks are ready to be stored. */
interface EmbeddedDocument {
  readonly docId: string;
  readonly number: number;
  /** The digest of the document that was read. */
  readonly oldDigest: string;
  readonly draft: DocumentDraft;
  readonly prepared: PreparedChunks;
}

/** Splits and embeds one stored document again. */
@Injectable()
export class DocumentEmbeddingService {
  private readonly documents: DocumentsRepository;

  constructor(
    private readonly database: Database,
    private readonly configurations: ConfigReader,
    private readonly repository: DocumentReindexingRepository,
    private readonly preparation: DocumentPreparationService,
    private readonly store: VectorStore,
  ) {
    this.documents = new DocumentsRepository(database);
  }

  /** Replaces the chunks of the document, and counts it, unless it was changed or deleted meanwhile. @throws UpstreamError when the embedder or the store fails */
  async reindex(
    tenantId: string,
    { reindexing, docId }: { readonly reindexing: DocumentReindexing; readonly docId: string },
    signal: AbortSignal,
  ): Promise<void> {
    const embedded = await this.embed(tenantId, docId, signal);
    if (!embedded) return;
    signal.throwIfAborted();
    await this.database.asTenant(tenantId, () => this.save(reindexing, embedded));
    this.preparation.forget(tenantId, [embedded.prepared]);
  }

  /** null if the document was deleted. */
  private async embed(
    tenantId: string,
    docId: string,
    signal: AbortSignal,
  ): Promise<EmbeddedDocument | null> {
    const { settings } = await this.configurations.current(tenantId);
    const { retrieval_language: language = 'auto' } = settings;
    const document = await this.database.readAsTenant(tenantId, () => this.documents.findWithText(docId));
    if (!document) return null;
    const { title, text, metadata, number, digest: oldDigest } = document;
    const request = { id: docId, title, text, metadata };
    const [draft] = await this.preparation.draft({ tenantId, language }, [request], { signal });
    const [prepared] = await this.preparation.embed(tenantId, [draft!], { signal });
    return { docId, number, oldDigest, draft: draft!, prepared: prepared! };
  }

  /** A document that was changed meanwhile stays the next one: a change of its title or metadata alone embeds nothing. */
  private async save(reindexing: DocumentReindexing, embedded: EmbeddedDocument): Promise<void> {
    const { docId, number, oldDigest, draft, prepared } = embedded;
    await this.documents.lockCorpus();
    const current = await this.documents.find(docId);
    if (current?.digest !== oldDigest) return;
    if (!(await this.repository.advance(reindexing, number))) return;
    await this.repository.setPrepared(docId, draft.digest, prepared);
    await this.store.put(number, prepared);
  }
}
