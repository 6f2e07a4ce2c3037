import type { ApiClient } from '#testing';
import type { PostRequest } from './keep-alive-client.js';
import { Corpus } from './corpus.js';

/** A document of this length has about 40 chunks. */
const maxSentences = 480;

/** Different questions before they repeat: more than a replica remembers the vectors of, so that each one is embedded. */
const newQuestions = 20_000;
export const repeatedQuestions = 200;

interface AddedDocument {
  readonly chunks: number;
}

export interface DocumentsOptions {
  readonly chunks: number;
  /** Each seed gives different texts. */
  readonly seed: number;
}

/** Adds documents by the API until the tenant has at least `chunks` chunks. Returns how many it has. */
export async function addDocuments(
  tenant: ApiClient,
  { chunks: wanted, seed }: DocumentsOptions,
): Promise<number> {
  const corpus = new Corpus(seed);
  let chunks = 0;
  while (chunks < wanted) {
    const sentenceCount = Math.min(maxSentences, (wanted - chunks) * 12);
    const document = { title: corpus.question(), text: corpus.document(sentenceCount) };
    const { status, body } = await tenant.post<AddedDocument>('/v1/documents', document);
    if (status !== 201) throw new Error(`A document was not added: ${status} ${JSON.stringify(body)}`);
    chunks += body.chunks;
  }
  return chunks;
}

/** Queries to the product, for the tenant of the key. `questions` is how many there are before they repeat. */
export function queryRequest(url: string, key: string, questions = newQuestions): PostRequest {
  const corpus = new Corpus(-1);
  return {
    url: `${url}/v1/query`,
    headers: { authorization: `Bearer ${key}` },
    bodies: Array.from({ length: questions }, () => JSON.stringify({ question: corpus.question() })),
    expected: '"degraded":[]',
  };
}
