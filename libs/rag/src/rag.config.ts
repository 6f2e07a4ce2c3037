import { registerAs } from '@nestjs/config';
import {
  type VariableReader,
  type VariableRule,
  type VariableValues,
  type Variables,
  VariablesConfig,
  findVariable,
  integer,
  matching,
  oneOf,
  readVariables,
  secret,
  text,
  url,
} from '#kernel';
import type { ServerEmbedderOptions } from './embedding/server/openai.embedder.js';
import { ModelKeyVariables } from './llm/model-key-variables.js';
import type { PineconeOptions } from './retrieval/pinecone/pinecone-index.js';

const mebibyte = 1024 * 1024;

/** A host name, or a whole URL, as Pinecone's console shows an index's. */
const hostOrUrl: VariableReader<string | null> = (value) => {
  if (value === null) return null;
  const address = /^https?:\/\//.test(value) ? value : `https://${value}`;
  if (!URL.canParse(address)) throw new Error('must be a host name or a URL');
  return address;
};

/** The environment variables of rag. */
export const ragVariables = {
  ATTUNE_DEMO: oneOf<'true' | 'false'>(['true', 'false']),
  OPENAI_API_KEY: secret(text),
  OPENAI_BASE_URL: url('http:', 'https:'),
  ANTHROPIC_API_KEY: secret(text),
  ANTHROPIC_BASE_URL: url('http:', 'https:'),
  MODEL_API_KEYS: (list: string | null) => ModelKeyVariables.parse(list),
  PINECONE_API_KEY: secret(text),
  PINECONE_INDEX: matching(/^[a-z0-9-]{1,45}$/, 'an index of Pinecone: 1 to 45 of a-z 0-9 -'),
  PINECONE_HOST: hostOrUrl,
  EMBEDDINGS: oneOf<'local' | 'openai' | 'openai-compatible'>(['local', 'openai', 'openai-compatible']),
  EMBEDDINGS_BASE_URL: url('http:', 'https:'),
  EMBEDDINGS_MODEL: text,
  EMBEDDINGS_API_KEY: secret(text),
  EMBEDDINGS_DIMENSIONS: integer(1, 65_536, null),
  EMBEDDINGS_BATCH: integer(1, 2_048, null),
  EMBEDDINGS_TIMEOUT_MS: integer(100, 300_000, null),
  EMBEDDINGS_QUERY_PREFIX: text,
  EMBEDDINGS_PASSAGE_PREFIX: text,
  RERANKER: oneOf<'local' | 'pinecone' | 'http'>(['local', 'pinecone', 'http']),
  RERANKER_URL: url('http:', 'https:'),
  RERANKER_API_KEY: secret(text),
  RERANKER_MODEL: text,
  VECTOR_STORE: oneOf<'postgres' | 'pinecone'>(['postgres', 'pinecone']),
  CORPUS_MEMORY_MIB: integer(0, 1_048_576, 256),
  MODEL_CALLS_AT_ONCE: integer(1, 100_000, 512),
};

/** Whether a model's `api_key_env` may name this variable. No variable is one while `MODEL_API_KEYS` cannot be read. */
export function isModelKeyVariable(name: string, variables: Variables): boolean {
  try {
    return ragVariables.MODEL_API_KEYS(findVariable(variables, 'MODEL_API_KEYS')).allows(name);
  } catch {
    return false;
  }
}

/** They say nothing to the local embedder. */
const serverVariables = [
  'EMBEDDINGS_BASE_URL',
  'EMBEDDINGS_MODEL',
  'EMBEDDINGS_API_KEY',
  'EMBEDDINGS_DIMENSIONS',
  'EMBEDDINGS_BATCH',
  'EMBEDDINGS_TIMEOUT_MS',
  'EMBEDDINGS_QUERY_PREFIX',
  'EMBEDDINGS_PASSAGE_PREFIX',
] as const satisfies (keyof typeof ragVariables)[];

type RagValues = VariableValues<typeof ragVariables>;

/** Which reranker is used. `url`, `apiKey` and `model` are null where they are not set. */
interface RerankerOptions {
  readonly kind: 'local' | 'pinecone' | 'http';
  readonly url: string | null;
  readonly apiKey: string | null;
  readonly model: string | null;
}

/** The model providers, the embedder, the vector store and the reranker. */
export class RagConfig extends VariablesConfig {
  /** Private to the language, so that printing this object shows no variable of the host. */
  readonly #variables: Variables;
  /** Without `ATTUNE_DEMO`: true on the embedded database only. */
  readonly demo: boolean;
  readonly openaiApiKey: string | null;
  readonly openaiBaseUrl: string | null;
  readonly anthropicApiKey: string | null;
  readonly anthropicBaseUrl: string | null;
  /** The variables that a model's `api_key_env` may name. */
  readonly modelKeyVariables: ModelKeyVariables;
  readonly embeddings: 'local' | 'openai' | 'openai-compatible';
  /** Not used with `embeddings: 'local'`. */
  readonly embeddingServer: ServerEmbedderOptions;
  readonly vectorStore: 'postgres' | 'pinecone';
  /** Null without `PINECONE_API_KEY`. */
  readonly pinecone: PineconeOptions | null;
  /** For the documents that are kept in memory; 0: none are. */
  readonly corpusMemoryBytes: number;
  readonly reranker: RerankerOptions;
  /** Queries of all tenants whose models may answer at the same time. */
  readonly modelCallsAtOnce: number;

