import { Inject, Injectable, Logger } from '@nestjs/common';
import type { LanguageChoice } from '../analysis/languages.js';
import { Embedder } from '../embedding/embedder.js';
import { QuestionVectors } from '../embedding/question-vectors.js';
import { AbortScope } from '../upstream/abort-scope.js';
import { type ScoredCandidate, fuse, meanOfForms, sidesOf } from './fusion.js';
import { CorpusCache } from './memory/corpus-cache.js';
import type { MemoryCorpus } from './memory/memory-corpus.js';
import type { MetadataFilter } from './metadata-filter.js';
import { type Candidate, type SearchResult, VectorStore, chunkKeyText } from './vector-store.js';

/** A search in the chunks of one tenant. */
export interface RetrievalInput {
  readonly tenantId: string;
  readonly question: string;
  /** Further forms of the question. The score of a chunk is the mean of its scores for all forms. */
  readonly furtherForms?: readonly string[];
  /** The language of the question's words. Default: `auto`. */
  readonly language?: LanguageChoice;
  /** Maximum number of chunks. */
  readonly topK: number;
  /** Returns up to this many chunks instead. The search, and so the first `topK` of them, stays the same. */
  readonly maxChunks?: number;
  /** 0 (keywords only) to 1 (vectors only). */
  readonly alpha: number;
  /** Only documents with this metadata. */
  readonly filter?: MetadataFilter;
  /** `database`: never from memory. Default: memory where it holds the tenant's documents. */
  readonly source?: 'database';
}

/** What retrieval found about a chunk, 0 to 1 each. */
interface RetrievalScores {
  /** Of the vectors; null if none were compared. */
  readonly dense: number | null;
  /** Of the keywords. */
  readonly sparse: number;
  /** `alpha × dense + (1 − alpha) × sparse`, with the alpha that retrieval could apply. */
  readonly fused: number;
}

/** A chunk that retrieval found. */
export interface RetrievedChunk {
  readonly doc_id: string;
  /** `<doc_id>#<n>`, n from 1. */
  readonly chunk_id: string;
  readonly title: string;
  readonly text: string;
  /** Of the document. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly scores: RetrievalScores;
  /** The last score, by which the chunks are ordered: 0 to 1. The same on every replica, whatever other tenants store. */
  readonly score: number;
}

/** What retrieval could not do as requested. */
interface RetrievalDegradation {
  readonly stage: 'retrieve';
  readonly reason: string;
}

/** The found chunks. `degraded` is not empty when keywords alone decided although vectors were requested. */
export interface RetrievalResult {
  /** Best first. */
  readonly chunks: readonly RetrievedChunk[];
  readonly degraded: readonly RetrievalDegradation[];
  /**
   * The version of the documents that were searched in memory, to be compared with the current one. Without it the database was searched,
   * so they are as of this search.
   */
  readonly memoryVersion?: number;
}

type ChunkSource = Pick<VectorStore, 'search' | 'read'>;

interface QuestionEmbedding {
  /** For each form of the question; null: keywords only. */
  readonly vectors: readonly Float32Array[] | null;
  readonly degraded: readonly RetrievalDegradation[];
}

/** One form of a question. */
interface QuestionForm {
  readonly text: string;
  readonly vector: Float32Array | null;
}

/** The candidates of one form, with their scores. */
interface FormResult {
  readonly candidates: readonly ScoredCandidate<Candidate>[];
  readonly degraded: readonly RetrievalDegradation[];
}

/** Each side proposes more candidates than requested: a chunk that one side ranks low may win by the other. */
const minDepth = 100;
/** How much of its weight the vector side keeps for a question in a language that the embedder does not know. */
const unknownLanguageShare = 0.1;
const depthFactor = 4;
/** Keywords alone answer sooner than an embedding server that takes longer. */
const questionTimeoutMs = 10_000;
const maxEmptyTenants = 10_000;
const emptyResult: RetrievalResult = { chunks: [], degraded: [] };

