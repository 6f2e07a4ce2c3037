import { waitFor } from '#testing';
import { OddEmbeddingServer } from '../../../testing/embedding/odd-embedding-server.js';
import { describeEmbedderContract } from '../../../testing/retrieval/embedder.contract.js';
import { RagConfig } from '../../rag.config.js';
import { createEmbedder } from '../embedding.module.js';

// The oddities of real servers are in test/oddities/embedders.
describe('OpenAiEmbedder', () => {
  let server: OddEmbeddingServer;

  beforeAll(async () => {
    server = await OddEmbeddingServer.start();
  });
  beforeEach(() => {
    server.calls.length = 0;
  });
  afterAll(() => server.stop());

  const configured = (variables: Record<string, string> = {}) =>
    createEmbedder(
      new RagConfig({
        EMBEDDINGS: 'openai-compatible',
        EMBEDDINGS_BASE_URL: `${server.origin}/v1`,
        EMBEDDINGS_MODEL: 'm1',
        ...variables,
      }),
    );
  const openAi = { OPENAI_API_KEY: 'sk-openai', EMBEDDINGS: 'openai' };
  const openAiAt = () => ({ ...openAi, OPENAI_BASE_URL: `${server.origin}/v1` });

  describeEmbedderContract(configured);

  it('sends OpenAI’s key to no compatible server', async () => {
    await configured({ OPENAI_API_KEY: 'sk-openai' }).embed(['rent']);
    await configured({ OPENAI_API_KEY: 'sk-openai', EMBEDDINGS_API_KEY: 'own' }).embed(['rent']);
    expect(server.calls.map(({ authorization }) => authorization)).toEqual([undefined, 'Bearer own']);
  });

  it('sends the key, the model and the dimensions that the environment names to OpenAI', async () => {
    const variables = { EMBEDDINGS_MODEL: 'text-embedding-3-large', EMBEDDINGS_DIMENSIONS: '64' };
    const embedder = createEmbedder(new RagConfig({ ...openAiAt(), ...variables }));
    await embedder.embed(['rent']);
    expect(server.calls).toMatchObject([
      {
        authorization: 'Bearer sk-openai',
        body: { model: 'text-embedding-3-large', dimensions: 64, input: ['rent'] },
      },
    ]);
    expect(embedder.id).toBe('openai:text-embedding-3-large|64');
  });

  it('uses text-embedding-3-small of OpenAI, and prefers EMBEDDINGS_API_KEY, if the environment names no model', async () => {
    const embedder = createEmbedder(new RagConfig({ ...openAiAt(), EMBEDDINGS_API_KEY: 'sk-embeddings' }));
    await embedder.embed(['rent']);
    expect(server.calls).toMatchObject([
      { authorization: 'Bearer sk-embeddings', body: { model: 'text-embedding-3-small' } },
    ]);
    expect(embedder.id).toBe('openai:text-embedding-3-small');
  });

  it('puts the prefix of questions before a question, and that of passages before a passage', async () => {
    const prefixes = { EMBEDDINGS_QUERY_PREFIX: 'query:', EMBEDDINGS_PASSAGE_PREFIX: 'passage:' };
    const embedder = configured(prefixes);
    await embedder.embed(['rent'], { purpose: 'question' });
    await embedder.embed(['rent']);
    expect(server.calls.map(({ input }) => input)).toEqual([['query: rent'], ['passage: rent']]);
  });

  it('ends with the reason of its signal, also while it waits for the server', async () => {
    const slow = await OddEmbeddingServer.start({
      first: [{ status: 503, headers: { 'retry-after': '50' } }],
    });
    const embedder = configured({ EMBEDDINGS_BASE_URL: slow.origin });
    const client = new AbortController();
    const embedding = embedder.embed(['rent'], { signal: client.signal });
    await waitFor(() => slow.calls.length > 0);
    client.abort(new Error('The client left.'));
    await expect(embedding).rejects.toThrow('The client left.');
    await slow.stop();
  });
});
