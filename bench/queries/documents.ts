import type { ApiClient } from '#testing';
import { Corpus } from './corpus.js';

/** A document of so many sentences has about 40 chunks. */
const sentences = 480;

interface Added {
  readonly chunks: number;
}

export interface DocumentsOptions {
  readonly chunks: number;
  /** Each seed gives other texts. */
  readonly seed: number;
}

/** Adds documents by the API until the tenant has so many chunks, and says how many it became. */
export async function addDocuments(
  tenant: ApiClient,
  { chunks: wanted, seed }: DocumentsOptions,
): Promise<number> {
  const corpus = new Corpus(seed);
  let chunks = 0;
  while (chunks < wanted) {
    const most = Math.min(sentences, (wanted - chunks) * 12);
    const document = { title: corpus.question(), text: corpus.document(most) };
    const { status, body } = await tenant.post<Added>('/v1/documents', document);
    if (status !== 201) throw new Error(`A document was not added: ${status} ${JSON.stringify(body)}`);
    chunks += body.chunks;
  }
  return chunks;
}

/** Bodies of queries, all different. */
export function questions(count: number): string[] {
  const corpus = new Corpus(-1);
  return Array.from({ length: count }, () => JSON.stringify({ question: corpus.question() }));
}
