import OpenAI, { BadRequestError, NotFoundError, PermissionDeniedError } from 'openai';
import { useOpenAiApp } from './openai-app.js';

interface Usage {
  readonly quota: { readonly used: number };
  readonly days: unknown;
}

interface List {
  readonly data: { readonly embedding: string & number[] }[];
}

const texts = ['When is the rent due?', 'Who pays for repairs?', 'Når skal huslejen betales?'];
const embedder = 'universal-sentence-encoder-lite-en-0.2';
const app = useOpenAiApp();
let client: OpenAI;

beforeAll(() => {
  client = new OpenAI({ baseURL: app.baseURL, apiKey: app.acme.adminKey });
});

const embed = (options: Partial<OpenAI.EmbeddingCreateParams>) =>
  client.embeddings.create({ model: 'attune', input: texts, ...options });
const usage = async () => (await app.acme.admin.get<Usage>('/v1/usage')).body;

describe('POST /v1/embeddings', () => {
  it('the openai package reads the same unit vectors as base64, its default, and as floats', async () => {
    const [byDefault, floats] = [await embed({}), await embed({ encoding_format: 'float' })];
    expect(byDefault).toMatchObject({ object: 'list', model: embedder });
    expect(byDefault.data.map(({ index, object }) => [index, object])).toEqual([
      [0, 'embedding'],
      [1, 'embedding'],
      [2, 'embedding'],
    ]);
    for (const [place, { embedding }] of floats.data.entries()) {
      expect(embedding).toHaveLength(512);
      expect(Math.hypot(...embedding)).toBeCloseTo(1, 5);
      const other = byDefault.data[place]!.embedding;
      expect(Math.max(...embedding.map((value, index) => Math.abs(value - other[index]!)))).toBeLessThan(
        1e-6,
      );
    }
  });

  it('POST /v1/embeddings sends base64 as little-endian floats of 32 bits', async () => {
    const body = { model: 'attune', input: texts[0] };
    const path = '/v1/embeddings';
    const text = (await app.acme.member.post<List>(path, { ...body, encoding_format: 'base64' })).body;
    const floats = (await app.acme.member.post<List>(path, body)).body.data[0]!.embedding;
    const bytes = Buffer.from(text.data[0]!.embedding, 'base64');
    expect(bytes).toHaveLength(4 * floats.length);
    expect(floats.map((_value, index) => bytes.readFloatLE(4 * index))).toEqual(floats);
  });

  it('POST /v1/embeddings takes one text or many, and the name of the embedder', async () => {
    const [one, many] = [
      await embed({ input: texts[1]!, model: embedder, dimensions: 512 }),
      await embed({ input: Array.from({ length: 70 }, (_, index) => texts[index % 3]!) }),
    ];
    expect(one.data).toHaveLength(1);
    expect(many.data).toHaveLength(70);
    expect(many.data[67]!.embedding).toEqual(one.data[0]!.embedding);
  });

  it('POST /v1/embeddings counts as one query, and its tokens are in the usage under the embedder', async () => {
    const before = await usage();
    const { usage: tokens } = await embed({});
    const after = await usage();
    expect(after.quota.used).toBe(before.quota.used + 1);
    expect(tokens.prompt_tokens).toBeGreaterThan(10);
    expect(JSON.stringify(after)).toContain(`local:${embedder}`);
  });

  it.each<[string, Partial<OpenAI.EmbeddingCreateParams>, string]>([
    ['tokens', { input: [1, 2] }, 'input'],
    ['lists of tokens', { input: [[1, 2]] }, 'input'],
    ['no text', { input: [] }, 'input'],
    ['an empty text', { input: [''] }, 'input'],
    ['too many texts', { input: Array.from({ length: 2049 }, () => 'x') }, 'input'],
    ['too long texts', { input: ['x'.repeat(1_000_001)] }, 'input'],
    ['another length', { dimensions: 100 }, 'dimensions'],
    ['an unknown format', { encoding_format: 'hex' as 'float' }, 'encoding_format'],
  ])('refuses %s and names the parameter', async (_what, options, param) => {
    const error: unknown = await embed(options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ status: 400, param, type: 'invalid_request_error' });
  });

  it('answers model_not_found for another model', async () => {
    const error: unknown = await embed({ model: 'text-embedding-3-large' }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ code: 'model_not_found', message: expect.stringContaining(embedder) });
  });

  it('refuses a suspended tenant', async () => {
    const path = `/v1/platform/tenants/${app.acme.id}`;
    await app.platform.patch(path, { status: 'suspended' });
    const error: unknown = await embed({}).catch((reason: unknown) => reason);
    await app.platform.patch(path, { status: 'active' });
    expect(error).toBeInstanceOf(PermissionDeniedError);
    expect(error).toMatchObject({ code: 'tenant_suspended' });
  });
});
