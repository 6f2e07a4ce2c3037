import { type Passage, Reranker } from './reranker.js';
import { type Judgement, asWhole, scoresOf } from './judgements.js';

export interface RerankService {
  /** Ends with `/rerank`, or that is added. */
  readonly url: string;
  /** null: a server that asks for no key. */
  readonly apiKey: string | null;
  /** null: a server that has one model. */
  readonly model: string | null;
}

/** Cohere's form, which Jina and vLLM took over; or that of Hugging Face's TEI. */
type Form = 'documents' | 'texts';

/** TEI takes no more at once unless it is told to. */
const textsAtOnce = 32;
const wrongForm = [400, 422];

/** Any server with a `/rerank` route. Which of the two forms it takes, the first refusal tells. */
export class HttpReranker extends Reranker {
  private readonly url: string;
  private form: Form = 'documents';

  constructor(private readonly service: RerankService) {
    super();
    this.url = service.url.endsWith('/rerank') ? service.url : `${service.url.replace(/\/$/, '')}/rerank`;
  }

  async judge(question: string, passages: readonly Passage[], signal: AbortSignal): Promise<number[]> {
    const texts = passages.map(asWhole);
    try {
      return await this.askIn(this.form, { question, texts, signal });
    } catch (error) {
      if (!(error instanceof Refusal) || !wrongForm.includes(error.status)) throw error;
      const other = this.form === 'documents' ? 'texts' : 'documents';
      const scores = await this.askIn(other, { question, texts, signal });
      this.form = other;
      return scores;
    }
  }

  private async askIn(form: Form, { question, texts, signal }: Asked): Promise<number[]> {
    if (form === 'documents') {
      const body = { query: question, documents: texts, top_n: texts.length, return_documents: false };
      return scoresOf(await this.post(body, signal), texts.length);
    }
    const batches = Array.from({ length: Math.ceil(texts.length / textsAtOnce) }, (_, index) =>
      texts.slice(index * textsAtOnce, (index + 1) * textsAtOnce),
    );
    const scores = batches.map(async (batch) =>
      scoresOf(await this.post({ query: question, texts: batch, truncate: true }, signal), batch.length),
    );
    return (await Promise.all(scores)).flat();
  }

  private async post(body: object, signal: AbortSignal): Promise<Judgement[]> {
    const { apiKey, model } = this.service;
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
    if (!response.ok) throw await refusalIn(response);
    return judgementsIn(await response.json());
  }
}

interface Asked {
  readonly question: string;
  readonly texts: readonly string[];
  readonly signal: AbortSignal;
}

class Refusal extends Error {
  constructor(readonly status: number) {
    super(`The reranker answered with status ${status}.`);
  }
}

/** What a server says beside its status may repeat the question, or more. */
async function refusalIn(response: Response): Promise<Refusal> {
  await response.body?.cancel();
  return new Refusal(response.status);
}

/** `{results: [{index, relevance_score}]}`, or TEI's `[{index, score}]`. */
function judgementsIn(answer: unknown): Judgement[] {
  const { results } = (answer ?? {}) as { results?: unknown };
  const list = Array.isArray(answer) ? (answer as unknown[]) : results;
  if (!Array.isArray(list)) throw new Error('The reranker answered with no list of results.');
  return (list as ({ index: number; score?: number; relevance_score?: number } | null)[]).map((one) => ({
    index: Number(one?.index),
    score: Number(one?.relevance_score ?? one?.score),
  }));
}
