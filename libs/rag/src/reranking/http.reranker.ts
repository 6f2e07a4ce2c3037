import { type Passage, Reranker } from './reranker.js';
import { type IndexedScore, passageText, normalizeScores } from './passage-scores.js';

/** A server with a `/rerank` route. */
export interface RerankEndpoint {
  /** If it does not end with `/rerank`, that is appended. */
  readonly url: string;
  /** null: the server needs no key. */
  readonly apiKey: string | null;
  /** null: the server has only one model. */
  readonly model: string | null;
}

/** `documents`: Cohere's format, also used by Jina and vLLM. `texts`: the format of Hugging Face's TEI. */
type RequestFormat = 'documents' | 'texts';

/** The default limit of TEI. */
const maxTextsPerRequest = 32;
const wrongFormatStatuses = [400, 422];

/** Any server with a `/rerank` route. If it refuses the first format, the other one is used from then on. */
export class HttpReranker extends Reranker {
  private readonly url: string;
  private format: RequestFormat = 'documents';

  constructor(private readonly endpoint: RerankEndpoint) {
    super();
    this.url = endpoint.url.endsWith('/rerank') ? endpoint.url : `${endpoint.url.replace(/\/$/, '')}/rerank`;
  }

  async score(question: string, passages: readonly Passage[], signal: AbortSignal): Promise<number[]> {
    const texts = passages.map(passageText);
    try {
      return await this.requestScores(this.format, { question, texts, signal });
    } catch (error) {
      if (!(error instanceof RerankRequestError) || !wrongFormatStatuses.includes(error.status)) throw error;
      const otherFormat = this.format === 'documents' ? 'texts' : 'documents';
      const scores = await this.requestScores(otherFormat, { question, texts, signal });
      this.format = otherFormat;
      return scores;
    }
  }

  private async requestScores(
    format: RequestFormat,
    { question, texts, signal }: ScoringInput,
  ): Promise<number[]> {
    if (format === 'documents') {
      const body = { query: question, documents: texts, top_n: texts.length, return_documents: false };
      return normalizeScores(await this.post(body, signal), texts.length);
    }
    const batches = Array.from({ length: Math.ceil(texts.length / maxTextsPerRequest) }, (_, index) =>
      texts.slice(index * maxTextsPerRequest, (index + 1) * maxTextsPerRequest),
    );
    const scores = batches.map(async (batch) =>
      normalizeScores(
        await this.post({ query: question, texts: batch, truncate: true }, signal),
        batch.length,
      ),
    );
    return (await Promise.all(scores)).flat();
  }

  private async post(body: object, signal: AbortSignal): Promise<IndexedScore[]> {
    const { apiKey, model } = this.endpoint;
    const response = await fetch(this.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(apiKey !== null && { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify({ ...(model !== null && { model }), ...body }),
      redirect: 'error',
      signal,
    });
    if (!response.ok) throw await toRequestError(response);
    return parseScores(await response.json());
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

/** Drops the body: it may repeat the question. */
async function toRequestError(response: Response): Promise<RerankRequestError> {
  await response.body?.cancel();
  return new RerankRequestError(response.status);
}

/** `{results: [{index, relevance_score}]}`, or `[{index, score}]` of TEI. */
function parseScores(answer: unknown): IndexedScore[] {
  const { results } = (answer ?? {}) as { results?: unknown };
  const list = Array.isArray(answer) ? (answer as unknown[]) : results;
  if (!Array.isArray(list)) throw new Error('The answer of the reranker has no list of results.');
  return (list as ({ index: number; score?: number; relevance_score?: number } | null)[]).map((result) => ({
    index: Number(result?.index),
    score: Number(result?.relevance_score ?? result?.score),
  }));
}
