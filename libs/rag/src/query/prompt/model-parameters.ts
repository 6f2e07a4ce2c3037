import type { CompiledConfiguration } from '#config';
import type { Model } from '#tenancy';
import type { Degradation } from '../degradation.js';

/** What a configuration asks of one model, in values that the model takes. */
export interface ModelParameters {
  readonly model: Model;
  /** null: the model takes none. */
  readonly temperature: number | null;
  readonly maxTokens: number;
  /** How many tokens the prompt may have: the window without the answer. */
  readonly maxPromptTokens: number;
  readonly degraded: readonly Degradation[];
}

type GenerationSettings = Pick<CompiledConfiguration['settings'], 'temperature' | 'max_tokens'>;

interface Adjusted<V> {
  readonly value: V;
  readonly degraded: readonly Degradation[];
}

const parametersByConfiguration = new WeakMap<CompiledConfiguration, Map<Model, ModelParameters>>();

/** The terms of one of the configuration's models: worked out once, for as long as the compiled configuration is in use. */
export function parametersFor(configuration: CompiledConfiguration, model: Model): ModelParameters {
  const byModel = parametersByConfiguration.get(configuration) ?? new Map<Model, ModelParameters>();
  const parameters = byModel.get(model) ?? computeParameters(configuration.settings, model);
  parametersByConfiguration.set(configuration, byModel.set(model, parameters));
  return parameters;
}

/** Brings values into the model's ranges, and says where they were not (specification §4.5). */
export function computeParameters(settings: GenerationSettings, model: Model): ModelParameters {
  const temperature = fitTemperature(settings.temperature, model);
  const maxTokens = fitMaxTokens(settings.max_tokens, model);
  return {
    model,
    temperature: temperature.value,
    maxTokens: maxTokens.value,
    maxPromptTokens: model.context_window - maxTokens.value,
    degraded: [...temperature.degraded, ...maxTokens.degraded],
  };
}

function fitTemperature(requested: number, { id, temperature }: Model): Adjusted<number | null> {
  if (temperature === null) return adjusted(null, `temperature ${requested} left out: ${id} takes none`);
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

function describeAdjustment(name: string, requested: number, value: number, model: string): string {
  const [verb, bound] = value < requested ? ['lowered', 'most'] : ['raised', 'least'];
  return `${name} ${requested} ${verb} to ${value}, the ${bound} that ${model} takes`;
}

function adjusted<V>(value: V, reason: string): Adjusted<V> {
  return { value, degraded: [{ stage: 'generate', reason }] };
}
