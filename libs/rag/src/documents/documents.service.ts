import { Injectable } from '@nestjs/common';
import { ConfigReader } from '#config';
import { type Author, Database } from '#database';
import { ConflictError, FairQueue, NotFoundError, UpstreamError } from '#kernel';
import { type PreparedChunks, VectorStore } from '../retrieval/vector-store.js';
import {
  type DocumentDraft,
  DocumentPreparationService,
  type PreparationOptions,
} from './document-preparation.service.js';
import type { DocumentRequest } from './document.request.js';
import { type DocumentRecord, type DocumentSelection, DocumentsRepository } from './documents.repository.js';

/** The outcome for one added document. */
export interface AddedDocument {
  readonly docId: string;
  readonly title: string;
  /** Number of its chunks. */
  readonly chunks: number;
  readonly outcome: 'created' | 'replaced' | 'unchanged';
}

/** Progress, cancellation, and who adds the documents: webhooks name the author. */
export interface AddOptions extends PreparationOptions {
  readonly author?: Author | undefined;
}

/** What the new documents are checked and saved with. */
interface SavingOptions {
  readonly maxDocuments: number;
  readonly options: AddOptions;
}

/** A document to be saved. `prepared` is null if the same document exists already. */
interface PendingDocument {
  readonly draft: DocumentDraft;
  readonly existing: DocumentRecord | null;
  readonly prepared: PreparedChunks | null;
}

/** The transactions of one tenant would wait for its corpus's lock, with a connection each. */
const savingLimits = { maxRunning: 3, maxRunningPerTenant: 1 };

/** A tenant's documents, together with their chunks for retrieval. */
@Injectable()
export class DocumentsService {
  private readonly saving = new FairQueue(savingLimits);

  constructor(
    private readonly database: Database,
    private readonly repository: DocumentsRepository,
    private readonly store: VectorStore,
    private readonly preparation: DocumentPreparationService,
    private readonly configurations: ConfigReader,
  ) {}

  /** In which documents wait for the turns of their tenants. For metrics. */
  get queues(): Readonly<Record<'documents' | 'embedding' | 'saving', FairQueue>> {
    return { ...this.preparation.queues, saving: this.saving };
  }

  /**
   * As `addAll`, for one document.
   *
   * ```ts
   * const text = '# Refunds\n\nWithin 14 days.';
   * const { docId, outcome } = await documents.add('acme-law', { id: 'refund-policy', title: 'Refund policy', text });
   * ```
   */
  async add(tenantId: string, request: DocumentRequest): Promise<AddedDocument> {
    const [added] = await this.addAll(tenantId, [request]);
    return added!;
  }

  /**
   * Adds documents, or replaces those with the same ids: all or none. An identical document changes nothing, unless chunking or the
   * embedding model has changed since. Embedding takes seconds, so it happens before the transaction.
   *
   * @throws InvalidInputError
   * @throws ConflictError when the tenant would have more than `max_documents`
   * @throws TenantNotFoundError
   * @throws UpstreamError when the embedding service or the vector store fails
   */
  async addAll(
    tenantId: string,
    requests: readonly DocumentRequest[],
    options: AddOptions = {},
  ): Promise<AddedDocument[]> {
    const { settings } = await this.configurations.current(tenantId);
    const { max_documents: maxDocuments, retrieval_language: language = 'auto' } = settings;
    const drafts = await this.preparation.draft({ tenantId, language }, requests, options);
    try {
      return await this.addDrafts(tenantId, drafts, { maxDocuments, options });
    } catch (error) {
      if (error instanceof UpstreamError) await this.tellOfFailure(tenantId, drafts, error, options);
      throw error;
    }
  }

  private async addDrafts(
    tenantId: string,
    drafts: readonly DocumentDraft[],
    { maxDocuments, options }: SavingOptions,
  ): Promise<AddedDocument[]> {
    const existing = await this.database.readAsTenant(tenantId, async () => {
      return this.findExistingWithinLimit(drafts, maxDocuments, await this.repository.count());
    });
    const pending = await this.prepare(tenantId, drafts, { existing, options });
    const save = () =>
      this.database.asTenant(tenantId, () => this.saveAll(pending, maxDocuments), options.author);
    const added = await this.saving.run(tenantId, save, { signal: options.signal });
    this.preparation.forget(
      tenantId,
      pending.flatMap(({ prepared }) => prepared ?? []),
    );
    return added;
  }

