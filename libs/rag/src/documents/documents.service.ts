import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ConfigReader } from '#config';
import { Database } from '#database';
import { ConflictError, NotFoundError, canonicalJson, randomHex } from '#kernel';
import { Embedder } from '../embedding/embedder.js';
import { type NewChunk, type PreparedChunks, VectorStore } from '../retrieval/vector-store.js';
import { type DraftChunk, chunkingVersion, chunksOf } from './chunking/chunks.js';
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

/** Whoever waits for documents to be added: told how many of their chunks are embedded, and able to give up before they are kept. */
export interface Watcher {
  readonly onEmbedded?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

type Draft = Omit<NewDocument, 'chunks'>;

/** A document that will be kept; `prepared` is null for one that was there already, exactly so. */
interface Admitted {
  readonly draft: Draft;
  readonly known: DocumentRecord | null;
  readonly prepared: PreparedChunks | null;
}

/** Chunks between two looks at the watcher. */
const embeddedAtOnce = 64;

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
    watcher: Watcher = {},
  ): Promise<AddedDocument[]> {
    for (const request of requests) checkDocument(request);
    const drafts = requests.map((request) => this.draftOf(request));
    const { settings } = await this.configurations.current(tenantId);
    const most = settings.max_documents;
    const known = await this.database.readAsTenant(tenantId, async () => {
      return this.admit(drafts, most, await this.repository.count());
    });
    const admitted = await this.prepare(tenantId, drafts, { known, watcher });
    watcher.signal?.throwIfAborted();
    return this.database.asTenant(tenantId, () => this.keep(admitted, most));
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

  /** Those that are there already, in the order of the drafts. Those that are new must fit the limit, all together. */
  private async admit(
    drafts: readonly Draft[],
    most: number,
    documents: number,
  ): Promise<(DocumentRecord | null)[]> {
    const known: (DocumentRecord | null)[] = [];
    for (const { docId } of drafts) known.push(await this.repository.find(docId));
    const added = known.filter((one) => one === null).length;
    if (added === 0 || documents + added <= most) return known;
    const message = `The tenant has ${documents} documents and max_documents is ${most}; delete ${documents + added - most} first.`;
    throw new ConflictError(message, { limit: most });
  }

  private async prepare(
    tenantId: string,
    drafts: readonly Draft[],
    { known, watcher }: { known: readonly (DocumentRecord | null)[]; watcher: Watcher },
  ): Promise<Admitted[]> {
    const isUnchanged = (index: number) => known[index]?.digest === drafts[index]!.digest;
    const cut = drafts.map((draft, index) => (isUnchanged(index) ? [] : cutOf(draft)));
    const embedded = await this.embed(cut.flat(), watcher);
    const admitted: Admitted[] = [];
    for (const [index, draft] of drafts.entries()) {
      const chunks = embedded.splice(0, cut[index]!.length);
      const prepared = isUnchanged(index) ? null : await this.prepareOne(tenantId, chunks);
      admitted.push({ draft, known: known[index]!, prepared });
    }
    return admitted;
  }

  private prepareOne(tenantId: string, chunks: readonly NewChunk[]): Promise<PreparedChunks> {
    return this.store.prepare(tenantId, chunks, this.store.labelOf(this.embedder.id));
  }

  private async embed(
    chunks: readonly Omit<NewChunk, 'embedding'>[],
    { onEmbedded, signal }: Watcher,
  ): Promise<NewChunk[]> {
    const embedded: NewChunk[] = [];
    while (embedded.length < chunks.length) {
      signal?.throwIfAborted();
      const batch = chunks.slice(embedded.length, embedded.length + embeddedAtOnce);
      const vectors = await this.embedder.embed(batch.map(({ indexedText }) => indexedText));
      embedded.push(...batch.map((chunk, index) => ({ ...chunk, embedding: vectors[index]! })));
      onEmbedded?.(embedded.length, chunks.length);
    }
    return embedded;
  }

  /** Decided anew under the lock: another writer may have come first. */
  private async keep(admitted: readonly Admitted[], most: number): Promise<AddedDocument[]> {
    const changing = admitted.filter(({ prepared }) => prepared !== null);
    if (changing.length > 0) {
      const documents = await this.repository.lockCorpus();
      await this.admit(
        changing.map(({ draft }) => draft),
        most,
        documents,
      );
    }
    const added: AddedDocument[] = [];
    for (const one of admitted) added.push(await this.keepOne(one));
    return added;
  }

  private async keepOne({ draft, known: before, prepared }: Admitted): Promise<AddedDocument> {
    if (prepared === null) return addedOf(before!, 'unchanged');
    const known = await this.repository.find(draft.docId);
    if (known?.digest === draft.digest) return addedOf(known, 'unchanged');
    const document = { ...draft, chunks: prepared.chunks.length };
    if (known) await this.repository.replace(document);
    const number = known?.number ?? (await this.repository.insert(document));
    await this.store.put(number, prepared);
    return addedOf({ ...document, doc_id: draft.docId }, known ? 'replaced' : 'created');
  }

  private draftOf({ id, title, text, metadata = {} }: DocumentRequest): Draft {
    const origins = [title, text, metadata, this.store.labelOf(this.embedder.id), chunkingVersion];
    const digest = createHash('sha256').update(canonicalJson(origins)).digest('hex');
    return { docId: id ?? randomHex(8), title, text, metadata, digest };
  }
}

function cutOf({ title, text }: Draft): Omit<NewChunk, 'embedding'>[] {
  return chunksOf(text).map((chunk: DraftChunk) => ({
    text: chunk.text,
    indexedText: `${title}\n${chunk.text}`,
  }));
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
