import fc from 'fast-check';
import type { Generation } from '../generation.js';
import { aGenerationRequest } from '../../../testing/llm/llm-builders.js';
import { countTokens, firstTokens } from './sandbox-tokens.js';
import { SandboxProvider } from './sandbox.provider.js';

const sandbox = new SandboxProvider();
const neverAborted = new AbortController().signal;

const lease = [
  'This lease is between the landlord and the tenant. The rent is due on the first day of each month.',
  'The deposit is two months of rent. Pets are allowed with written consent of the landlord.',
];

function generateAnswer(
  question: string,
  passages = lease,
  { maxTokens = 500, temperature = 0.7 as number | null } = {},
): Promise<Generation> {
  const request = aGenerationRequest({ maxTokens, temperature, context: { question, passages } });
  return sandbox.generate(request, neverAborted);
}

describe('SandboxProvider', () => {
  it('answers with the best-matching sentence first, and its source', async () => {
    const { text, finishReason } = await generateAnswer('Are pets allowed?');
    expect(text).toBe('Pets are allowed with written consent of the landlord. [2]');
    expect(finishReason).toBe('stop');
  });

  it('answers with three sentences at the default temperature and repeats none', async () => {
    const passage = 'Rent is due monthly. Rent is due weekly. Rent is due daily. Rent is due yearly.';
    const { text } = await generateAnswer('When is rent due?', [passage, passage]);
    expect(text).toBe('Rent is due monthly. [1] Rent is due weekly. [1] Rent is due daily. [1]');
  });

  it.each([
    [0, 1],
    [0.2, 2],
    [0.7, 3],
    [1, 4],
    [2, 7],
    [null, 3],
  ])('at a temperature of %p it answers with %i sentences', async (temperature, count) => {
    const days = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];
    const passage = days.map((day) => `Rent is due on day ${day}.`).join(' ');
    const { text } = await generateAnswer('When is rent due?', [passage], { temperature });
    expect(text.match(/\[1\]/g)).toHaveLength(count);
  });

  it('prefers a statement to the heading that asks the same question, and quotes a heading if there is nothing else', async () => {
    const heading = 'When is the rent due?';
    const { text } = await generateAnswer(heading, [`${heading}\n\nThe rent is due on the first day.`]);
    expect(text).toBe('The rent is due on the first day. [1] When is the rent due? [1]');
    expect((await generateAnswer(heading, ['The rent of the shop\n\nPets are allowed.'])).text).toBe(
      'The rent of the shop [1]',
    );
  });

  it('answers that it found nothing if the context does not match or is empty', async () => {
    await expect(generateAnswer('Quantum chromodynamics?')).resolves.toMatchObject({
      text: 'The documents found say nothing about this question.',
    });
    await expect(generateAnswer('When is rent due?', [])).resolves.toMatchObject({
      text: 'There is no document to answer from.',
    });
  });

  it('ignores case and accents, and matches words in scripts without spaces', async () => {
    const passages = [
      'Das Café öffnet um neun Uhr.',
      '租金在每月第一天支付。',
      'Something else entirely here.',
    ];
    await expect(generateAnswer('WANN ÖFFNET DAS CAFE?', passages)).resolves.toMatchObject({
      text: 'Das Café öffnet um neun Uhr. [1]',
    });
    await expect(generateAnswer('租金?', passages)).resolves.toMatchObject({
      text: '租金在每月第一天支付。 [2]',
    });
  });

  it.each([
    ['Wie lange ist die Kündigungsfrist?', 'Die Kündigungsfristen betragen drei Monate.'],
    ['4711?', 'Das Teil WX-4711 ist nicht lieferbar.'],
    ['返品できますか', '返品は十四日以内にできます。'],
  ])('compares words as retrieval does, for %j', async (question, sentence) => {
    const { text } = await generateAnswer(question, ['Wie es ist, so bleibt es hier.', sentence]);
    expect(text.startsWith(sentence)).toBe(true);
  });

  it('joins a sentence across line breaks', async () => {
    await expect(
      generateAnswer('deposit', ['The deposit is\ntwo months.\n\nNext paragraph here.']),
    ).resolves.toMatchObject({
      text: 'The deposit is two months. [1]',
    });
  });

  it('counts the tokens of both messages and of its answer', async () => {
    const { text, promptTokens, completionTokens } = await generateAnswer('Are pets allowed?');
    expect(promptTokens).toBe(countTokens('You answer from the context.') + countTokens('When is rent due?'));
    expect(completionTokens).toBe(countTokens(text));
  });

  it('returns finish reason length when it was cut at maxTokens', async () => {
    await expect(generateAnswer('Are pets allowed?', lease, { maxTokens: 3 })).resolves.toMatchObject({
      text: 'Pets are allowed',
      completionTokens: 3,
      finishReason: 'length',
    });
  });

  it('answers the same request with the same text, within maxTokens', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.array(text, { maxLength: 5 }),
        fc.integer({ min: 1, max: 50 }),
        async (question, passages, maxTokens) => {
          const first = await generateAnswer(question, passages, { maxTokens });
          expect(first.completionTokens).toBeLessThanOrEqual(maxTokens);
          expect(first.completionTokens).toBe(countTokens(first.text));
          await expect(generateAnswer(question, passages, { maxTokens })).resolves.toEqual(first);
        },
      ),
    );
  });

  it('rejects with the reason of an aborted signal', async () => {
    await expect(
      sandbox.generate(aGenerationRequest(), AbortSignal.abort(new Error('left'))),
    ).rejects.toThrow('left');
  });
});

describe('countTokens and firstTokens', () => {
  it.each([
    ['', 0],
    ['  \n ', 0],
    ["It's 7 o'clock!", 8],
    ['naïve café', 2],
    ['租金 due', 3],
    ['$1,000.50', 6],
  ])('countTokens of %j returns %i', (text, count) => {
    expect(countTokens(text)).toBe(count);
  });

  it('firstTokens cuts at the end of a token', () => {
    expect(firstTokens('One two three.', 2)).toEqual({ text: 'One two', isCut: true });
    expect(firstTokens('One two.', 3)).toEqual({ text: 'One two.', isCut: false });
  });
});
