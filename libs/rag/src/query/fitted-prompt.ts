import type { CompiledConfiguration, PromptTemplate } from '#config';
import type { Model } from '#tenancy';
import { estimatedTokens } from '../llm/estimated-tokens.js';
import type { ModelPrompt } from '../llm/model-chain.js';
import type { RetrievedChunk } from '../retrieval/retriever.js';

export const stages = ['retrieve', 'rerank', 'prompt', 'generate'] as const;

/** A stage that could not do what the configuration asked, and why. */
export interface Degradation {
  readonly stage: (typeof stages)[number];
  readonly reason: string;
}

/** What a prompt is made of, before any model's limits. */
export interface PromptMaterial {
  readonly question: string;
  /** Best first. */
  readonly chunks: readonly RetrievedChunk[];
  readonly template: PromptTemplate;
  readonly settings: Pick<CompiledConfiguration['settings'], 'temperature' | 'max_tokens'>;
}

/** The prompt as one model takes it. */
export interface FittedPrompt extends ModelPrompt {
  /** The chunks that are in it. */
  readonly chunks: readonly RetrievedChunk[];
  readonly degraded: readonly Degradation[];
}

interface Adjusted<V> {
  readonly value: V;
  readonly degraded: readonly Degradation[];
}

const noDocument = 'No document was found for this question.';

/** Brings values into the model's ranges and leaves out the lowest-ranked chunks that its window has no room for (SPEC §4.5). */
export function fitPrompt(material: PromptMaterial, model: Model): FittedPrompt {
  const temperature = fitTemperature(material.settings.temperature, model);
  const maxTokens = fitMaxTokens(material.settings.max_tokens, model);
  const chunks = fitChunks(material, model.context_window - maxTokens.value, model);
  return {
    request: {
      model: model.id,
      ...render(material, chunks.value),
      temperature: temperature.value,
      maxTokens: maxTokens.value,
      grounds: { question: material.question, passages: chunks.value.map(({ text }) => text) },
    },
    chunks: chunks.value,
    degraded: [...temperature.degraded, ...maxTokens.degraded, ...chunks.degraded],
  };
}

function fitTemperature(asked: number, { id, temperature }: Model): Adjusted<number | null> {
  if (temperature === null) return adjusted(null, `temperature ${asked} left out: ${id} takes none`);
  const value = Math.min(Math.max(asked, temperature.min), temperature.max);
  return value === asked
    ? { value, degraded: [] }
    : adjusted(value, changed('temperature', asked, value, id));
}

function fitMaxTokens(asked: number, { id, max_output_tokens: most }: Model): Adjusted<number> {
  return asked <= most
    ? { value: asked, degraded: [] }
    : adjusted(most, changed('max_tokens', asked, most, id));
}

function changed(name: string, asked: number, value: number, model: string): string {
  const [verb, bound] = value < asked ? ['lowered', 'most'] : ['raised', 'least'];
  return `${name} ${asked} ${verb} to ${value}, the ${bound} that ${model} takes`;
}

function adjusted<V>(value: V, reason: string): Adjusted<V> {
  return { value, degraded: [{ stage: 'generate', reason }] };
}

/** With no chunk left the prompt goes as it is: the window is then the provider's to judge. */
function fitChunks(
  material: PromptMaterial,
  room: number,
  model: Model,
): Adjusted<readonly RetrievedChunk[]> {
  let value = material.chunks;
  while (value.length > 0 && sizeOf(material, value) > room) value = value.slice(0, -1);
  const dropped = material.chunks.length - value.length;
  if (dropped === 0) return { value, degraded: [] };
  const reason = `${dropped} of ${material.chunks.length} chunks left out to fit the window of ${model.id}`;
  return { value, degraded: [{ stage: 'prompt', reason }] };
}

function sizeOf(material: PromptMaterial, chunks: readonly RetrievedChunk[]): number {
  const { system, user } = render(material, chunks);
  return estimatedTokens(system, user);
}

function render({ template, question }: PromptMaterial, chunks: readonly RetrievedChunk[]) {
  return template.render({ context: contextOf(chunks), question });
}

function contextOf(chunks: readonly RetrievedChunk[]): string {
  if (chunks.length === 0) return noDocument;
  return chunks.map(({ title, text }, index) => `[${index + 1}] ${title}\n${text}`).join('\n\n');
}