  /** The caller receives the first error, also when the event for the webhooks cannot be written. */
  private async tellOfFailure(
    tenantId: string,
    drafts: readonly DocumentDraft[],
    { slug }: UpstreamError,
    { author }: AddOptions,
  ): Promise<void> {
    const docIds = drafts.map(({ docId }) => docId);
    const tell = () => this.repository.tellOfFailure(docIds, slug);
    await this.database.asTenant(tenantId, tell, author).catch(() => undefined);
  }

  /** Newest first; `before` is the number of the last document of the previous page, or null. */
  list(
    tenantId: string,
    selection: DocumentSelection,
    { limit, before }: { readonly limit: number; readonly before: number | null },
  ): Promise<DocumentRecord[]> {
    return this.database.listAsTenant(tenantId, () => this.repository.list(selection, limit, before));
  }

  /** How many documents match. */
  count(tenantId: string, selection: DocumentSelection): Promise<number> {
    return this.database.listAsTenant(tenantId, () => this.repository.countSelected(selection));
  }

  /** @throws NotFoundError when the tenant has no such document */
  async get(tenantId: string, docId: string): Promise<DocumentRecord & { readonly text: string }> {
    const document = await this.database.readAsTenant(tenantId, () => this.repository.findWithText(docId));
    if (!document) throw documentNotFound();
    return document;
  }

  /** Removes a document with its chunks. @throws NotFoundError when the tenant has no such document */
  async remove(tenantId: string, docId: string): Promise<void> {
    await this.database.asTenant(tenantId, async () => {
      await this.repository.lockCorpus();
      const document = await this.repository.find(docId);
      if (!document) throw documentNotFound();
      await this.store.remove(document.number);
      await this.repository.delete(docId);
    });
  }

  /** The existing documents in the order of the drafts; null for a new one. @throws ConflictError if the new ones exceed the limit */
  private async findExistingWithinLimit(
    drafts: readonly DocumentDraft[],
    maxDocuments: number,
    documents: number,
  ): Promise<(DocumentRecord | null)[]> {
    const existing: (DocumentRecord | null)[] = [];
    for (const { docId } of drafts) existing.push(await this.repository.find(docId));
    const added = existing.filter((document) => document === null).length;
    if (added === 0 || documents + added <= maxDocuments) return existing;
    const surplus = documents + added - maxDocuments;
    const message = `The tenant has ${documents} documents and max_documents is ${maxDocuments}; delete ${surplus} first.`;
    throw new ConflictError(message, { limit: maxDocuments });
  }

  /** Prepares what has changed; an unchanged document is not embedded. */
  private async prepare(
    tenantId: string,
    drafts: readonly DocumentDraft[],
    { existing, options }: { existing: readonly (DocumentRecord | null)[]; options: PreparationOptions },
  ): Promise<PendingDocument[]> {
    const isChanged = drafts.map(({ digest }, index) => existing[index]?.digest !== digest);
    const changed = drafts.filter((_draft, index) => isChanged[index]);
    const prepared = await this.preparation.embed(tenantId, changed, options);
    return drafts.map((draft, index) => ({
      draft,
      existing: existing[index]!,
      prepared: isChanged[index] ? prepared.shift()! : null,
    }));
  }

  /** Checks the limit again under the lock, because another writer may have added documents meanwhile. */
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
    for (const document of pending) added.push(await this.save(document));
    return added;
  }

  private async save({ draft, existing, prepared }: PendingDocument): Promise<AddedDocument> {
    if (prepared === null) return toAddedDocument(existing!, 'unchanged');
    const current = await this.repository.find(draft.docId);
    if (current?.digest === draft.digest) return toAddedDocument(current, 'unchanged');
    const document = { ...draft, chunks: prepared.chunks.length };
    if (current) await this.repository.replace(document);
    const number = current?.number ?? (await this.repository.insert(document));
    await this.store.put(number, prepared);
    return toAddedDocument({ ...document, doc_id: draft.docId }, current ? 'replaced' : 'created');
  }
}

/** The error for an unknown document id. */
export function documentNotFound(): NotFoundError {
  return new NotFoundError('There is no such document.');
}

function toAddedDocument(
  { doc_id: docId, title, chunks }: Pick<DocumentRecord, 'doc_id' | 'title' | 'chunks'>,
  outcome: AddedDocument['outcome'],
): AddedDocument {
  return { docId, title, chunks, outcome };
}
