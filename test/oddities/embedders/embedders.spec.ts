import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Logger } from '@nestjs/common';
import {
  OpenAiEmbedder,
  type ServerEmbedderOptions,
} from '../../../libs/rag/src/embedding/server/openai.embedder.js';
import {
  type EmbeddingServerOddity,
  OddEmbeddingServer,
} from '../../../libs/rag/testing/embedding/odd-embedding-server.js';
import { anEgress } from '../../../libs/egress/testing/egress-builders.js';
import { WordEmbedder } from '../../../libs/rag/testing/retrieval/word-embedder.js';

/** One file of this folder. */
interface OddityCase {
  readonly title: string;
  readonly server: EmbeddingServerOddity;
  /** Default: `/v1`. */
  readonly basePath?: string;
  readonly embedder?: Partial<ServerEmbedderOptions>;
  readonly texts:
    | { readonly values: readonly string[] }
    | {
        readonly count: number;
        readonly characters: number;
        readonly long?: { readonly at: number; readonly characters: number };
      };
  /** How the call ends. Default: with a vector for each text. */
  readonly failure?: {
    readonly slug: string;
    /** Parts of the message. */
    readonly says: readonly string[];
    /** True: it does not pass by itself, so nobody should try again. */
    readonly isFinal: boolean;
    /** What the server said: the log may have it, the client not. */
    readonly serverSaid?: string;
  };
  readonly expect: Partial<Observation>;
}

/** What the server saw. A file names what matters in its case. */
interface Observation {
  readonly requests: number;
  readonly requestSizes: readonly number[];
  /** The longest text that the server embedded. */
  readonly maxTextLength: number;
  readonly embeddedTexts: readonly string[];
  readonly embedsTextsOnce: boolean;
  readonly id: string;
  /** Sizes of the requests of a second call with the same texts: what was learnt. */
  readonly thenRequestSizes: readonly number[];
}

const cases = globSync('*.json', { cwd: import.meta.dirname }).map(
  (file) =>
    [
      basename(file, '.json'),
      JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8')) as OddityCase,
    ] as const,
);

function toTexts(texts: OddityCase['texts']): readonly string[] {
  if ('values' in texts) return texts.values;
  return Array.from({ length: texts.count }, (_, index) => {
    const length = texts.long?.at === index ? texts.long.characters : texts.characters;
    return `${index} ${'the rent is due on the first '.repeat(Math.ceil(length / 28))}`.slice(0, length);
  });
}

async function embedderFor(
  { server, basePath = '/v1', embedder }: OddityCase,
  use: (embedder: OpenAiEmbedder, server: OddEmbeddingServer) => Promise<void>,
): Promise<void> {
  const odd = await OddEmbeddingServer.start(server);
  const options = {
    baseUrl: `${odd.origin}${basePath}`,
    apiKey: null,
    model: 'm1',
    dimensions: null,
    timeoutMs: 10_000,
    batch: 32,
    prefixes: { question: null, passage: null },
  };
  try {
    await use(new OpenAiEmbedder({ ...options, ...embedder }, anEgress().fetchOperatorAddress), odd);
  } finally {
    await odd.stop();
  }
}

function observe(embedder: OpenAiEmbedder, { calls, embeddedTexts }: OddEmbeddingServer) {
  return {
    requests: calls.length,
    requestSizes: calls.map(({ input }) => input.length),
    maxTextLength: Math.max(...embeddedTexts.map(({ length }) => length)),
    embeddedTexts,
    embedsTextsOnce: new Set(embeddedTexts).size === embeddedTexts.length,
    id: embedder.id,
  };
}

async function embedAgain(
  embedder: OpenAiEmbedder,
  server: OddEmbeddingServer,
  texts: readonly string[],
): Promise<Pick<Observation, 'thenRequestSizes'>> {
  const before = server.calls.length;
  await embedder.embed(texts);
  return { thenRequestSizes: server.calls.slice(before).map(({ input }) => input.length) };
}

const cosine = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, index) => sum + value * b[index]!, 0);

const named = (hasFailure: boolean) =>
  cases.filter(([, { failure }]) => (failure !== undefined) === hasFailure);

describe('OpenAiEmbedder with an embedding server', () => {
  beforeAll(() => Logger.overrideLogger(false));

  it.each(named(false))('%s.json: the texts are embedded as it says', async (_name, oddity) => {
    await embedderFor(oddity, async (embedder, server) => {
      const texts = toTexts(oddity.texts);
      const vectors = await embedder.embed(texts);
      const expected = await new WordEmbedder().embed(texts.map((text) => text.trim() || '.'));
      const prefix = oddity.embedder?.prefixes?.passage ?? '';
      const cosines = vectors.map((vector, index) => cosine(vector, expected[index]!));
      expect(vectors.map((vector) => Math.hypot(...vector).toFixed(4))).toEqual(texts.map(() => '1.0000'));
      expect(Math.min(...cosines)).toBeGreaterThan(prefix === '' ? 0.98 : 0.5);
      const observed = observe(embedder, server);
      const then = await embedAgain(embedder, server, texts);
      expect({ ...observed, ...then }).toMatchObject(oddity.expect);
    });
  });

  it.each(named(true))('%s.json: the failure is named as it says', async (_name, oddity) => {
    await embedderFor(oddity, async (embedder, server) => {
      const { slug, says, isFinal, serverSaid = '' } = oddity.failure!;
      const error = (await embedder.embed(toTexts(oddity.texts)).catch((reason: unknown) => reason)) as Error;
      expect(error).toMatchObject({ slug });
      for (const part of says) expect(error.message).toContain(part);
      expect(/try again/i.test(error.message)).toBe(!isFinal);
      expect(error.message).not.toContain(serverSaid || 'undefined');
      expect(String(error.cause)).toContain(serverSaid);
      expect(observe(embedder, server)).toMatchObject(oddity.expect);
    });
  });
});
