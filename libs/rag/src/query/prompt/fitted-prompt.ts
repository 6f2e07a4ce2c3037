import type { PromptRenderer, RenderedPrompt } from '#settings';
import type { ModelPrompt } from '../../llm/fallback/model-answer.js';
import type { ConversationTurn } from '../../llm/generation.js';
import { estimatePromptTokens } from '../../llm/token-estimate.js';
import type { RetrievedChunk } from '../../retrieval/retriever.js';
import { fitHistory } from '../conversation/fit-history.js';
import type { Degradation } from '../degradation.js';
import type { ModelParameters } from './model-parameters.js';

/** The parts of a prompt, before any model's limits. */
export interface PromptInput {
  readonly question: string;
  /** Best first. */
  readonly chunks: readonly RetrievedChunk[];
  readonly template: PromptRenderer;
  /** The turns before the question, oldest first. */
  readonly history?: readonly ConversationTurn[];
  /** Like `maxChunks`, for the turns. */
  readonly maxTurns?: number;
  /** What the sandbox answers: the question with those before it. Default: the question. */
  readonly searchedQuestion?: string;
  /** More chunks are left out, because the model has refused a prompt with them as too long. Default: all may be in it. */
  readonly maxChunks?: number;
}

/** The prompt for one model, within its limits. */
export interface FittedPrompt extends ModelPrompt {
  /** The chunks in the prompt, best first. */
  readonly chunks: readonly RetrievedChunk[];
  readonly degraded: readonly Degradation[];
}

interface RenderedChunks {
  readonly chunks: readonly RetrievedChunk[];
  readonly rendered: RenderedPrompt;
  /** Upper estimate. */
  readonly tokens: number;
}

const noDocumentText = 'No document was found for this question.';

/** Builds the prompt for one model. Drops the lowest-ranked chunks that do not fit its context window (specification §4.5). */
export function fitPrompt(input: PromptInput, parameters: ModelParameters): FittedPrompt {
  const { chunks, rendered, tokens } = dropChunksToFit(input, parameters.maxPromptTokens);
  const { history = [], maxTurns = history.length, searchedQuestion: question = input.question } = input;
  const maxTokens = parameters.maxPromptTokens - tokens;
  const { turns, dropped } = fitHistory(history, { maxTurns, maxTokens });
  return {
    request: {
      model: parameters.model.upstream_model ?? parameters.model.id,
      ...rendered,
      history: turns,
      temperature: parameters.temperature,
      maxTokens: parameters.maxTokens,
      reasoningEffort: parameters.reasoningEffort,
      extraBody: parameters.model.extra_body ?? {},
      context: { question, passages: chunks.map(({ text }) => text) },
    },
    chunks,
    degraded: [
      ...parameters.degraded,
      ...droppedChunksDegradation(input.chunks.length - chunks.length, input, parameters),
      ...droppedTurnsDegradation(dropped, history, parameters),
    ],
  };
}

/** If even the prompt without chunks is too long, it is sent as it is: the provider decides whether it fits. */
function dropChunksToFit(input: PromptInput, maxTokens: number): RenderedChunks {
  const { maxChunks = input.chunks.length } = input;
  const full = render(input, maxChunks);
  if (full.tokens <= maxTokens) return full;
  let best = render(input, 0);
  // Binary search: each further chunk makes the prompt longer.
  for (let low = 1, high = maxChunks - 1; low <= high;) {
    const middle = Math.ceil((low + high) / 2);
    const candidate = render(input, middle);
    if (candidate.tokens <= maxTokens) [best, low] = [candidate, middle + 1];
    else high = middle - 1;
  }
  return best;
}

function render({ template, question, chunks: all }: PromptInput, count: number): RenderedChunks {
  const chunks = all.slice(0, count);
  const rendered = template.render({ context: formatContext(chunks), question });
  return { chunks, rendered, tokens: estimatePromptTokens(rendered.system, rendered.user) };
}

function formatContext(chunks: readonly RetrievedChunk[]): string {
  if (chunks.length === 0) return noDocumentText;
  return chunks.map(({ title, text }, index) => `[${index + 1}] ${title}\n${text}`).join('\n\n');
}

function droppedChunksDegradation(
  dropped: number,
  { chunks }: PromptInput,
  { model }: ModelParameters,
): Degradation[] {
  if (dropped === 0) return [];
  const reason = `${dropped} of ${chunks.length} chunks left out to fit the context window of ${model.id}`;
  return [{ stage: 'prompt', reason }];
}

function droppedTurnsDegradation(
  dropped: number,
  history: readonly ConversationTurn[],
  { model }: ModelParameters,
): Degradation[] {
  if (dropped === 0) return [];
  const isGreeting = history.slice(0, dropped).every(({ role }) => role === 'assistant');
  const why = isGreeting ? 'a conversation begins with a user' : `to fit the context window of ${model.id}`;
  return [
    { stage: 'prompt', reason: `${dropped} of ${history.length} turns of the history left out: ${why}` },
  ];
}
