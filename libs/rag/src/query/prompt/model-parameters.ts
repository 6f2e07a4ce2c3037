import type { CompiledConfiguration } from '#config';
import type { Model, ReasoningEffort } from '#settings';
import type { Degradation } from '../degradation.js';

/** The generation settings of a configuration, adjusted to the values that one model accepts. */
export interface ModelParameters {
  readonly model: Model;
  /** null: the model accepts no temperature. */
  readonly temperature: number | null;
  readonly maxTokens: number;
  /** null: none is sent, and the model reasons as it does by default. */
  readonly reasoningEffort: ReasoningEffort | null;
  /** Maximum tokens of the prompt: the context window minus `maxTokens`. */
  readonly maxPromptTokens: number;
  readonly degraded: readonly Degradation[];
}

type GenerationSettings = Pick<
  CompiledConfiguration['settings'],
  'temperature' | 'max_tokens' | 'reasoning_effort'
>;

interface Adjusted<V> {
  readonly value: V;
  readonly degraded: readonly Degradation[];
}

const parametersByConfiguration = new WeakMap<CompiledConfiguration, Map<Model, ModelParameters>>();

/** The parameters of one of the configuration's models. Computed once per compiled configuration and model. */
export function parametersFor(configuration: CompiledConfiguration, model: Model): ModelParameters {
  const byModel = parametersByConfiguration.get(configuration) ?? new Map<Model, ModelParameters>();
  const parameters = byModel.get(model) ?? computeParameters(configuration.settings, model);
  parametersByConfiguration.set(configuration, byModel.set(model, parameters));
  return parameters;
}

/** Clamps the settings to the model's ranges and lists every adjustment in `degraded` (specification §4.5). */
export function computeParameters(settings: GenerationSettings, model: Model): ModelParameters {
  const temperature = fitTemperature(settings.temperature, model);
  const maxTokens = fitMaxTokens(settings.max_tokens, model);
  const effort = fitReasoningEffort(settings.reasoning_effort, model);
  return {
    model,
    temperature: temperature.value,
    maxTokens: maxTokens.value,
    reasoningEffort: effort.value,
    maxPromptTokens: model.context_window - maxTokens.value,
    degraded: [...temperature.degraded, ...maxTokens.degraded, ...effort.degraded],
  };
}

function fitTemperature(requested: number, { id, temperature }: Model): Adjusted<number | null> {
  if (temperature === null) return adjusted(null, `temperature ${requested} left out: ${id} accepts none`);
  const value = Math.min(Math.max(requested, temperature.min), temperature.max);
  return value === requested
    ? { value, degraded: [] }
    : adjusted(value, describeAdjustment('temperature', requested, value, id));
}

function fitMaxTokens(
  requested: number,
  { id, max_output_tokens: maxOutputTokens }: Model,
): Adjusted<number> {
  return requested <= maxOutputTokens
    ? { value: requested, degraded: [] }
    : adjusted(maxOutputTokens, describeAdjustment('max_tokens', requested, maxOutputTokens, id));
}

function fitReasoningEffort(
  requested: GenerationSettings['reasoning_effort'],
  { id, reasoning }: Model,
): Adjusted<ReasoningEffort | null> {
  if (requested === 'default') return { value: null, degraded: [] };
  if (reasoning?.includes(requested)) return { value: requested, degraded: [] };
  return adjusted(null, `reasoning_effort ${requested} left out: ${id} does not take it`);
}

function describeAdjustment(name: string, requested: number, value: number, model: string): string {
  const [verb, bound] = value < requested ? ['lowered', 'maximum'] : ['raised', 'minimum'];
  return `${name} ${requested} ${verb} to ${value}, the ${bound} of ${model}`;
}

function adjusted<V>(value: V, reason: string): Adjusted<V> {
  return { value, degraded: [{ stage: 'generate', reason }] };
}
