import type { PromptTemplate, RenderedPrompt } from '#config';
import type { ModelPrompt } from '../../llm/chain/model-answer.js';
import { estimatedTokens } from '../../llm/estimated-tokens.js';
import type { RetrievedChunk } from '../../retrieval/retriever.js';
import type { Degradation } from '../degradation.js';
import type { ModelTerms } from './model-terms.js';

/** What a prompt is made of, before any model's limits. */
export interface PromptMaterial {
  readonly question: string;
  /** Best first. */
  readonly chunks: readonly RetrievedChunk[];
  readonly template: PromptTemplate;
}

/** The prompt as one model takes it. */
export interface FittedPrompt extends ModelPrompt {
  /** The chunks that are in it. */
  readonly chunks: readonly RetrievedChunk[];
  readonly degraded: readonly Degradation[];
}

interface Fitted {
  readonly chunks: readonly RetrievedChunk[];
  readonly rendered: RenderedPrompt;
}

const noDocument = 'No document was found for this question.';

/** The prompt on a model's terms, without the lowest-ranked chunks that its window has no room for (SPEC §4.5). */
export function fitPrompt(material: PromptMaterial, terms: ModelTerms): FittedPrompt {
  const { chunks, rendered } = fit(material, terms.room);
  const { question } = material;
  return {
    request: {
      model: terms.model.id,
      ...rendered,
      temperature: terms.temperature,
      maxTokens: terms.maxTokens,
      grounds: { question, passages: chunks.map(({ text }) => text) },
    },
    chunks,
    degraded: [...terms.degraded, ...leftOut(material.chunks.length - chunks.length, material, terms)],
  };
}

/** With no chunk left the prompt goes as it is: the window is then the provider's to judge. */
function fit(material: PromptMaterial, room: number): Fitted {
  const whole = render(material, material.chunks.length);
  if (isWithin(whole, room)) return whole;
  let fitting = render(material, 0);
  // Halving: each further chunk makes the prompt longer.
  for (let low = 1, high = material.chunks.length - 1; low <= high;) {
    const middle = Math.ceil((low + high) / 2);
    const tried = render(material, middle);
    if (isWithin(tried, room)) [fitting, low] = [tried, middle + 1];
    else high = middle - 1;
  }
  return fitting;
}

function isWithin({ rendered: { system, user } }: Fitted, room: number): boolean {
  return estimatedTokens(system, user) <= room;
}

function render({ template, question, chunks: all }: PromptMaterial, count: number): Fitted {
  const chunks = all.slice(0, count);
  return { chunks, rendered: template.render({ context: contextOf(chunks), question }) };
}

function contextOf(chunks: readonly RetrievedChunk[]): string {
  if (chunks.length === 0) return noDocument;
  return chunks.map(({ title, text }, index) => `[${index + 1}] ${title}\n${text}`).join('\n\n');
}

function leftOut(dropped: number, { chunks }: PromptMaterial, { model }: ModelTerms): Degradation[] {
  if (dropped === 0) return [];
  const reason = `${dropped} of ${chunks.length} chunks left out to fit the window of ${model.id}`;
  return [{ stage: 'prompt', reason }];
}
