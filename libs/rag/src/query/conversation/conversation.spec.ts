import fc from 'fast-check';
import type { ConversationTurn } from '../../llm/generation.js';
import { anthropicProtocol } from '../../llm/providers/anthropic-protocol.js';
import { openAiProtocol } from '../../llm/providers/openai-protocol.js';
import { toMessages } from '../../llm/to-messages.js';
import { estimateRequestTokens } from '../../llm/token-estimate.js';
import { aGenerationRequest, aModel } from '../../../testing/llm/llm-builders.js';
import { aTemplate, someChunks } from '../../../testing/query/query-builders.js';
import { maxCostUsd } from '../cost.js';
import { fitPrompt } from '../prompt/fitted-prompt.js';
import { computeParameters } from '../prompt/model-parameters.js';
import { followUpForms } from './follow-up-forms.js';
import { fitHistory } from './fit-history.js';

const user = (content: string): ConversationTurn => ({ role: 'user', content });
const assistant = (content: string): ConversationTurn => ({ role: 'assistant', content });
const turn = fc.record({ role: fc.constantFrom('user', 'assistant'), content: fc.string({ minLength: 1 }) });
const turns = fc.array(turn as fc.Arbitrary<ConversationTurn>, { maxLength: 20 });
const noTurnsLimit = { maxTurns: 20 };

describe('followUpForms', () => {
  it('has no further form without an earlier question of the user', () => {
    expect(followUpForms('Why?')).toEqual([]);
    expect(followUpForms('Why?', [assistant('Hello.')])).toEqual([]);
  });

  it("puts the user's question before it, then the two before it, without answers", () => {
    const history = [user('A?'), user('B?'), assistant('Yes.'), user('C?'), assistant('No.')];
    expect(followUpForms('Why?', history)).toEqual(['C?\nWhy?', 'B?\nC?\nWhy?']);
  });

  it('takes the beginning of a long question, and never half a character', () => {
    const [form] = followUpForms('Why?', [user(`${'x'.repeat(499)}😀`)]);
    expect(form).toBe(`${'x'.repeat(499)}\uFFFD\nWhy?`);
  });
});

describe('fitHistory', () => {
  it('keeps the newest turns that fit, and never begins with an assistant', () => {
    fc.assert(
      fc.property(turns, fc.nat(200), (history, maxTokens) => {
        const { turns: kept, dropped } = fitHistory(history, { ...noTurnsLimit, maxTokens });
        expect(kept).toEqual(history.slice(dropped));
        expect(kept[0]?.role).not.toBe('assistant');
        const tokens = estimateRequestTokens({ system: '', user: '', history: kept });
        expect(tokens).toBeLessThanOrEqual(
          maxTokens + estimateRequestTokens({ system: '', user: '', history: [] }),
        );
      }),
    );
  });

  it('keeps everything that fits', () => {
    const history = [user('A?'), assistant('Yes.')];
    expect(fitHistory(history, { maxTurns: 2, maxTokens: 100 })).toEqual({ turns: history, dropped: 0 });
    expect(fitHistory(history, { maxTurns: 1, maxTokens: 100 })).toEqual({ turns: [], dropped: 2 });
  });
});

describe('toMessages', () => {
  it('takes turns, keeps every text in its order and ends with the question', () => {
    fc.assert(
      fc.property(turns, (history) => {
        const messages = toMessages({ history, user: 'Why?' });
        expect(messages.every(({ role }, at) => role !== messages[at - 1]?.role)).toBe(true);
        expect(messages.map(({ content }) => content).join('\n\n')).toBe(
          [...history.map(({ content }) => content), 'Why?'].join('\n\n'),
        );
        expect(messages.at(-1)!.role).toBe('user');
      }),
    );
  });

  const request = aGenerationRequest({ system: 'S', user: 'Why?', history: [user('A?'), assistant('Yes.')] });
  const options = { isStreamed: false, refused: new Set<string>() };

  it('OpenAI gets the turns between the system message and the question', () => {
    const protocol = openAiProtocol('max_tokens');
    const messages = [user('A?'), assistant('Yes.'), user('Why?')];
    expect(protocol.toBody(request, options)['messages']).toEqual([
      { role: 'system', content: 'S' },
      ...messages,
    ]);
    const withoutSystem = protocol.toBody(request, { ...options, refused: new Set(['system']) });
    expect(withoutSystem['messages']).toEqual([user('S\n\nA?'), ...messages.slice(1)]);
  });

  it('Anthropic gets the turns before the question', () => {
    const body = anthropicProtocol.toBody(request, options);
    expect(body).toMatchObject({ system: 'S', messages: [user('A?'), assistant('Yes.'), user('Why?')] });
  });
});

describe('fitPrompt with a history', () => {
  const settings = { temperature: 0.3, max_tokens: 100, reasoning_effort: 'default' } as const;
  const fit = (history: readonly ConversationTurn[], window: number, chunkCount = 2) =>
    fitPrompt(
      { template: aTemplate(), question: 'Why?', chunks: someChunks(chunkCount), history },
      computeParameters(settings, aModel({ context_window: window })),
    );

  it('leaves out the oldest turns before any chunk, and says so', () => {
    const history = [user('x'.repeat(900)), assistant('y'.repeat(300)), user('A?'), assistant('Yes.')];
    const { request, chunks, degraded } = fit(history, 300);
    expect([request.history, chunks.length]).toEqual([history.slice(2), 2]);
    expect(degraded).toEqual([
      { stage: 'prompt', reason: '2 of 4 turns of the history left out: to fit the context window of gpt-4' },
    ]);
  });

  it('says that a greeting of the assistant is left out', () => {
    const { request, degraded } = fit([assistant('Hello!'), user('A?'), assistant('Yes.')], 8000);
    expect(request.history).toHaveLength(2);
    expect(degraded[0]?.reason).toBe(
      '1 of 3 turns of the history left out: a conversation begins with a user',
    );
  });

  it('the reservation covers the turns, each byte as a token', () => {
    const model = aModel();
    const cost = (history: readonly ConversationTurn[]) =>
      maxCostUsd([{ model, maxAttempts: 1, prompt: fit(history, 8000) }]);
    const tokens = ((cost([user('ä'.repeat(100))]) - cost([])) * 1e6) / model.input_usd_per_mtok;
    expect(Math.round(tokens)).toBe(208);
  });
});
