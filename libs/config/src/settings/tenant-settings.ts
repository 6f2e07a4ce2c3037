import { Decimal, Flag, JsonObject, NumberOr, Text, Whole } from '#http';
import { type SettingDeclaration, Setting, declaredSettings } from './setting.js';
import { promptVariableFaults } from './value-checks.js';

export type PromptVariables = Record<string, string | number | boolean>;

export const initialTemplate = `You answer the questions of this company's users. Use only the context below. If it does not hold the answer, say so.

{context}`;

/**
 * What a tenant's configuration consists of (SPEC §2). Everything else about settings is derived from here: validation,
 * layers, the JSON and OpenAPI schemas. Adding a setting is adding one property.
 */
export class TenantSettings {
  @Setting({ group: 'model', title: 'Model', file: 'model.name', setBy: 'tenant', initial: 'gpt-3.5-turbo' })
  @Text({ min: 1, max: 100, description: 'Id in the model catalogue, allowed by the plan', example: 'gpt-4' })
  model_name!: string;

  @Setting({
    group: 'model',
    title: 'Fallback model',
    file: 'model.fallback',
    setBy: 'tenant',
    initial: 'gpt-3.5-turbo',
  })
  @Text({
    min: 1,
    max: 100,
    description: 'The model that answers when the first one cannot, or "none"',
    example: 'gpt-4o',
  })
  model_fallback!: string;

  @Setting({ group: 'model', title: 'Temperature', file: 'model.temperature', setBy: 'tenant', initial: 0.7 })
  @Decimal({ min: 0, max: 2, description: "Also within the model's own range", example: 0.3 })
  temperature!: number;

  @Setting({
    group: 'model',
    title: 'Longest answer',
    file: 'model.max_tokens',
    setBy: 'tenant',
    initial: 1000,
  })
  @Whole({
    min: 100,
    max: 4000,
    description: "Tokens; at most the model's and the plan's limit",
    example: 1000,
  })
  max_tokens!: number;

  @Setting({
    group: 'retrieval',
    title: 'Chunks in the prompt',
    file: 'retrieval.top_k',
    setBy: 'tenant',
    initial: 5,
  })
  @Whole({ min: 1, max: 20, description: 'Chunks that reach the prompt without reranking', example: 10 })
  retrieval_top_k!: number;

  @Setting({
    group: 'retrieval',
    title: 'Vectors against keywords',
    file: 'retrieval.alpha',
    setBy: 'tenant',
    initial: 0.5,
  })
  @Decimal({ min: 0, max: 1, description: '0 is keywords only, 1 is vectors only', example: 0.5 })
  retrieval_alpha!: number;

  @Setting({
    group: 'retrieval',
    title: 'Reranking',
    file: 'retrieval.rerank_enabled',
    setBy: 'tenant',
    initial: false,
  })
  @Flag({ description: 'Whether a reranker orders the candidates', example: true })
  rerank_enabled!: boolean;

  @Setting({
    group: 'retrieval',
    title: 'Chunks after reranking',
    file: 'retrieval.rerank_top_n',
    setBy: 'tenant',
    initial: 3,
  })
  @Whole({ min: 1, max: 10, description: 'At most retrieval_top_k where reranking is on', example: 3 })
  rerank_top_n!: number;

  @Setting({
    group: 'prompt',
    title: 'Prompt',
    file: 'prompts.system',
    setBy: 'tenant',
    initial: initialTemplate,
  })
  @Text({
    max: 2000,
    description: 'A template with {context}, {question} and the variables',
    example: 'You are the assistant of {company}. Answer from the context.\n\n{context}',
  })
  system_prompt_template!: string;

  @Setting({
    group: 'prompt',
    title: 'Prompt variables',
    file: 'prompts.variables',
    setBy: 'tenant',
    initial: {},
    check: promptVariableFaults,
  })
  @JsonObject({
    description: 'At most 50 strings, numbers or booleans, 8 KiB',
    example: { company: 'Acme Law' },
  })
  prompt_variables!: PromptVariables;

  @Setting({
    group: 'branding',
    title: 'Colour',
    file: 'branding.primary_color',
    setBy: 'tenant',
    initial: '#007bff',
  })
  @Text({
    pattern: /^#[0-9a-fA-F]{6}$/,
    patternHint: '#RRGGBB',
    description: 'Primary colour',
    example: '#007bff',
  })
  ui_primary_color!: string;

  @Setting({ group: 'branding', title: 'Logo', file: 'branding.logo_url', setBy: 'tenant', initial: null })
  @Text({
    max: 500,
    pattern: /^https:\/\/[^\s/?#@]+(?:[/?#]\S*)?$/,
    patternHint: 'an https URL without user name',
    nullable: true,
    example: 'https://acme-law.example/logo.svg',
  })
  ui_logo_url!: string | null;

  @Setting({
    group: 'branding',
    title: 'Custom domain',
    file: 'branding.custom_domain',
    setBy: 'tenant',
    initial: null,
  })
  @Text({
    max: 253,
    pattern: /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/,
    patternHint: 'a host name in lower case',
    nullable: true,
    description: 'In use once its DNS record was verified',
    example: 'ask.acme-law.example',
  })
  custom_domain!: string | null;

  @Setting({
    group: 'limits',
    title: 'Queries a day',
    file: 'limits.max_queries_per_day',
    setBy: 'platform',
    initial: 1000,
  })
  @Whole({ min: 100, max: 100_000, description: 'A day in UTC', example: 10_000 })
  max_queries_per_day!: number;

  @Setting({
    group: 'limits',
    title: 'Documents',
    file: 'limits.max_documents',
    setBy: 'platform',
    initial: 10_000,
  })
  @Whole({ min: 100, max: 1_000_000, example: 50_000 })
  max_documents!: number;

  @Setting({
    group: 'limits',
    title: 'Monthly budget',
    file: 'limits.monthly_budget_usd',
    setBy: 'platform',
    initial: 50,
  })
  @NumberOr('unlimited', { min: 0, max: 1_000_000, description: 'US dollars, or "unlimited"', example: 500 })
  monthly_budget_usd!: number | 'unlimited';
}

export type SettingName = keyof TenantSettings;
/** What one layer sets; the rest comes from the layers below. */
export type SomeSettings = { -readonly [Name in SettingName]?: TenantSettings[Name] };

export interface TypedDeclaration extends SettingDeclaration {
  readonly name: SettingName;
}

/** The settings of SPEC §2 in the order in which answers show them. */
export const settings = declaredSettings() as readonly TypedDeclaration[];
export const settingNames: readonly SettingName[] = settings.map((setting) => setting.name);

/** Those that an answer depends on; the others say how it looks, where, and how many there may be. */
export const answerSettingNames: readonly SettingName[] = settings
  .filter(({ group }) => group !== 'branding' && group !== 'limits')
  .map(({ name }) => name);

const byName = new Map<string, TypedDeclaration>(settings.map((setting) => [setting.name, setting]));

export function isSettingName(name: string): name is SettingName {
  return byName.has(name);
}

/** @throws Error for a name that is no setting; ask `isSettingName` first. */
export function declarationOf(name: SettingName): TypedDeclaration {
  const declaration = byName.get(name);
  if (!declaration) throw new Error(`${name} is not declared as a setting`);
  return declaration;
}

/** What a fresh installation's platform defaults are. */
export function initialSettings(): TenantSettings {
  return Object.fromEntries(
    settings.map(({ name, initial }) => [name, initial]),
  ) as unknown as TenantSettings;
}
