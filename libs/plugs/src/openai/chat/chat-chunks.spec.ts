import { type QueryEvent, QueryResponse, type RetrievedChunk } from '#rag';
import { buildExample } from '#http';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ChatCompletion, ChatCompletionChunk } from 'openai/resources/chat/completions.js';
import { toChatCompletion } from './chat-answer.js';
import { toChunks } from './chat-chunks.js';
import type { Source } from './citations.js';

const response = buildExample(QueryResponse) as unknown as QueryResponse;
const head = { id: 'chatcmpl-1', created: 1_795_910_400 };
const urlOf = ({ doc_id: docId }: Source): string => `https://a.example/${docId}`;
const sourceChunks = response.sources.map((source) => ({
  ...source,
  metadata: {},
})) as unknown as RetrievedChunk[];

async function* eventsOf(text: string): AsyncGenerator<QueryEvent, void> {
  yield { event: 'sources', data: response.sources, modelUsed: 'gpt-4' };
  for (const piece of text.match(/.{1,7}/g) ?? []) yield { event: 'token', data: { text: piece } };
  yield { event: 'done', data: { ...response, answer: text }, chunks: sourceChunks };
}

async function chunksOf(text: string, includesUsage: boolean): Promise<unknown[]> {
  const options = { head, includesUsage, ignored: ['temperature'], urlOf };
  const written: unknown[] = [];
  for await (const item of toChunks(eventsOf(text), options))
    if (typeof item !== 'symbol') written.push(item.data);
  return written;
}

/** What the types of the `openai` package allow, and nothing else but the two members that Attune adds. */
const strict = { type: 'object', additionalProperties: false } as const;
const text = { type: 'string' } as const;
const integer = { type: 'integer', minimum: 0 } as const;
const usage = {
  ...strict,
  required: ['prompt_tokens', 'completion_tokens', 'total_tokens'],
  properties: {
    prompt_tokens: integer,
    completion_tokens: integer,
    total_tokens: integer,
    prompt_tokens_details: { ...strict, properties: { cached_tokens: integer } },
    completion_tokens_details: { ...strict, properties: { reasoning_tokens: integer } },
  },
};
const delta = {
  ...strict,
  properties: { role: { const: 'assistant' }, content: text, annotations: { type: 'array', minItems: 1 } },
};
const chunkSchema = {
  ...strict,
  required: ['id', 'object', 'created', 'model', 'choices'],
  properties: {
    id: text,
    object: { const: 'chat.completion.chunk' },
    created: integer,
    model: { ...text, minLength: 1 },
    choices: {
      type: 'array',
      maxItems: 1,
      items: {
        ...strict,
        required: ['index', 'delta', 'finish_reason'],
        properties: {
          index: { const: 0 },
          delta,
          finish_reason: { enum: ['stop', 'length', 'content_filter', null] },
        },
      },
    },
    usage: { oneOf: [usage, { type: 'null' }] },
    attune: { type: 'object' },
  },
};

describe('toChunks', () => {
  const isChunk = new Ajv2020({ strict: false }).compile<ChatCompletionChunk>(chunkSchema);

  it.each([true, false])(
    'writes only chunks that the types of OpenAI allow, with the usage: %s',
    async (hasUsage) => {
      const chunks = await chunksOf('The rent is due on the first. [1]', hasUsage);
      expect(chunks.filter((chunk) => !isChunk(chunk))).toEqual([]);
      expect(chunks.filter((chunk) => isChunk(chunk) && chunk.usage !== undefined).length).toBe(
        hasUsage ? chunks.length : 0,
      );
    },
  );

  it('sends the places of citations in the text that the client has received', async () => {
    const chunks = (await chunksOf('On the first. [1]', false)) as ChatCompletionChunk[];
    const deltas = chunks.map(({ choices }) => choices[0]!.delta);
    const received = deltas.map(({ content }) => content ?? '').join('');
    expect(deltas.at(-2)).toEqual({
      annotations: [
        {
          type: 'url_citation',
          url_citation: expect.objectContaining({
            start_index: received.indexOf('[1]'),
            end_index: received.indexOf('[1]') + 3,
          }),
        },
      ],
    });
  });

  it('sends no citations for a text that names no source', async () => {
    expect(JSON.stringify(await chunksOf('On the first.', true))).not.toContain('annotations');
  });
});

describe('toChatCompletion', () => {
  it('returns what the types of OpenAI call a completion', () => {
    const completion: ChatCompletion = toChatCompletion({ response, chunks: sourceChunks }, head, {
      ignored: [],
      urlOf,
    });
    expect(completion.choices[0]!.message.annotations![0]!.url_citation.url).toBe(
      'https://a.example/mpl-2.0',
    );
  });
});