/** Hybrid retrieval: finds a tenant's relevant chunks by keywords (BM25) and vectors (specification §4.2). */
@Injectable()
export class Retriever {
  private readonly logger = new Logger('retrieval');
  /** Tenants without chunks at their last search. Only a hint that saves an embedding call; the store is asked again. */
  private readonly emptyTenants = new Set<string>();
  private readonly questionVectors: QuestionVectors;

  constructor(
    private readonly store: VectorStore,
    private readonly embedder: Embedder,
    @Inject(CorpusCache) private readonly corpora: CorpusCache | null = null,
  ) {
    this.questionVectors = new QuestionVectors(embedder);
  }

  /**
   * Embeds the question, then searches; no transaction is open meanwhile. Keywords alone decide, and `degraded` says so, if vectors
   * are requested but the embedder or the vector store fails, or if another model made some of the tenant's vectors.
   *
   * ```ts
   * const { chunks } = await retriever.retrieve({ tenantId, question: 'When is the rent due?', topK: 5, alpha: 0.5 });
   * ```
   *
   * @throws UnavailableError when the database is unreachable
   */
  async retrieve(input: RetrievalInput): Promise<RetrievalResult> {
    const corpus = this.findInMemory(input);
    if (corpus === null) {
      return (await this.isKnownEmpty(input.tenantId)) ? emptyResult : this.embedAndSearch(input, this.store);
    }
    const found = corpus.chunks === 0 ? emptyResult : await this.embedAndSearch(input, corpus);
    return { ...found, memoryVersion: corpus.version };
  }

  /** The tenant's documents have this version, and not the `memoryVersion` of a result: that memory is not used again. */
  correct(tenantId: string, version: number): void {
    this.corpora?.correct(tenantId, version);
  }

  /** Metadata is not indexed in memory: the database filters. */
  private findInMemory({ tenantId, source, filter }: RetrievalInput): MemoryCorpus | null {
    if (source === 'database' || filter !== undefined) return null;
    return this.corpora?.find(tenantId) ?? null;
  }

  private async embedAndSearch(input: RetrievalInput, source: ChunkSource): Promise<RetrievalResult> {
    const { tenantId, question, furtherForms = [], topK, alpha, maxChunks = topK } = input;
    const texts = [question, ...furtherForms];
    const { vectors, degraded } =
      alpha === 0 ? { vectors: null, degraded: [] } : await this.embedQuestions(tenantId, texts);
    const results: FormResult[] = [];
    for (const [index, text] of texts.entries())
      results.push(await this.searchForm(input, { text, vector: vectors?.[index] ?? null }, source));
    const ranked = meanOfForms(results.map(({ candidates }) => candidates));
    return {
      chunks: await this.readRanked(source, tenantId, ranked.slice(0, maxChunks)),
      degraded: [...degraded, ...results[0]!.degraded],
    };
  }

  private async searchForm(
    input: RetrievalInput,
    { text: question, vector }: QuestionForm,
    source: ChunkSource,
  ): Promise<FormResult> {
    const { tenantId, language = 'auto', topK, alpha, filter } = input;
    const depth = Math.max(minDepth, depthFactor * topK);
    const embedder = this.store.embedderLabel(this.embedder.id);
    const query = { tenantId, question, language, vector, embedder, depth, ...(filter && { filter }) };
    const result = await source.search(query);
    if (result.chunks === 0) this.rememberEmpty(tenantId);
    const degraded = searchDegradations(result, vector !== null);
    const isHybrid = vector !== null && degraded.length === 0;
    const knowsLanguage = result.language === null || this.embedder.knowsLanguage(result.language);
    const candidates = fuse(
      eligibleCandidates(result, isHybrid),
      isHybrid ? effectiveAlpha(alpha, knowsLanguage) : 0,
      { calibration: this.embedder.calibration, limit: neededCandidates(input) },
    );
    return { candidates, degraded: [...degraded, ...furtherDegradations(result)] };
  }

