/** A chunk as it goes into the store. */
export interface NewChunk {
  readonly text: string;
  /** What its words are taken from: title and text. */
  readonly indexedText: string;
  readonly embedding: Float32Array;
}

/** Names a chunk inside its tenant. */
export interface ChunkKey {
  /** `number` of the document. */
  readonly document_number: number;
  /** From 1. */
  readonly position: number;
}

export interface Search {
  readonly question: string;
  /** null: compare no vectors. */
  readonly vector: Float32Array | null;
  /** The embedder that made `vector`; only its vectors are compared. */
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

export interface Findings {
  readonly candidates: readonly Candidate[];
  /** Chunks of the tenant. */
  readonly chunks: number;
  /** Those among them that have a vector of this embedder. */
  readonly compared: number;
}

export interface StoredText extends ChunkKey {
  readonly doc_id: string;
  readonly title: string;
  readonly text: string;
}

/**
 * Where chunks are kept and found. Every call works in the open transaction, for its tenant alone: what other tenants store
 * changes neither ranking nor scores.
 */
export abstract class VectorStore {
  /** Replaces the chunks of a document; the tenant's corpus is locked by the caller. */
  abstract put(documentNumber: number, chunks: readonly NewChunk[], embedder: string): Promise<void>;

  /** Forgets the chunks of a document. */
  abstract remove(documentNumber: number): Promise<void>;

  /** The union of what words and vectors put forward, in no order that means anything. */
  abstract search(search: Search): Promise<Findings>;

  /** The chunks with these keys, in their order. */
  abstract read(keys: readonly ChunkKey[]): Promise<StoredText[]>;
}
