import type { Model } from '#settings';
import { aClaude, aModel } from '../../../testing/llm/llm-builders.js';
import {
  aChunk,
  aConfiguration,
  aTemplate,
  someChunks,
  settingsWith,
} from '../../../testing/query/query-builders.js';
import { estimatePromptTokens } from '../../llm/token-estimate.js';
import { type FittedPrompt, type PromptInput, fitPrompt } from './fitted-prompt.js';
import { computeParameters, parametersFor } from './model-parameters.js';

function fitWith(some: Partial<PromptInput>, model: Model, settings = settingsWith()): FittedPrompt {
  const input = { question: 'When is rent due?', chunks: someChunks(3), template: aTemplate(), ...some };
  return fitPrompt(input, computeParameters(settings, model));
}

describe('fitPrompt', () => {
  it('puts the chunks as numbered sources and the question into the prompt', () => {
    const found = [aChunk(), aChunk({ title: 'Addendum', text: 'Rent rises yearly.' })];
    const { request, degraded } = fitWith({ chunks: found }, aModel());
    expect(request.system).toBe('Answer from the context.');
    expect(request.user).toContain(
      '[1] Lease\nThe rent is due on the first day of each month.\n\n[2] Addendum\nRent rises yearly.',
    );
    expect(request.user).toContain('When is rent due?');
    expect(request).toMatchObject({ model: 'gpt-4', temperature: 0.3, maxTokens: 1000 });
    expect(degraded).toEqual([]);
  });

  it('tells the model when nothing was found', () => {
    const { request } = fitWith({ chunks: [] }, aModel());
    expect(request.user).toContain('No document was found for this question.');
    expect(request.context.passages).toEqual([]);
  });

  it.each([
    [1.5, 1, 'temperature 1.5 lowered to 1, the maximum of claude-3-haiku-20240307'],
    [0, 0.1, 'temperature 0 raised to 0.1, the minimum of claude-3-haiku-20240307'],
  ])('clamps temperature %d to the range of the model and says so', (temperature, value, reason) => {
    const model = aClaude({ temperature: { min: 0.1, max: 1 } });
    const { request, degraded } = fitWith({}, model, settingsWith({ temperature }));
    expect(request.temperature).toBe(value);
    expect(degraded).toEqual([{ stage: 'generate', reason }]);
  });

  it('leaves out the temperature for a model that accepts none and says so', () => {
    const { request, degraded } = fitWith({}, aModel({ id: 'o3', temperature: null }));
    expect(request.temperature).toBeNull();
    expect(degraded).toEqual([{ stage: 'generate', reason: 'temperature 0.3 left out: o3 accepts none' }]);
  });

  it("lowers max_tokens to the model's limit and says so", () => {
    const { request, degraded } = fitWith({}, aModel({ max_output_tokens: 800 }));
    expect(request.maxTokens).toBe(800);
    expect(degraded).toEqual([
      { stage: 'generate', reason: 'max_tokens 1000 lowered to 800, the maximum of gpt-4' },
    ]);
  });

  it('leaves out the lowest-ranked chunks that do not fit the context window and says so', () => {
    const found = someChunks(20, 'The rent is due on the first day. '.repeat(40));
    const prompt = fitWith({ chunks: found }, aModel());
    const kept = prompt.chunks.length;
    expect(kept).toBeGreaterThan(5);
    expect(kept).toBeLessThan(20);
    expect(prompt.chunks).toEqual(found.slice(0, kept));
    expect(prompt.request.context.passages).toHaveLength(kept);
    expect(prompt.degraded).toEqual([
      { stage: 'prompt', reason: `${20 - kept} of 20 chunks left out to fit the context window of gpt-4` },
    ]);
  });

  it('keeps as many chunks as fit', () => {
    const found = someChunks(20, 'The rent is due on the first day of the month. '.repeat(10));
    const sizes = Array.from({ length: 21 }, (_, count) => {
      const { system, user } = fitWith(
        { chunks: found.slice(0, count) },
        aModel({ context_window: 1e6 }),
      ).request;
      return estimatePromptTokens(system, user);
    });
    for (let room = sizes[0]!; room <= sizes[20]! + 1; room += 37) {
      const { chunks: kept } = fitWith({ chunks: found }, aModel({ context_window: room + 1000 }));
      expect(kept).toHaveLength(sizes.findLastIndex((size, count) => count === 0 || size <= room));
    }
  });

  it('parametersFor computes the parameters of a model once per compiled configuration', () => {
    const configuration = aConfiguration();
    const [model, other] = [aModel(), aClaude()];
    expect(parametersFor(configuration, model)).toBe(parametersFor(configuration, model));
    expect(parametersFor(configuration, other)).not.toBe(parametersFor(configuration, model));
    expect(parametersFor(aConfiguration(), model)).not.toBe(parametersFor(configuration, model));
  });

  it('keeps no chunk when not even one fits', () => {
    const { chunks: kept, request } = fitWith({}, aModel({ context_window: 1000 }));
    expect(kept).toEqual([]);
    expect(request.user).toContain('When is rent due?');
  });
});
