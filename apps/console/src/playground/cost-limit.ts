import type { Schema } from '../api/operations.js';

/** A model with its prices. */
export type PricedModel = Pick<
  Schema<'CatalogueModelResponse'>,
  'id' | 'input_usd_per_mtok' | 'output_usd_per_mtok'
>;

const maxChunkLength = 1_200;
const tokensPerMillion = 1_000_000;

/** Settings that decide what an answer may cost. */
export interface PricedSettings {
  readonly model_name?: unknown;
  readonly model_fallback?: unknown;
  readonly max_tokens?: unknown;
  readonly retrieval_top_k?: unknown;
  readonly rerank_enabled?: unknown;
  readonly rerank_top_n?: unknown;
  readonly system_prompt_template?: unknown;
}

/**
 * About what an answer costs at most: every chunk as long as it may be, one token a character, the longest answer, and the fallback after
 * the model. Null if the catalogue does not have the model. The service reserves by its own, stricter sum.
 */
export function maxCostUsd(
  settings: PricedSettings,
  questionLength: number,
  models: readonly PricedModel[],
): number | null {
  const prompt = numberOf(chunksOf(settings)) * maxChunkLength + textLength(settings) + questionLength;
  const names = [settings.model_name, settings.model_fallback].filter((name) => name !== 'none');
  const chain = models.filter(({ id }) => names.includes(id));
  if (!chain.some(({ id }) => id === settings.model_name)) return null;
  const costs = chain.map(
    (model) => prompt * model.input_usd_per_mtok + numberOf(settings.max_tokens) * model.output_usd_per_mtok,
  );
  return costs.reduce((sum, cost) => sum + cost, 0) / tokensPerMillion;
}

function chunksOf({
  rerank_enabled: isReranked,
  rerank_top_n: reranked,
  retrieval_top_k: all,
}: PricedSettings) {
  return isReranked === true ? reranked : all;
}

function textLength({ system_prompt_template: template }: PricedSettings): number {
  return typeof template === 'string' ? template.length : 0;
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
