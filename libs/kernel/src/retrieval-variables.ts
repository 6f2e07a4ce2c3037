/** Variables that select the vector store and the reranker. A variable that is not set is null. */
interface RetrievalVariables {
  readonly VECTOR_STORE: 'postgres' | 'pinecone' | null;
  readonly PINECONE_API_KEY: string | null;
  readonly PINECONE_INDEX: string | null;
  readonly PINECONE_HOST: string | null;
  readonly RERANKER: 'local' | 'pinecone' | 'http' | null;
  readonly RERANKER_URL: string | null;
  readonly RERANKER_API_KEY: string | null;
  readonly RERANKER_MODEL: string | null;
}

/** How the index of vectors is reached; name or host, or both. */
export interface PineconeOptions {
  readonly apiKey: string;
  readonly index: string | null;
  readonly host: string | null;
}

/** How chunks are ranked again. `url`, `apiKey` and `model` are null where they were left out. */
export interface RerankerOptions {
  readonly kind: 'local' | 'pinecone' | 'http';
  readonly url: string | null;
  readonly apiKey: string | null;
  readonly model: string | null;
}

/** null without a key. */
export function toPineconeOptions(values: RetrievalVariables): PineconeOptions | null {
  const { PINECONE_API_KEY: apiKey, PINECONE_INDEX: index, PINECONE_HOST: host } = values;
  return apiKey === null ? null : { apiKey, index, host };
}

export function toRerankerOptions(values: RetrievalVariables): RerankerOptions {
  const kind = values.RERANKER ?? 'local';
  const apiKey = kind === 'pinecone' ? values.PINECONE_API_KEY : values.RERANKER_API_KEY;
  return { kind, url: values.RERANKER_URL, apiKey, model: values.RERANKER_MODEL };
}

/** What cannot be together, and the message that names it. */
export function findRetrievalContradictions(
  values: RetrievalVariables,
): [isBroken: boolean, message: string][] {
  return [...findVectorStoreContradictions(values), ...findRerankerContradictions(values)];
}

function findVectorStoreContradictions(values: RetrievalVariables): [boolean, string][] {
  const isPinecone = values.VECTOR_STORE === 'pinecone';
  const hasIndex = (values.PINECONE_INDEX ?? values.PINECONE_HOST) !== null;
  return [
    [
      isPinecone && (values.PINECONE_API_KEY === null || !hasIndex),
      'VECTOR_STORE=pinecone needs PINECONE_API_KEY, and PINECONE_INDEX or PINECONE_HOST.',
    ],
    [!isPinecone && hasIndex, 'PINECONE_INDEX and PINECONE_HOST need VECTOR_STORE=pinecone.'],
  ];
}

function findRerankerContradictions(values: RetrievalVariables): [boolean, string][] {
  const { kind, url, apiKey, model } = toRerankerOptions(values);
  const hasServer = (url ?? values.RERANKER_API_KEY) !== null;
  return [
    [kind === 'pinecone' && apiKey === null, 'RERANKER=pinecone needs PINECONE_API_KEY.'],
    [kind === 'http' && url === null, 'RERANKER=http needs RERANKER_URL.'],
    [kind !== 'http' && hasServer, 'RERANKER_URL and RERANKER_API_KEY need RERANKER=http.'],
    [kind === 'local' && model !== null, 'RERANKER_MODEL needs RERANKER=http or RERANKER=pinecone.'],
  ];
}
