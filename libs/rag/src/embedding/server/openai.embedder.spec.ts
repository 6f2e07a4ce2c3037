import { Logger } from '@nestjs/common';
import { waitFor } from '#testing';
import {
  type EmbeddingServerOddity,
  OddEmbeddingServer,
} from '../../../testing/embedding/odd-embedding-server.js';
import { anEgress } from '../../../../egress/testing/egress-builders.js';
import { describeEmbedderContract } from '../../../testing/retrieval/embedder.contract.js';
import { RagConfig } from '../../rag.config.js';
import type { Embedder } from '../embedder.js';
import { createEmbedder } from '../embedding.module.js';

// The oddities of real servers are in test/oddities/embedders.
describe('OpenAiEmbedder', () => {
  let server: OddEmbeddingServer;

  const oddServers: OddEmbeddingServer[] = [];

  beforeAll(async () => {
    Logger.overrideLogger(false);
    server = await OddEmbeddingServer.start();
  });
  beforeEach(() => {
    server.calls.length = 0;
  });
  afterEach(() => Promise.all(oddServers.splice(0).map((odd) => odd.stop())));
  afterAll(() => server.stop());

  async function startOdd(oddity: EmbeddingServerOddity): Promise<OddEmbeddingServer> {
    const odd = await OddEmbeddingServer.start(oddity);
    oddServers.push(odd);
    return odd;
  }

  const configured = (variables: Record<string, string> = {}) =>
    createEmbedder(
      new RagConfig({
        EMBEDDINGS: 'openai-compatible',
        EMBEDDINGS_BASE_URL: `${server.origin}/v1`,
        EMBEDDINGS_MODEL: 'm1',
        ...variables,
      }),
      anEgress(),
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
    const embedder = createEmbedder(new RagConfig({ ...openAiAt(), ...variables }), anEgress());
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
    const embedder = createEmbedder(
      new RagConfig({ ...openAiAt(), EMBEDDINGS_API_KEY: 'sk-embeddings' }),
      anEgress(),
    );
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

  describe('for questions of one moment', () => {
    const embedQuestions = (embedder: Embedder, questions: readonly string[][]) =>
      Promise.allSettled(questions.map((texts) => embedder.embed(texts, { purpose: 'question' })));
    const inputsOf = ({ calls }: OddEmbeddingServer) => calls.map(({ input }) => input);

    it('sends them in one request, and gives each its own vectors', async () => {
      const embedder = configured();
      const questions = [['rent'], ['pets', 'keys'], ['roof']];
      const together = await embedQuestions(embedder, questions);
      expect(inputsOf(server)).toEqual([['rent', 'pets', 'keys', 'roof']]);
      for (const [index, texts] of questions.entries())
        expect(together[index]).toEqual({ status: 'fulfilled', value: await embedder.embed(texts) });
    });

    it('sends no more of them in one request than the server takes', async () => {
      await embedQuestions(configured({ EMBEDDINGS_BATCH: '2' }), [['rent'], ['pets'], ['roof']]);
      expect(inputsOf(server)).toEqual([['rent', 'pets'], ['roof']]);
    });

    it.each([400, 500])(
      'sends each of them alone if the server answers %i to one of them',
      async (status) => {
        const strict = await startOdd({ characters: { above: 20, status, body: { error: 'No.' } } });
        const embedder = configured({ EMBEDDINGS_BASE_URL: strict.origin });
        const results = await embedQuestions(embedder, [
          ['rent'],
          ['the rent of a flat with a roof'],
          ['pets'],
        ]);
        expect(results).toMatchObject(
          ['fulfilled', 'rejected', 'fulfilled'].map((state) => ({ status: state })),
        );
      },
    );

    it('fails for all of them, without a request for each, if the server is overloaded', async () => {
      const busy = await startOdd({ always: { status: 429, headers: { 'retry-after': '60' } } });
      const results = await embedQuestions(configured({ EMBEDDINGS_BASE_URL: busy.origin }), [
        ['rent'],
        ['pets'],
      ]);
      expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      expect(inputsOf(busy)).toEqual([['rent', 'pets']]);
    });
  });

  it('fails at once when an answer does not end', async () => {
    const endless = await startOdd({ always: { status: 200, body: ' '.repeat(2_000_000) } });
    const embedding = configured({ EMBEDDINGS_BASE_URL: `${endless.origin}/v1` }).embed(['rent']);
    await expect(embedding).rejects.toThrow('sent an answer that Attune cannot read');
    expect(endless.calls).toHaveLength(1);
  });

  it('tries every address again when none of them had the route before', async () => {
    const gateway = await startOdd({
      path: '/openai/embeddings',
      first: [{ status: 404 }, { status: 404 }],
    });
    const embedder = configured({ EMBEDDINGS_BASE_URL: `${gateway.origin}/openai` });
    await expect(embedder.embed(['rent'])).rejects.toThrow('EMBEDDINGS_BASE_URL');
    expect(await embedder.embed(['rent'])).toHaveLength(1);
  });

  it('learns from uploads at the same time that the model takes no dimensions, and keeps its batch size', async () => {
    const refusal = {
      names: ['dimensions'],
      status: 400,
      body: { error: 'Unknown parameter: dimensions' },
    };
    const fixed = await startOdd({ parameters: refusal });
    const embedder = configured({ EMBEDDINGS_BASE_URL: `${fixed.origin}/v1`, EMBEDDINGS_DIMENSIONS: '64' });
    const batchSize = embedder.batchSize;
    await Promise.all([embedder.embed(['rent', 'pets']), embedder.embed(['keys', 'roof'])]);
    expect(fixed.calls.map(({ input }) => input.length)).toEqual([2, 2, 2, 2]);
    expect(embedder.batchSize).toBe(batchSize);
  });

  it('ends with the reason of its signal, also while it waits for the server', async () => {
    const slow = await startOdd({
      first: [{ status: 503, headers: { 'retry-after': '50' } }],
    });
    const embedder = configured({ EMBEDDINGS_BASE_URL: slow.origin });
    const client = new AbortController();
    const embedding = embedder.embed(['rent'], { signal: client.signal });
    await waitFor(() => slow.calls.length > 0);
    client.abort(new Error('The client left.'));
    await expect(embedding).rejects.toThrow('The client left.');
  });
});
