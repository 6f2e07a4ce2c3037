import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type FairQueue, type FieldError, InvalidInputError, canonicalJson, randomHex } from '#kernel';
import { type EmbeddingProgress, ResumableEmbedding } from '../embedding/resumable-embedding.js';
import { type PreparedChunks, VectorStore } from '../retrieval/vector-store.js';
import type { PreparedText } from './chunking/prepare-text.js';
import type { Language, LanguageChoice } from '../analysis/languages.js';
import { chunkingVersion } from './chunking/split-into-chunks.js';
import { findDocumentErrors } from './document-validation.js';
import type { DocumentRequest } from './document.request.js';
import type { NewDocument } from './documents.repository.js';
import { DocumentThreads } from './threads/document-threads.js';

/** A checked document, split into chunks, before they are embedded. */
export interface DocumentDraft extends Omit<NewDocument, 'chunks'> {
  readonly preparedText: PreparedText;
}

/** Progress and cancellation. The signal aborts the work as long as nothing is saved. */
export type PreparationOptions = EmbeddingProgress;

/** The tenant whose documents are prepared, with its setting `retrieval_language`. */
export interface DocumentOwner {
  readonly tenantId: string;
  readonly language: LanguageChoice;
}

/** What the digest of a document is made from, besides the embedder and the setting. */
export interface DigestInput extends Pick<NewDocument, 'title' | 'metadata'> {
  /** SHA-256 of the text. */
  readonly textDigest: string;
}

/** Makes of a request all that is saved for a document. It changes nothing, and takes from milliseconds to minutes. */
@Injectable()
export class DocumentPreparationService {
  constructor(
    private readonly threads: DocumentThreads,
    private readonly embedding: ResumableEmbedding,
    private readonly store: VectorStore,
  ) {}

  /** In which documents wait for the turns of their tenants. For metrics. */
  get queues(): { readonly documents: FairQueue; readonly embedding: FairQueue } {
    return { documents: this.threads.queue, embedding: this.embedding.queue };
  }

  /** Checks the documents and splits them into chunks. @throws InvalidInputError with all errors of all documents */
  async draft(
    { tenantId, language }: DocumentOwner,
    requests: readonly DocumentRequest[],
    { signal }: PreparationOptions,
  ): Promise<DocumentDraft[]> {
    const owner = { tenantId, ...(signal && { signal }) };
    const errors: FieldError[] = [];
    const drafts: DocumentDraft[] = [];
    for (const request of requests) {
      errors.push(...findDocumentErrors(request));
      const { title, text } = request;
      const prepared = await this.threads.prepareText({ title, text, language }, owner);
      if ('rule' in prepared) errors.push({ field: 'text', value: text, ...prepared });
      else drafts.push(this.toDraft(request, prepared, language));
    }
    if (errors.length > 0) throw new InvalidInputError(errors);
    return drafts;
  }

  /** Embeds the chunks of each draft, and passes the vectors to the store. @throws UpstreamError when the embedding service or the store fails */
  async embed(
    tenantId: string,
    drafts: readonly DocumentDraft[],
    options: PreparationOptions,
  ): Promise<PreparedChunks[]> {
    const texts = drafts.flatMap(({ preparedText }) =>
      preparedText.chunks.map(({ indexedText }) => indexedText),
    );
    const vectors = await this.embedding.embed(tenantId, texts, options);
    const prepared: PreparedChunks[] = [];
    let from = 0;
    for (const { preparedText } of drafts) {
      const { language, chunks: unembedded } = preparedText;
      const first = from;
      const chunks = unembedded.map((chunk, index) => ({ ...chunk, embedding: vectors[first + index]! }));
      prepared.push(await this.store.prepare(tenantId, { chunks, language }, this.embedderLabel));
      from += chunks.length;
    }
    return prepared;
  }

  /** Forgets what `embed` kept in memory for the case that saving fails. */
  forget(tenantId: string, prepared: readonly PreparedChunks[]): void {
    const texts = prepared.flatMap(({ chunks }) => chunks.map(({ indexedText }) => indexedText));
    this.embedding.forget(tenantId, texts);
  }

  /**
   * The digest of a document that is made now. A named language is a part of it: a document that is added again after a change of the
   * setting is analysed again.
   */
  digestOf({ title, metadata, textDigest }: DigestInput, choice: LanguageChoice): string {
    const named: Language[] = choice === 'auto' ? [] : [choice];
    return sha256Of([title, textDigest, metadata, this.embedderLabel, chunkingVersion, ...named]);
  }

  private toDraft(
    { id, title, text, metadata = {} }: DocumentRequest,
    preparedText: PreparedText,
    choice: LanguageChoice,
  ): DocumentDraft {
    const input = { title, metadata, textDigest: preparedText.digest };
    return {
      docId: id ?? randomHex(8),
      title,
      text,
      metadata,
      digest: this.digestOf(input, choice),
      preparedText,
    };
  }

  /** The label of the vectors that it makes. */
  get embedderLabel(): string {
    return this.store.embedderLabel(this.embedding.embedderId);
  }
}

/** SHA-256, hex, of the value as canonical JSON. */
export function sha256Of(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
