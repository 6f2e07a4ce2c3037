import { type FieldError, canonicalJson } from '#kernel';
import type { Model } from '../definition/model.js';
import { type Layers, allowedModels, isModelAllowed, resolveSettings } from './layers.js';
import { PromptTemplate } from '../prompt-template/prompt-template.js';
import { type SettingName, type PartialSettings, TenantSettings } from '../definition/tenant-settings.js';

/**
 * Every error of a configuration as a whole: models and ceilings of the plan ({@link Plan}), ranges of the model ({@link Model}),
 * combinations of settings, the prompt template. Single values are `findValueErrors`'s to check.
 */
export function findConfigurationErrors(layers: Layers): FieldError[] {
  const { settings } = resolveSettings(layers);
  return [
    ...findModelErrors(layers),
    ...findCeilingErrors(layers),
    ...findRangeErrors(settings, layers.catalogue.get(layers.own.model_name ?? settings.model_name)),
    ...findRerankErrors(settings),
    ...PromptTemplate.compile(settings.system_prompt_template, settings.prompt_variables).errors,
  ];
}

/**
 * The errors that a change is refused for (specification §5.2): those of the configuration after it, without those that existed before
 * in settings that the change does not touch. `touched` are names of settings.
 */
export function findChangeErrors(before: Layers, after: Layers, touched: ReadonlySet<string>): FieldError[] {
  const existingErrorKeys = new Set(findConfigurationErrors(before).map(errorKey));
  return findConfigurationErrors(after).filter(
    (fieldError) => touched.has(topLevelField(fieldError)) || !existingErrorKeys.has(errorKey(fieldError)),
  );
}

function errorKey({ field, rule, message }: FieldError): string {
  return canonicalJson([field, rule, message]);
}

function topLevelField({ field }: FieldError): string {
  return field.split('.')[0]!;
}

function findModelErrors(layers: Layers): FieldError[] {
  const disallowedModels = (['model_name', 'model_fallback'] as const).flatMap((field) => {
    const value = layers.own[field];
    const isNone = field === 'model_fallback' && value === 'none';
    return value === undefined || isNone || isModelAllowed(value, layers) ? [] : [{ field, value }];
  });
  return disallowedModels.map(({ field, value }) => {
    const message = `${field}: ${describeModelProblem(value, layers)}.`;
    const allowed = [...allowedModels(layers), ...(field === 'model_fallback' ? ['none'] : [])];
    return { field, rule: 'enum', message, value, allowed };
  });
}

function describeModelProblem(id: string, { plan, catalogue }: Layers): string {
  const model = catalogue.get(id);
  if (!model) return 'the model is not in the catalogue';
  if (model.state === 'retired') return `the model ${id} is retired`;
  return `the plan ${plan.id} does not include the model ${id}`;
}

function findCeilingErrors({ own, plan }: Layers): FieldError[] {
  return Object.entries(plan.ceilings).flatMap(([field, max]) => {
    const value = own[field as SettingName];
    if (typeof value !== 'number' || value <= max) return [];
    const message = `${field} may be at most ${max} on the plan ${plan.id}.`;
    return [{ field, rule: 'plan_ceiling' as const, message, value, max }];
  });
}

function findRangeErrors(
  { temperature, max_tokens }: TenantSettings,
  model: Model | undefined,
): FieldError[] {
  if (!model) return [];
  const errors: FieldError[] = [];
  const { temperature: temperatureRange, max_output_tokens: maxTokens } = model;
  if (temperatureRange && (temperature < temperatureRange.min || temperature > temperatureRange.max)) {
    const message = `${model.id} accepts a temperature from ${temperatureRange.min} to ${temperatureRange.max}.`;
    errors.push({
      field: 'temperature',
      rule: 'model_range',
      message,
      value: temperature,
      min: temperatureRange.min,
      max: temperatureRange.max,
    });
  }
  if (max_tokens > maxTokens) {
    const message = `${model.id} generates at most ${maxTokens} tokens.`;
    errors.push({ field: 'max_tokens', rule: 'model_range', message, value: max_tokens, max: maxTokens });
  }
  return errors;
}

/**
 * With reranking on, `rerank_top_n` may be at most `retrieval_top_k`. An error for each of the three fields, or none. Settings that do
 * not set all three are valid: the layers below decide.
 */
export function findRerankErrors({
  rerank_enabled,
  rerank_top_n,
  retrieval_top_k,
}: PartialSettings): FieldError[] {
  if (rerank_enabled !== true || rerank_top_n === undefined || retrieval_top_k === undefined) return [];
  if (rerank_top_n <= retrieval_top_k) return [];
  const message = 'With rerank_enabled, rerank_top_n may be at most retrieval_top_k.';
  const fieldError = { rule: 'combination' as const, message };
  return [
    { ...fieldError, field: 'rerank_top_n', value: rerank_top_n, max: retrieval_top_k },
    { ...fieldError, field: 'retrieval_top_k', value: retrieval_top_k, min: rerank_top_n },
    { ...fieldError, field: 'rerank_enabled', value: rerank_enabled },
  ];
}
