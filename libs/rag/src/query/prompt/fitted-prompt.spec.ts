import type { Model } from '#tenancy';
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
  const material = { question: 'When is rent due?', chunks: someChunks(3), template: aTemplate(), ...some };
  return fitPrompt(material, computeParameters(settings, model));
}

describe('a fitted prompt', () => {
  it('holds the chunks as numbered sources, and the question', () => {
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
    [1.5, 1, 'temperature 1.5 lowered to 1, the most that claude-3-haiku-20240307 takes'],
    [0, 0.1, 'temperature 0 raised to 0.1, the least that claude-3-haiku-20240307 takes'],
  ])('brings temperature %d into the range of the model and says so', (temperature, value, reason) => {
    const model = aClaude({ temperature: { min: 0.1, max: 1 } });
    const { request, degraded } = fitWith({}, model, settingsWith({ temperature }));
    expect(request.temperature).toBe(value);
    expect(degraded).toEqual([{ stage: 'generate', reason }]);
  });

  it('leaves the temperature out for a model that takes none and says so', () => {
    const { request, degraded } = fitWith({}, aModel({ id: 'o3', temperature: null }));
    expect(request.temperature).toBeNull();
    expect(degraded).toEqual([{ stage: 'generate', reason: 'temperature 0.3 left out: o3 takes none' }]);
  });

  it("lowers max_tokens to the model's limit and says so", () => {
    const { request, degraded } = fitWith({}, aModel({ max_output_tokens: 800 }));
    expect(request.maxTokens).toBe(800);
    expect(degraded).toEqual([
      { stage: 'generate', reason: 'max_tokens 1000 lowered to 800, the most that gpt-4 takes' },
    ]);
  });

  it('leaves out the lowest-ranked chunks that the window has no room for and says so', () => {
    const found = someChunks(20, 'The rent is due on the first day. '.repeat(40));
    const prompt = fitWith({ chunks: found }, aModel());
    const kept = prompt.chunks.length;
    expect(kept).toBeGreaterThan(5);
    expect(kept).toBeLessThan(20);
    expect(prompt.chunks).toEqual(found.slice(0, kept));
    expect(prompt.request.context.passages).toHaveLength(kept);
    expect(prompt.degraded).toEqual([
      { stage: 'prompt', reason: `${20 - kept} of 20 chunks left out to fit the window of gpt-4` },
    ]);
  });

  it('holds as many chunks as fit, and not one less', () => {
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

  it('works out the terms of a model once for each compiled configuration', () => {
    const configuration = aConfiguration();
    const [model, other] = [aModel(), aClaude()];
    expect(parametersFor(configuration, model)).toBe(parametersFor(configuration, model));
    expect(parametersFor(configuration, other)).not.toBe(parametersFor(configuration, model));
    expect(parametersFor(aConfiguration(), model)).not.toBe(parametersFor(configuration, model));
  });

  it('goes out without chunks when not even one fits', () => {
    const { chunks: kept, request } = fitWith({}, aModel({ context_window: 1000 }));
    expect(kept).toEqual([]);
    expect(request.user).toContain('When is rent due?');
  });
});
