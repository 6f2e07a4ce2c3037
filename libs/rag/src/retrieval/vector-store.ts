import type { AnalysedText } from '../analysis/analyse-text.js';
import type { LanguageChoice } from '../analysis/languages.js';
import type { MetadataFilter } from './metadata-filter.js';

/** A chunk to be stored. */
export interface NewChunk {
  readonly text: string;
  /** Title and text. Its words are searched, and its vector is compared. */
  readonly indexedText: string;
  /** The words of `indexedText`. */
  readonly words: AnalysedText;
  readonly embedding: Float32Array;
}

/** The chunks of a document. */
export interface DocumentChunks {
  readonly chunks: readonly NewChunk[];
  /** The language in which the words were analysed. */
  readonly language: string;
}

/** The chunks of a document, ready for `VectorStore.put`. */
export interface PreparedChunks extends DocumentChunks {
  /** The store's `embedderLabel` of the embedder that made the vectors. */
  readonly embedder: string;
  /** Key of the vectors in an external store; null if the vectors are in the database. */
  readonly externalKey: string | null;
}

/** New words of a stored chunk whose text stays. */
export interface ReplacedWords {
  readonly position: number;
  /** The key of its vector in an external store, or null. */
  readonly external_key: string | null;
  readonly words: AnalysedText;
}

/** Identifies a chunk within its tenant. */
export interface ChunkKey {
  /** The `number` of the document. */
  readonly document_number: number;
  /** From 1. */
  readonly position: number;
}

/** One search in the chunks of a tenant. */
export interface SearchQuery {
  readonly tenantId: string;
  readonly question: string;
  readonly language: LanguageChoice;
  /** The question's vector; null: search by keywords only. */
  readonly vector: Float32Array | null;
  /** Label of the embedder of `vector`. Only vectors with this label are compared. */
  readonly embedder: string;
  /** How many candidates each side proposes. */
  readonly depth: number;
  /** Only chunks of documents with this metadata are candidates. The statistics of words are those of all documents, so scores stay the same. */
  readonly filter?: MetadataFilter;
}

/** A chunk that one side proposed, with the evidence of both sides. */
export interface Candidate extends ChunkKey {
  /** BM25 as a share, 0 to 1, of the maximum for this question; 0 without a common word. */
  readonly sparse: number;
  /** Cosine similarity; null if no vectors were compared. */
  readonly dense: number | null;
}

/** The candidates of a search and how complete it was. */
export interface SearchResult {
  readonly candidates: readonly Candidate[];
  /** Number of the tenant's chunks. */
  readonly chunks: number;
  /** The language that the question is probably in (ISO 639-1); null if it is not known. */
  readonly language: string | null;
  /** True if keywords found nothing because a newer release made the words of the tenant's chunks. */
  readonly lacksKeywords?: boolean;
  /** True if the filter was applied to a part of the chunks only, because there are too many. */
  readonly isPartlyFiltered?: boolean;
  /** How many of them have a vector of this embedder. */
  readonly compared: number;
  /** Why vectors were not compared although requested; null if nothing failed. */
  readonly failure: string | null;
}

/** The text of a stored chunk, with what its document says. */
export interface StoredChunk extends ChunkKey {
  readonly doc_id: string;
  readonly title: string;
  /** Of the document. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/**
 * Stores and searches chunks. Documents of other tenants change neither ranking nor scores. The same chunks with the same vectors
 * have the same scores in every store (`libs/rag/testing/retrieval/vector-store.contract.ts`).
 *
 * Chunks are stored in two steps, because a store may wait for another server and a transaction must not:
 *
 * ```ts
 * const prepared = await store.prepare(tenantId, { chunks, language: 'en' }, store.embedderLabel(embedder.id));
 * await database.asTenant(tenantId, () => store.put(documentNumber, prepared)); // searchable after the commit
 * ```
 */
export abstract class VectorStore {
  /** The label of this embedder's vectors in this store. Vectors with another label are not compared. */
  abstract embedderLabel(embedderId: string): string;

  /**
   * Call it outside of any transaction. Prepared chunks that are never put are deleted later.
   *
   * @throws UpstreamError `upstream-failed` or `upstream-timeout` when an external store fails
   */
  abstract prepare(tenantId: string, document: DocumentChunks, embedder: string): Promise<PreparedChunks>;

  /** Replaces the chunks of a document, in the open transaction. The caller has locked the tenant's corpus. */
  abstract put(documentNumber: number, prepared: PreparedChunks): Promise<void>;

  /**
   * Replaces the words of stored chunks where they are kept outside of the database. Call it outside of any transaction.
   *
   * @throws UpstreamError `upstream-failed` or `upstream-timeout` when an external store fails
   */
  abstract replaceWords(tenantId: string, chunks: readonly ReplacedWords[]): Promise<void>;

  /** Removes the chunks of a document, in the open transaction. */
  abstract remove(documentNumber: number): Promise<void>;

  /** True if the tenant has no chunks. Call it outside of any transaction. */
  abstract isEmpty(tenantId: string): Promise<boolean>;

  /** The candidates of keywords and vectors together, in no particular order. Call it outside of any transaction. */
  abstract search(query: SearchQuery): Promise<SearchResult>;

  /** The chunks with these keys, in their order, without those that were deleted. Call it outside of any transaction. */
  abstract read(tenantId: string, keys: readonly ChunkKey[]): Promise<StoredChunk[]>;
}

/** The key as a text, `<document number>#<position>`, for maps. */
export function chunkKeyText({ document_number: number, position }: ChunkKey): string {
  return `${number}#${position}`;
}
