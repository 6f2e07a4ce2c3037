import { type Passage, Reranker } from './reranker.js';
import { type IndexedScore, passageText, normalizeScores } from './passage-scores.js';

export interface RerankEndpoint {
  /** Ends with `/rerank`, or that is added. */
  readonly url: string;
  /** null: a server that asks for no key. */
  readonly apiKey: string | null;
  /** null: a server that has one model. */
  readonly model: string | null;
}

/** Cohere's form, which Jina and vLLM took over; or that of Hugging Face's TEI. */
type RequestFormat = 'documents' | 'texts';

/** TEI takes no more at once unless it is told to. */
const maxTextsPerRequest = 32;
const wrongFormatStatuses = [400, 422];

/** Any server with a `/rerank` route. Which of the two forms it takes, the first refusal tells. */
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

/** What a server says beside its status may repeat the question, or more. */
async function toRequestError(response: Response): Promise<RerankRequestError> {
  await response.body?.cancel();
  return new RerankRequestError(response.status);
}

/** `{results: [{index, relevance_score}]}`, or TEI's `[{index, score}]`. */
function parseScores(answer: unknown): IndexedScore[] {
  const { results } = (answer ?? {}) as { results?: unknown };
  const list = Array.isArray(answer) ? (answer as unknown[]) : results;
  if (!Array.isArray(list)) throw new Error('The reranker answered with no list of results.');
  return (list as ({ index: number; score?: number; relevance_score?: number } | null)[]).map((result) => ({
    index: Number(result?.index),
    score: Number(result?.relevance_score ?? result?.score),
  }));
}
