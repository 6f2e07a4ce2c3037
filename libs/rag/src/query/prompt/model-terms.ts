import type { CompiledConfiguration } from '#config';
import type { Model } from '#tenancy';
import type { Degradation } from '../degradation.js';

/** What a configuration asks of one model, in values that the model takes. */
export interface ModelTerms {
  readonly model: Model;
  /** null: the model takes none. */
  readonly temperature: number | null;
  readonly maxTokens: number;
  /** How many tokens the prompt may have: the window without the answer. */
  readonly room: number;
  readonly degraded: readonly Degradation[];
}

type Asked = Pick<CompiledConfiguration['settings'], 'temperature' | 'max_tokens'>;

interface Adjusted<V> {
  readonly value: V;
  readonly degraded: readonly Degradation[];
}

const known = new WeakMap<CompiledConfiguration, Map<Model, ModelTerms>>();

/** The terms of one of the configuration's models: worked out once, for as long as the compiled configuration is in use. */
export function termsUnder(configuration: CompiledConfiguration, model: Model): ModelTerms {
  const terms = known.get(configuration) ?? new Map<Model, ModelTerms>();
  const found = terms.get(model) ?? termsOf(configuration.settings, model);
  known.set(configuration, terms.set(model, found));
  return found;
}

/** Brings values into the model's ranges, and says where they were not (SPEC §4.5). */
export function termsOf(settings: Asked, model: Model): ModelTerms {
  const temperature = fitTemperature(settings.temperature, model);
  const maxTokens = fitMaxTokens(settings.max_tokens, model);
  return {
    model,
    temperature: temperature.value,
    maxTokens: maxTokens.value,
    room: model.context_window - maxTokens.value,
    degraded: [...temperature.degraded, ...maxTokens.degraded],
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
