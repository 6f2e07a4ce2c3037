import { inspect } from 'node:util';
import { RagConfig } from './rag.config.js';

const server = 'postgres://app@db/attune';

describe('RagConfig', () => {
  it('runs the demo only on the embedded database, unless ATTUNE_DEMO says otherwise', () => {
    expect(new RagConfig().demo).toBe(true);
    expect(new RagConfig({ DATABASE_URL: server }).demo).toBe(false);
    expect(new RagConfig({ DATABASE_URL: server, ATTUNE_DEMO: 'true' }).demo).toBe(true);
    expect(new RagConfig({ ATTUNE_DEMO: 'false' }).demo).toBe(false);
  });

  it('embeds with OpenAI if its key is set, unless EMBEDDINGS says otherwise', () => {
    expect(new RagConfig().embeddings).toBe('local');
    expect(new RagConfig({ OPENAI_API_KEY: 'sk' }).embeddings).toBe('openai');
    expect(new RagConfig({ OPENAI_API_KEY: 'sk', EMBEDDINGS: 'local' }).embeddings).toBe('local');
  });

  it('keeps up to 256 MiB of documents in memory, unless CORPUS_MEMORY_MIB says otherwise', () => {
    expect(new RagConfig().corpusMemoryBytes).toBe(268_435_456);
    expect(new RagConfig({ CORPUS_MEMORY_MIB: '0' }).corpusMemoryBytes).toBe(0);
    expect(new RagConfig({ CORPUS_MEMORY_MIB: '2' }).corpusMemoryBytes).toBe(2_097_152);
  });

  it.each([
    [{ RERANKER: 'local' }],
    [{ RERANKER: 'pinecone', PINECONE_API_KEY: 'k', RERANKER_MODEL: 'm' }],
    [{ RERANKER: 'http', RERANKER_URL: 'http://tei:8080', RERANKER_API_KEY: 'k' }],
    [{ VECTOR_STORE: 'postgres' }],
    [{ VECTOR_STORE: 'pinecone', PINECONE_API_KEY: 'k', PINECONE_INDEX: 'docs' }],
    [{ VECTOR_STORE: 'pinecone', PINECONE_API_KEY: 'k', PINECONE_HOST: 'docs-1.svc.pinecone.io' }],
    [{ PINECONE_API_KEY: 'k' }],
    [{ EMBEDDINGS: 'openai-compatible', EMBEDDINGS_BASE_URL: 'http://e', EMBEDDINGS_MODEL: 'm' }],
    [{ EMBEDDINGS: 'openai', OPENAI_API_KEY: 'sk', EMBEDDINGS_MODEL: 'text-embedding-3-large' }],
    [{ OPENAI_API_KEY: 'sk', EMBEDDINGS_MODEL: 'text-embedding-3-large', EMBEDDINGS_DIMENSIONS: '256' }],
    [{ EMBEDDINGS: 'openai', EMBEDDINGS_API_KEY: 'sk', EMBEDDINGS_BATCH: '2048' }],
  ])('accepts %j', (variables: Record<string, string>) => {
    expect(() => new RagConfig(variables)).not.toThrow();
  });

  it.each([
    ['ATTUNE_DEMO', 'yes'],
    ['OPENAI_BASE_URL', 'ftp://u:hush@h'],
    ['ANTHROPIC_BASE_URL', 'a.example'],
    ['MODEL_API_KEYS', 'VLLM_API_KEY,lower'],
    ['MODEL_API_KEYS', '*'],
    ['EMBEDDINGS', 'cohere'],
    ['EMBEDDINGS_DIMENSIONS', '0'],
    ['EMBEDDINGS_BATCH', 'many'],
    ['EMBEDDINGS_TIMEOUT_MS', '30s'],
    ['RERANKER', 'cohere'],
    ['RERANKER_URL', 'tei:8080'],
    ['VECTOR_STORE', 'qdrant'],
    ['CORPUS_MEMORY_MIB', '-1'],
    ['PINECONE_INDEX', 'Two Words'],
    ['PINECONE_HOST', 'http://'],
  ])('refuses %s=%s', (name, value) => {
    const read = () => new RagConfig({ [name]: value });
    expect(read).toThrow(`${name} must`);
    expect(read).not.toThrow(/hush/);
  });

  it.each([
    [{ EMBEDDINGS: 'openai' }, 'EMBEDDINGS=openai needs OPENAI_API_KEY or EMBEDDINGS_API_KEY.'],
    [{ EMBEDDINGS: 'openai-compatible' }, 'needs EMBEDDINGS_BASE_URL and EMBEDDINGS_MODEL.'],
    [
      { EMBEDDINGS: 'openai-compatible', EMBEDDINGS_BASE_URL: 'http://e' },
      'needs EMBEDDINGS_BASE_URL and EMBEDDINGS_MODEL.',
    ],
    [{ EMBEDDINGS_BASE_URL: 'http://e' }, 'EMBEDDINGS_BASE_URL needs EMBEDDINGS=openai-compatible'],
    [{ EMBEDDINGS_MODEL: 'm' }, 'EMBEDDINGS_MODEL needs EMBEDDINGS=openai-compatible'],
    [
      { EMBEDDINGS: 'local', EMBEDDINGS_API_KEY: 'k', EMBEDDINGS_BATCH: '8' },
      'EMBEDDINGS_API_KEY, EMBEDDINGS_BATCH need EMBEDDINGS=openai-compatible',
    ],
    [
      { OPENAI_API_KEY: 'sk', EMBEDDINGS_BASE_URL: 'http://e' },
      'EMBEDDINGS_BASE_URL needs EMBEDDINGS=openai-compatible',
    ],
    [{ VECTOR_STORE: 'pinecone' }, 'VECTOR_STORE=pinecone needs PINECONE_API_KEY, and PINECONE_INDEX or'],
    [{ VECTOR_STORE: 'pinecone', PINECONE_API_KEY: 'k' }, 'and PINECONE_INDEX or PINECONE_HOST.'],
    [{ PINECONE_API_KEY: 'k', PINECONE_INDEX: 'docs' }, 'need VECTOR_STORE=pinecone.'],
    [{ RERANKER: 'pinecone' }, 'RERANKER=pinecone needs PINECONE_API_KEY.'],
    [{ RERANKER: 'http' }, 'RERANKER=http needs RERANKER_URL.'],
    [{ RERANKER_URL: 'http://tei:8080' }, 'RERANKER_URL and RERANKER_API_KEY need RERANKER=http.'],
    [{ RERANKER_MODEL: 'm' }, 'RERANKER_MODEL needs RERANKER=http or RERANKER=pinecone.'],
  ])('refuses the contradiction %j with one error', (variables: Record<string, string>, message) => {
    const read = () => new RagConfig(variables);
    expect(read).toThrow(message);
    expect(read).toThrow(expect.objectContaining({ errors: [expect.any(String)] }) as Error);
  });

  it('finds the key that a model names, and shows no secret when it is printed', () => {
    const config = new RagConfig({ VLLM_KEY: 'hush', OPENAI_API_KEY: 'hush', PINECONE_API_KEY: 'hush' });
    expect(config.findSecret('VLLM_KEY')).toBe('hush');
    expect(config.findSecret('NOT_SET')).toBeNull();
    expect([inspect(config, { depth: 9, showHidden: true }), JSON.stringify(config)].join()).not.toContain(
      'hush',
    );
  });
});