  /** @throws EnvironmentError */
  constructor(variables: Variables = {}) {
    super();
    const values = readVariables(ragVariables, variables, findRules);
    this.#variables = variables;
    const isEmbedded = findVariable(variables, 'DATABASE_URL') === null;
    this.demo = values.ATTUNE_DEMO === null ? isEmbedded : values.ATTUNE_DEMO === 'true';
    this.openaiApiKey = values.OPENAI_API_KEY;
    this.openaiBaseUrl = values.OPENAI_BASE_URL;
    this.anthropicApiKey = values.ANTHROPIC_API_KEY;
    this.anthropicBaseUrl = values.ANTHROPIC_BASE_URL;
    this.modelKeyVariables = values.MODEL_API_KEYS;
    this.embeddings = embeddingsOf(values);
    this.embeddingServer = toEmbeddingServer(values);
    this.vectorStore = values.VECTOR_STORE ?? 'postgres';
    this.pinecone = toPineconeOptions(values);
    this.corpusMemoryBytes = values.CORPUS_MEMORY_MIB * mebibyte;
    this.reranker = toRerankerOptions(values);
    this.modelCallsAtOnce = values.MODEL_CALLS_AT_ONCE;
  }

  /** False: no provider is configured, so that the sandbox answers for the providers' models. */
  get hasProviderKey(): boolean {
    return this.openaiApiKey !== null || this.anthropicApiKey !== null;
  }

  /** The value of a variable with a provider's key or one that a model's `api_key_env` names. Null if it is not set. */
  findSecret(name: string): string | null {
    return findVariable(this.#variables, name);
  }
}

/** Its `KEY` is the token of `RagConfig`. */
export const ragConfig = registerAs('rag', (variables: Variables = {}) => new RagConfig(variables));

function embeddingsOf({ EMBEDDINGS: embeddings, OPENAI_API_KEY: openaiKey }: RagValues) {
  return embeddings ?? (openaiKey === null ? 'local' : 'openai');
}

/** OpenAI's key goes to OpenAI's address only; a compatible server gets `EMBEDDINGS_API_KEY` or no key. */
function toEmbeddingServer(values: RagValues): ServerEmbedderOptions {
  const isOpenAi = embeddingsOf(values) === 'openai';
  const baseUrl = isOpenAi ? values.OPENAI_BASE_URL : values.EMBEDDINGS_BASE_URL;
  return {
    baseUrl: baseUrl ?? 'https://api.openai.com/v1',
    apiKey: values.EMBEDDINGS_API_KEY ?? (isOpenAi ? values.OPENAI_API_KEY : null),
    model: values.EMBEDDINGS_MODEL ?? 'text-embedding-3-small',
    dimensions: values.EMBEDDINGS_DIMENSIONS,
    batch: values.EMBEDDINGS_BATCH ?? 32,
    timeoutMs: values.EMBEDDINGS_TIMEOUT_MS ?? 30_000,
    prefixes: { question: values.EMBEDDINGS_QUERY_PREFIX, passage: values.EMBEDDINGS_PASSAGE_PREFIX },
  };
}

function toPineconeOptions(values: RagValues): PineconeOptions | null {
  const { PINECONE_API_KEY: apiKey, PINECONE_INDEX: index, PINECONE_HOST: host } = values;
  return apiKey === null ? null : { apiKey, index, host };
}

function toRerankerOptions(values: RagValues): RerankerOptions {
  const kind = values.RERANKER ?? 'local';
  const apiKey = kind === 'pinecone' ? values.PINECONE_API_KEY : values.RERANKER_API_KEY;
  return { kind, url: values.RERANKER_URL, apiKey, model: values.RERANKER_MODEL };
}

function findRules(values: RagValues): VariableRule[] {
  return [...findEmbeddingsRules(values), ...findVectorStoreRules(values), ...findRerankerRules(values)];
}

function findEmbeddingsRules(values: RagValues): VariableRule[] {
  const embeddings = embeddingsOf(values);
  const { OPENAI_API_KEY: openaiKey, EMBEDDINGS_API_KEY: key, EMBEDDINGS_BASE_URL: baseUrl } = values;
  const isCompatible = embeddings === 'openai-compatible';
  const unused = serverVariables.filter((name) => values[name] !== null);
  return [
    [
      embeddings === 'openai' && (openaiKey ?? key) === null,
      'EMBEDDINGS=openai needs OPENAI_API_KEY or EMBEDDINGS_API_KEY.',
    ],
    [embeddings === 'openai' && baseUrl !== null, 'EMBEDDINGS_BASE_URL needs EMBEDDINGS=openai-compatible.'],
    [
      embeddings === 'local' && unused.length > 0,
      `${unused.join(', ')} ${unused.length === 1 ? 'needs' : 'need'} EMBEDDINGS=openai-compatible, or openai.`,
    ],
    [
      isCompatible && (baseUrl === null || values.EMBEDDINGS_MODEL === null),
      'EMBEDDINGS=openai-compatible needs EMBEDDINGS_BASE_URL and EMBEDDINGS_MODEL.',
    ],
  ];
}

function findVectorStoreRules(values: RagValues): VariableRule[] {
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

function findRerankerRules(values: RagValues): VariableRule[] {
  const { kind, url: rerankerUrl, apiKey, model } = toRerankerOptions(values);
  const hasServer = (rerankerUrl ?? values.RERANKER_API_KEY) !== null;
  return [
    [kind === 'pinecone' && apiKey === null, 'RERANKER=pinecone needs PINECONE_API_KEY.'],
    [kind === 'http' && rerankerUrl === null, 'RERANKER=http needs RERANKER_URL.'],
    [kind !== 'http' && hasServer, 'RERANKER_URL and RERANKER_API_KEY need RERANKER=http.'],
    [kind === 'local' && model !== null, 'RERANKER_MODEL needs RERANKER=http or RERANKER=pinecone.'],
  ];
}
