import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEmbedder } from './embedding.module.js';
import { OpenAiEmbedder } from './openai.embedder.js';
import { describeEmbedderContract } from '../../testing/retrieval/embedder.contract.js';
import { WordEmbedder } from '../../testing/retrieval/word-embedder.js';

interface EmbeddingRequest {
  readonly model: string;
  readonly input: string[];
}

type Respond = (
  request: EmbeddingRequest,
) => { status: number; body: unknown } | Promise<{ status: number; body: unknown }>;

const words = new WordEmbedder();

async function respondInReverseOrder({ input }: EmbeddingRequest) {
  const vectors = await words.embed(input);
  const data = vectors.map((vector, index) => ({
    object: 'embedding',
    index,
    embedding: Array.from(vector, (x) => 2 * x),
  }));
  return { status: 200, body: { object: 'list', data: data.toReversed() } };
}

describe('OpenAiEmbedder', () => {
  let server: Server;
  let respond: Respond = respondInReverseOrder;
  let requests: { headers: IncomingHttpHeaders; body: EmbeddingRequest }[] = [];

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const body = JSON.parse((await request.toArray()).join('')) as EmbeddingRequest;
      requests.push({ headers: request.headers, body });
      const answer = await respond(body);
      response
        .writeHead(answer.status, { 'content-type': 'application/json' })
        .end(JSON.stringify(answer.body));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  beforeEach(() => {
    respond = respondInReverseOrder;
    requests = [];
  });

  afterAll(() => server.close());

  const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const embedder = () => new OpenAiEmbedder({ baseUrl: address(), apiKey: 'sk-secret', model: 'm1' });

  describeEmbedderContract(embedder);

  it('sends batches of 64 texts with its key and model', async () => {
    await embedder().embed(Array.from({ length: 65 }, (_, index) => `text ${index}`));
    expect(requests.map(({ body }) => [body.model, body.input.length])).toEqual([
      ['m1', 64],
      ['m1', 1],
    ]);
    expect(requests[0]!.headers.authorization).toBe('Bearer sk-secret');
  });

  it('has an id with the name of its model', () => {
    expect(embedder().id).toBe('openai:m1');
  });

  it.each([
    ['a 401 answer', { status: 401, body: { error: { message: 'no sk-secret' } } }],
    ['too few vectors', { status: 200, body: { data: [] } }],
    ['an answer without a list', { status: 200, body: null }],
    [
      'vectors of two sizes',
      {
        status: 200,
        body: {
          data: [
            { index: 0, embedding: [1] },
            { index: 1, embedding: [1, 0] },
          ],
        },
      },
    ],
    [
      'vectors that are not numbers',
      {
        status: 200,
        body: {
          data: [
            { index: 0, embedding: [1] },
            { index: 1, embedding: ['1'] },
          ],
        },
      },
    ],
  ])('rejects with upstream-failed after %s, without its key in the message', async (_name, answer) => {
    respond = () => answer;
    const failure = await embedder()
      .embed(['one', 'two'])
      .catch((error: Error) => error);
    expect(failure).toMatchObject({ slug: 'upstream-failed' });
    expect(`${(failure as Error).message} ${String((failure as Error).cause)}`).not.toContain('sk-secret');
  });

  it('sends the OpenAI key to no compatible server', async () => {
    const compatible = createEmbedder({
      embeddings: 'openai-compatible',
      embeddingsBaseUrl: address(),
      embeddingsModel: 'nomic',
      openaiApiKey: 'sk-secret',
      openaiBaseUrl: null,
    });
    await compatible.embed(['one']);
    expect(requests[0]!.headers.authorization).toBeUndefined();
    expect(requests[0]!.body.model).toBe('nomic');
  });
});
