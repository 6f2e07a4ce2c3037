import { faultsOf } from '#http';
import { type Fault, canonicalJson } from '#kernel';
import type { Model } from '#tenancy';
import { type Layers, allowedModels, isModelAllowed, resolve } from './layers.js';
import { PromptTemplate } from './template.js';
import {
  type SettingName,
  type SomeSettings,
  TenantSettings,
  declarationOf,
  isSettingName,
} from './tenant-settings.js';

/** The faults of single values: type, bounds, form. Fields left out are none. */
export function valueFaults(settings: Readonly<Record<string, unknown>>): Fault[] {
  const single = faultsOf(TenantSettings, settings).filter(
    ({ rule, field }) => rule !== 'required' || field in settings,
  );
  const faulty = new Set(single.map(({ field }) => field));
  const deeper = Object.entries(settings)
    .filter(([name]) => isSettingName(name) && !faulty.has(name))
    .flatMap(([name, value]) => declarationOf(name as SettingName).check?.(value as never) ?? []);
  return [...single, ...deeper];
}

/** Every fault of a configuration as a whole: models and ceilings of the plan, ranges of the model, combinations, the template. */
export function configurationFaults(layers: Layers): Fault[] {
  const { settings } = resolve(layers);
  return [
    ...modelFaults(layers),
    ...ceilingFaults(layers),
    ...rangeFaults(settings, layers.catalogue.get(layers.own.model_name ?? settings.model_name)),
    ...rerankFaults(settings),
    ...PromptTemplate.compile(settings.system_prompt_template, settings.prompt_variables).faults,
  ];
}

/**
 * The faults that a change brings in: those of the configuration after it, less those that stood before and that the change
 * does not touch (SPEC §5.2).
 */
export function faultsOfChange(before: Layers, after: Layers, touched: ReadonlySet<string>): Fault[] {
  const known = new Set(configurationFaults(before).map(identityOf));
  return configurationFaults(after).filter(
    (fault) => touched.has(rootOf(fault)) || !known.has(identityOf(fault)),
  );
}

function identityOf({ field, rule, message }: Fault): string {
  return canonicalJson([field, rule, message]);
}

function rootOf({ field }: Fault): string {
  return field.split('.')[0]!;
}

function modelFaults(layers: Layers): Fault[] {
  const chosen = (['model_name', 'model_fallback'] as const).flatMap((field) => {
    const value = layers.own[field];
    const isNone = field === 'model_fallback' && value === 'none';
    return value === undefined || isNone || isModelAllowed(value, layers) ? [] : [{ field, value }];
  });
  return chosen.map(({ field, value }) => {
    const message = `${field}: ${describe(value, layers)}.`;
    const allowed = [...allowedModels(layers), ...(field === 'model_fallback' ? ['none'] : [])];
    return { field, rule: 'enum', message, value, allowed };
  });
}

function describe(id: string, { plan, catalogue }: Layers): string {
  const model = catalogue.get(id);
  if (!model) return 'the model is not in the catalogue';
  if (model.state === 'retired') return `the model ${id} is retired`;
  return `the plan ${plan.id} does not include the model ${id}`;
}

function ceilingFaults({ own, plan }: Layers): Fault[] {
  return Object.entries(plan.ceilings).flatMap(([field, max]) => {
    const value = own[field as SettingName];
    if (typeof value !== 'number' || value <= max) return [];
    const message = `${field} may be at most ${max} on the plan ${plan.id}.`;
    return [{ field, rule: 'plan_ceiling' as const, message, value, max }];
  });
}

function rangeFaults({ temperature, max_tokens }: TenantSettings, model: Model | undefined): Fault[] {
  if (!model) return [];
  const faults: Fault[] = [];
  const { temperature: range, max_output_tokens: most } = model;
  if (range && (temperature < range.min || temperature > range.max)) {
    const message = `${model.id} takes a temperature from ${range.min} to ${range.max}.`;
    faults.push({
      field: 'temperature',
      rule: 'model_range',
      message,
      value: temperature,
      min: range.min,
      max: range.max,
    });
  }
  if (max_tokens > most) {
    const message = `${model.id} gives at most ${most} tokens.`;
    faults.push({ field: 'max_tokens', rule: 'model_range', message, value: max_tokens, max: most });
  }
  return faults;
}

function rerankFaults({ rerank_enabled, rerank_top_n, retrieval_top_k }: SomeSettings): Fault[] {
  if (!rerank_enabled || rerank_top_n! <= retrieval_top_k!) return [];
  const message = 'With rerank_enabled, rerank_top_n may be at most retrieval_top_k.';
  const fault = { rule: 'combination' as const, message };
  return [
    { ...fault, field: 'rerank_top_n', value: rerank_top_n, max: retrieval_top_k! },
    { ...fault, field: 'retrieval_top_k', value: retrieval_top_k, min: rerank_top_n! },
    { ...fault, field: 'rerank_enabled', value: rerank_enabled },
  ];
}