  /** Leaves out chunks that were deleted since the search. */
  private async readRanked(
    source: ChunkSource,
    tenantId: string,
    ranked: readonly ScoredCandidate<Candidate>[],
  ): Promise<RetrievedChunk[]> {
    if (ranked.length === 0) return [];
    const candidates = new Map(ranked.map((one) => [chunkKeyText(one), one]));
    const texts = await source.read(tenantId, ranked);
    return texts.map((chunk) => {
      const { doc_id, position, title, text, metadata } = chunk;
      const candidate = candidates.get(chunkKeyText(chunk))!;
      const { score } = candidate;
      const scores = { ...sidesOf(candidate, this.embedder.calibration), fused: score };
      return { doc_id, chunk_id: `${doc_id}#${position}`, title, text, metadata, scores, score };
    });
  }

  private async isKnownEmpty(tenantId: string): Promise<boolean> {
    if (!this.emptyTenants.has(tenantId)) return false;
    const isEmpty = await this.store.isEmpty(tenantId);
    if (!isEmpty) this.emptyTenants.delete(tenantId);
    return isEmpty;
  }

  private rememberEmpty(tenantId: string): void {
    if (this.emptyTenants.size >= maxEmptyTenants) this.emptyTenants.clear();
    this.emptyTenants.add(tenantId);
  }

  private async embedQuestions(tenantId: string, texts: readonly string[]): Promise<QuestionEmbedding> {
    const scope = new AbortScope({ timeoutMs: questionTimeoutMs });
    try {
      return { vectors: await this.questionVectors.embed(tenantId, texts, scope.signal), degraded: [] };
    } catch (error) {
      this.logger.warn({ err: error }, 'the question could not be embedded');
      return { vectors: null, degraded: [toDegradation('the question could not be embedded')] };
    } finally {
      scope.end();
    }
  }
}

/** Of one form of the question. The mean over several forms needs the scores of all. */
function neededCandidates({ furtherForms = [], topK, maxChunks = topK }: RetrievalInput): number {
  return furtherForms.length === 0 ? maxChunks : Infinity;
}

/**
 * Vectors of a model that does not know the question's language are weak evidence: they decide only between chunks that keywords find
 * about equally good, or not at all. Vectors alone stay vectors alone.
 */
function effectiveAlpha(alpha: number, knowsLanguage: boolean): number {
  return knowsLanguage || alpha === 1 ? alpha : alpha * unknownLanguageShare;
}

/** Without vectors, a chunk without a word of the question is not a match. */
function eligibleCandidates({ candidates }: SearchResult, isHybrid: boolean): SearchResult['candidates'] {
  if (isHybrid) return candidates;
  return candidates.filter(({ sparse }) => sparse > 0).map((one) => ({ ...one, dense: null }));
}

function searchDegradations(
  { chunks, compared, failure }: SearchResult,
  isDenseRequested: boolean,
): RetrievalDegradation[] {
  if (failure !== null) return [toDegradation(failure)];
  if (!isDenseRequested || compared === chunks) return [];
  const others = `${chunks - compared} of ${chunks} chunks`;
  return [toDegradation(`${others} were embedded by another model; re-index the documents`)];
}

const missingKeywords: RetrievalDegradation = {
  stage: 'retrieve',
  reason: 'vectors only: a newer release made the words of the documents',
};

const partlyFiltered: RetrievalDegradation = {
  stage: 'retrieve',
  reason: 'the filter was applied only to the passages that Pinecone found nearest, at most 10000',
};

function furtherDegradations({ lacksKeywords, isPartlyFiltered }: SearchResult): RetrievalDegradation[] {
  return [...(lacksKeywords ? [missingKeywords] : []), ...(isPartlyFiltered ? [partlyFiltered] : [])];
}

function toDegradation(reason: string): RetrievalDegradation {
  return { stage: 'retrieve', reason: `keywords only: ${reason}` };
}
