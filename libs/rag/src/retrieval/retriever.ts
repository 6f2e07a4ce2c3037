import { Injectable, Logger } from '@nestjs/common';
import { Database } from '#database';
import { Embedder } from '../embedding/embedder.js';
import { fuse } from './fusion.js';
import { type Findings, VectorStore } from './vector-store.js';

export interface RetrievalRequest {
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

export interface Retrieval {
  /** Best first. */
  readonly chunks: readonly RetrievedChunk[];
  readonly degraded: readonly RetrievalDegradation[];
}

interface DenseSide {
  readonly vector: Float32Array | null;
  readonly degraded: readonly RetrievalDegradation[];
}

/** Each side puts forward more than is asked for: what one ranks low may win by the other. */
const leastDepth = 100;
const depthFactor = 4;

/** Finds the chunks of the tenant that speak to a question, by words and by vectors (SPEC §4.2). */
@Injectable()
export class Retriever {
  private readonly logger = new Logger('retrieval');

  constructor(
    private readonly database: Database,
    private readonly store: VectorStore,
    private readonly embedder: Embedder,
  ) {}

  /**
   * Embeds the question first, since that may wait for another server, and then searches in a transaction of its own. Where
   * vectors are asked for and cannot be had, because the embedder fails or made not all of the tenant's vectors, words alone
   * decide and `degraded` says so.
   */
  async retrieve(request: RetrievalRequest): Promise<Retrieval> {
    const isSparse = request.alpha === 0;
    const side = isSparse ? { vector: null, degraded: [] } : await this.denseSideOf(request.question);
    return this.database.readAsTenant(request.tenantId, () => this.search(request, side));
  }

  private async search({ question, topK, alpha }: RetrievalRequest, side: DenseSide): Promise<Retrieval> {
    const depth = Math.max(leastDepth, depthFactor * topK);
    const findings = await this.store.search({
      question,
      vector: side.vector,
      embedder: this.embedder.id,
      depth,
    });
    const degraded = side.vector ? mismatchOf(findings) : side.degraded;
    const isHybrid = side.vector !== null && degraded.length === 0;
    const ranked = fuse(candidatesFor(findings, isHybrid), isHybrid ? alpha : 0, this.embedder.calibration);
    return { chunks: await this.read(ranked.slice(0, topK)), degraded };
  }

  private async denseSideOf(question: string): Promise<DenseSide> {
    try {
      const [vector = null] = await this.embedder.embed([question]);
      return { vector, degraded: [] };
    } catch (error) {
      this.logger.warn({ err: error }, 'the question could not be embedded');
      return { vector: null, degraded: [degradation('the question could not be embedded')] };
    }
  }

  private async read(ranked: ReturnType<typeof fuse>): Promise<RetrievedChunk[]> {
    const texts = await this.store.read(ranked);
    return texts.map(({ doc_id, position, title, text }, index) => {
      return { doc_id, chunk_id: `${doc_id}#${position}`, title, text, score: ranked[index]!.score };
    });
  }
}

/** Without vectors, a chunk that has no word of the question was not found at all. */
function candidatesFor({ candidates }: Findings, isHybrid: boolean): Findings['candidates'] {
  return isHybrid ? candidates : candidates.filter(({ sparse }) => sparse > 0);
}

function mismatchOf({ chunks, compared }: Findings): RetrievalDegradation[] {
  if (compared === chunks) return [];
  return [
    degradation(
      `${chunks - compared} of ${chunks} chunks were embedded by another model; add their documents again`,
    ),
  ];
}

function degradation(reason: string): RetrievalDegradation {
  return { stage: 'retrieve', reason: `keywords only: ${reason}` };
}
