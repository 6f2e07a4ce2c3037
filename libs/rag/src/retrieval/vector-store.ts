/** A chunk as it goes into the store. */
export interface NewChunk {
  readonly text: string;
  /** What its words are taken from: title and text. */
  readonly indexedText: string;
  readonly embedding: Float32Array;
}

/** The chunks of a document, ready to be put under its number. */
export interface PreparedChunks {
  readonly chunks: readonly NewChunk[];
  /** Whose vectors they are: the store's `embedderLabel` the embedder. */
  readonly embedder: string;
  /** Under which key the store keeps their vectors outside of the database; null where it does not. */
  readonly externalKey: string | null;
}

/** Names a chunk inside its tenant. */
export interface ChunkKey {
  /** `number` of the document. */
  readonly document_number: number;
  /** From 1. */
  readonly position: number;
}

export interface SearchQuery {
  readonly tenantId: string;
  readonly question: string;
  /** null: compare no vectors. */
  readonly vector: Float32Array | null;
  /** The label of the embedder that made `vector`; only its vectors are compared. */
  readonly embedder: string;
  /** How many chunks each side puts forward. */
  readonly depth: number;
}

/** A chunk that one side put forward, with the evidence of both. */
export interface Candidate extends ChunkKey {
  /** BM25 as a share, 0..1, of the most that any chunk could reach for this question; 0 without a common word. */
  readonly sparse: number;
  /** The cosine; null where vectors were not, or could not be, compared. */
  readonly dense: number | null;
}

export interface SearchResult {
  readonly candidates: readonly Candidate[];
  /** Chunks of the tenant. */
  readonly chunks: number;
  /** Those among them that have a vector of this embedder. */
  readonly compared: number;
  /** Why no vectors were compared though some should have been; null when nothing failed. */
  readonly failure: string | null;
}

export interface StoredChunk extends ChunkKey {
  readonly doc_id: string;
  readonly title: string;
  readonly text: string;
}

/**
 * Where chunks are kept and found. What other tenants store changes neither ranking nor scores, and the same chunks with the same
 * vectors have the same scores in every store (`libs/rag/testing/vector-store.contract.ts`).
 *
 * Chunks are put in two steps, since a store may have to wait for another server, and no transaction shall:
 *
 * ```ts
 * const prepared = await store.prepare(tenantId, chunks, store.embedderLabel(embedder.id));
 * await database.asTenant(tenantId, () => store.put(number, prepared)); // found once this is committed
 * ```
 */
export abstract class VectorStore {
  /** The name under which vectors of this embedder are known here. Vectors of another name are not compared. */
  abstract embedderLabel(embedderId: string): string;

  /**
   * Outside of any transaction. What is prepared and never put is forgotten in time.
   *
   * @throws DomainError `upstream-failed` or `upstream-timeout` when another server that keeps the vectors does not
   */
  abstract prepare(tenantId: string, chunks: readonly NewChunk[], embedder: string): Promise<PreparedChunks>;

  /** In the open transaction: replaces the chunks of a document; the tenant's corpus is locked by the caller. */
  abstract put(documentNumber: number, prepared: PreparedChunks): Promise<void>;

  /** In the open transaction: forgets the chunks of a document. */
  abstract remove(documentNumber: number): Promise<void>;

  /** Outside of any transaction: whether there is nothing to be found. */
  abstract isEmpty(tenantId: string): Promise<boolean>;

  /** Outside of any transaction: the union of what words and vectors put forward, in no order that means anything. */
  abstract search(query: SearchQuery): Promise<SearchResult>;

  /** Outside of any transaction: the chunks with these keys that are still there, in their order. */
  abstract read(tenantId: string, keys: readonly ChunkKey[]): Promise<StoredChunk[]>;
}
