import type { Fetch, IncomingResponse } from '#egress';
import { candidateUrls } from '../upstream/candidate-urls.js';
import { readText } from '../upstream/response-body.js';
import { RouteFinder } from '../upstream/route-finder.js';
import { type Passage, Reranker } from './reranker.js';
import { type IndexedScore, passageText, normalizeScores } from './passage-scores.js';

/** A server with a `/rerank` route. */
export interface RerankEndpoint {
  /** With or without `/rerank` and `/v1`. */
  readonly url: string;
  /** null: the server needs no key. */
  readonly apiKey: string | null;
  /** null: the server has only one model. */
  readonly model: string | null;
}

type ToBody = (question: string, texts: readonly string[]) => object;

/** The request bodies that servers understand. The first one is Cohere's, which Jina, vLLM and most others also use. */
const bodies: readonly ToBody[] = [
  (query, documents) => ({ query, documents, top_n: documents.length, return_documents: false }),
  // Hugging Face's TEI.
  (query, texts) => ({ query, texts, truncate: true }),
  // Voyage.
  (query, documents) => ({ query, documents, top_k: documents.length, return_documents: false }),
];
/** Texts in one request: all, then the default limit of TEI, then one that every known server accepts. */
const batchSizes = [Infinity, 32, 10];
const refusalStatuses = [400, 413, 422];
const maxAnswerBytes = 4 * 1024 * 1024;

interface Attempt {
  readonly toBody: ToBody;
  readonly batchSize: number;
}

const allAttempts: readonly Attempt[] = batchSizes.flatMap((batchSize) =>
  bodies.map((toBody) => ({ toBody, batchSize })),
);

/** Any server with a `/rerank` route. It is asked in several ways until it accepts one, which is used from then on. */
export class HttpReranker extends Reranker {
  private readonly route: RouteFinder;
  private attempts = allAttempts;

  constructor(
    private readonly endpoint: RerankEndpoint,
    private readonly fetch: Fetch,
  ) {
    super();
    this.route = new RouteFinder(candidateUrls(endpoint.url, 'rerank'), isMissingRoute);
  }

  async score(
    question: string,
    passages: readonly Passage[],
    signal: AbortSignal,
  ): Promise<(number | null)[]> {
    const texts = passages.map(passageText);
    let refusal: unknown = null;
    for (const attempt of this.attempts) {
      try {
        const scores = await this.requestScores(attempt, { question, texts, signal });
        this.remember(attempt);
        return normalizeScores(scores, texts.length);
      } catch (error) {
        if (!(error instanceof RerankRequestError) || !refusalStatuses.includes(error.status)) throw error;
        refusal = error;
      }
    }
    throw refusal;
  }

  /** A smaller batch stays possible: another question may have more passages. */
  private remember({ toBody, batchSize }: Attempt): void {
    this.attempts = allAttempts.filter(
      (attempt) => attempt.toBody === toBody && attempt.batchSize <= batchSize,
    );
  }

  private async requestScores(
    { toBody, batchSize }: Attempt,
    { question, texts, signal }: ScoringInput,
  ): Promise<IndexedScore[]> {
    const size = Math.min(batchSize, texts.length);
    const offsets = Array.from({ length: Math.ceil(texts.length / size) }, (_, index) => index * size);
    const batches = offsets.map(async (offset) => {
      const body = toBody(question, texts.slice(offset, offset + size));
      const scores = await this.route.call((url) => this.post(url, body, signal));
      return scores.map(({ index, score }) => ({ index: index + offset, score }));
    });
    return (await Promise.all(batches)).flat();
  }

  private async post(url: string, body: object, signal: AbortSignal): Promise<IndexedScore[]> {
    const { apiKey, model } = this.endpoint;
    const response = await this.fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'attune',
        ...(apiKey !== null && { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify({ ...(model !== null && { model }), ...body }),
      signal,
    });
    if (!response.ok) throw await toRequestError(response);
    return parseScores(JSON.parse(await readText(response, maxAnswerBytes)));
  }
}

interface ScoringInput {
  readonly question: string;
  readonly texts: readonly string[];
  readonly signal: AbortSignal;
}

class RerankRequestError extends Error {
  constructor(readonly status: number) {
    super(`The reranker answered with status ${status}.`);
  }
}

function isMissingRoute(error: unknown): boolean {
  return error instanceof RerankRequestError && error.status === 404;
}

/** Ignores the body: it may repeat the question. */
async function toRequestError(response: IncomingResponse): Promise<RerankRequestError> {
  await readText(response, maxAnswerBytes);
  return new RerankRequestError(response.status);
}

/** `{results: [{index, relevance_score}]}`, the same list as `data` (Voyage), or `[{index, score}]` (TEI). */
function parseScores(answer: unknown): IndexedScore[] {
  const { results, data } = (answer ?? {}) as { results?: unknown; data?: unknown };
  const list = Array.isArray(answer) ? (answer as unknown[]) : (results ?? data);
  if (!Array.isArray(list)) throw new Error('The answer of the reranker has no list of results.');
  return (list as ({ index: number; score?: number; relevance_score?: number } | null)[]).map((result) => ({
    index: Number(result?.index),
    score: Number(result?.relevance_score ?? result?.score),
  }));
}
