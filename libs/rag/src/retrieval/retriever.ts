import { Injectable, Logger } from '@nestjs/common';
import { Embedder } from '../embedding/embedder.js';
import { fuse } from './fusion.js';
import { type ChunkKey, type SearchResult, VectorStore } from './vector-store.js';

export interface RetrievalInput {
  readonly tenantId: string;
  readonly question: string;
  /** How many chunks, at most. */
  readonly topK: number;
  /** 0 (words only) to 1 (vectors only). */
  readonly alpha: number;
}

export interface RetrievedChunk {
  readonly doc_id: string;
  /** `<doc_id>#<n>`, n from 1. */
  readonly chunk_id: string;
  readonly title: string;
  readonly text: string;
  /** 0..1, the same on every replica whatever other tenants store. */
  readonly score: number;
}

/** What retrieval could not do as asked. */
interface RetrievalDegradation {
  readonly stage: 'retrieve';
  readonly reason: string;
}

export interface RetrievalResult {
  /** Best first. */
  readonly chunks: readonly RetrievedChunk[];
  readonly degraded: readonly RetrievalDegradation[];
}

interface QuestionEmbedding {
  readonly vector: Float32Array | null;
  readonly degraded: readonly RetrievalDegradation[];
}

/** Each side puts forward more than is asked for: what one ranks low may win by the other. */
const minDepth = 100;
const depthFactor = 4;
const maxEmptyTenants = 10_000;
const emptyResult: RetrievalResult = { chunks: [], degraded: [] };

/** Finds the chunks of the tenant that speak to a question, by words and by vectors (specification §4.2). */
@Injectable()
export class Retriever {
  private readonly logger = new Logger('retrieval');
  /** Tenants that had no chunks when they were last searched: a hint that spares them an embedding, and nothing else. */
  private readonly emptyTenants = new Set<string>();

  constructor(
    private readonly store: VectorStore,
    private readonly embedder: Embedder,
  ) {}

  /**
   * Embeds the question first, since that may wait for another server, and then searches, with no transaction open meanwhile. Where
   * vectors are asked for and cannot be had, because the embedder or the store fails or another one made some of the tenant's vectors, words alone
   * decide and `degraded` says so.
   */
  async retrieve(input: RetrievalInput): Promise<RetrievalResult> {
    if (await this.isKnownEmpty(input.tenantId)) return emptyResult;
    const isSparse = input.alpha === 0;
    const questionEmbedding = isSparse
      ? { vector: null, degraded: [] }
      : await this.embedQuestion(input.question);
    return this.search(input, questionEmbedding);
  }

  private async search(
    { tenantId, question, topK, alpha }: RetrievalInput,
    { vector, degraded: embeddingDegradations }: QuestionEmbedding,
  ): Promise<RetrievalResult> {
    const depth = Math.max(minDepth, depthFactor * topK);
    const embedder = this.store.embedderLabel(this.embedder.id);
    const result = await this.store.search({ tenantId, question, vector, embedder, depth });
    if (result.chunks === 0) this.rememberEmpty(tenantId);
    const degraded = [...embeddingDegradations, ...searchDegradations(result, vector !== null)];
    const isHybrid = vector !== null && degraded.length === 0;
    const ranked = fuse(
      eligibleCandidates(result, isHybrid),
      isHybrid ? alpha : 0,
      this.embedder.calibration,
    );
    return { chunks: await this.read(tenantId, ranked.slice(0, topK)), degraded };
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

  private async embedQuestion(question: string): Promise<QuestionEmbedding> {
    try {
      const [vector = null] = await this.embedder.embed([question]);
      return { vector, degraded: [] };
    } catch (error) {
      this.logger.warn({ err: error }, 'the question could not be embedded');
      return { vector: null, degraded: [toDegradation('the question could not be embedded')] };
    }
  }

  /** A chunk that was deleted since it was found is left out. */
  private async read(tenantId: string, ranked: ReturnType<typeof fuse>): Promise<RetrievedChunk[]> {
    if (ranked.length === 0) return [];
    const scores = new Map(ranked.map((one) => [chunkKeyText(one), one.score]));
    const texts = await this.store.read(tenantId, ranked);
    return texts.map((chunk) => {
      const { doc_id, position, title, text } = chunk;
      return {
        doc_id,
        chunk_id: `${doc_id}#${position}`,
        title,
        text,
        score: scores.get(chunkKeyText(chunk))!,
      };
    });
  }
}

function chunkKeyText({ document_number: number, position }: ChunkKey): string {
  return `${number}#${position}`;
}

/** Without vectors, a chunk that has no word of the question was not found at all. */
function eligibleCandidates({ candidates }: SearchResult, isHybrid: boolean): SearchResult['candidates'] {
  return isHybrid ? candidates : candidates.filter(({ sparse }) => sparse > 0);
}

function searchDegradations(
  { chunks, compared, failure }: SearchResult,
  isDenseRequested: boolean,
): RetrievalDegradation[] {
  if (failure !== null) return [toDegradation(failure)];
  if (!isDenseRequested || compared === chunks) return [];
  const others = `${chunks - compared} of ${chunks} chunks`;
  return [toDegradation(`${others} were embedded by another model; add their documents again`)];
}

function toDegradation(reason: string): RetrievalDegradation {
  return { stage: 'retrieve', reason: `keywords only: ${reason}` };
}
