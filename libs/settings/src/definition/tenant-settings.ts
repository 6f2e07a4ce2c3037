import {
  NumberField,
  BooleanField,
  EnumField,
  JsonObjectField,
  NumberOrKeywordField,
  StringField,
  IntegerField,
} from '#http';
import { type ReasoningEffort, reasoningEfforts } from './model.js';
import { type RetrievalLanguage, retrievalLanguages } from './retrieval-languages.js';
import { Setting } from './setting.js';
import { type PromptVariables, findPromptVariableErrors } from './prompt-variables.js';

/** The prompt template of a fresh installation. */
export const initialPromptTemplate = `You answer the questions of this company's users. Use only the context below. If it does not hold the answer, say so.

{context}`;

/** The most chunks that a prompt can hold, or a search without a model can find. The console repeats it in `api/limits.ts`. */
export const maxTopK = 20;

/**
 * Every setting of a tenant (specification §2). Validation, layers, and the JSON and OpenAPI schemas are derived from these properties:
 * to add a setting, add one property.
 *
 * A `max` here is the highest value for any tenant. A plan's `ceilings` ({@link Plan}; those of the plans that come with
 * Attune: `migrations/0002-tenancy.sql`) can lower it for its tenants, and a model's
 * `max_output_tokens` and `temperature` ({@link Model}) for those who use the model.
 */
export class TenantSettings {
  @Setting({
    group: 'model',
    title: 'Model',
    yamlPath: 'model.name',
    initial: 'gpt-3.5-turbo',
  })
  @StringField({
    min: 1,
    max: 100,
    description: 'Id in the model catalogue, allowed by the plan',
    example: 'gpt-4',
  })
  model_name!: string;

  @Setting({
    group: 'model',
    title: 'Fallback model',
    yamlPath: 'model.fallback',
    initial: 'gpt-3.5-turbo',
  })
  @StringField({
    min: 1,
    max: 100,
    description: 'The model that answers when the first one cannot, or "none"',
    example: 'gpt-4o',
  })
  model_fallback!: string;

  @Setting({
    group: 'model',
    title: 'Temperature',
    yamlPath: 'model.temperature',
    initial: 0.7,
  })
  @NumberField({ min: 0, max: 2, description: "Also within the model's own range", example: 0.3 })
  temperature!: number;

  @Setting({
    group: 'model',
    title: 'Longest answer',
    yamlPath: 'model.max_tokens',
    initial: 1000,
  })
  @IntegerField({
    min: 100,
    max: 4000,
    description: "Tokens; at most the model's and the plan's limit",
    example: 1000,
  })
  max_tokens!: number;

  @Setting({
    group: 'model',
    title: 'Reasoning effort',
    yamlPath: 'model.reasoning_effort',
    initial: 'default',
  })
  @EnumField(['default', ...reasoningEfforts], {
    description:
      'How much the model reasons before it answers, if the model lets the caller choose. default: the model chooses',
    example: 'low',
  })
  reasoning_effort!: 'default' | ReasoningEffort;

  @Setting({
    group: 'retrieval',
    title: 'Chunks in the prompt',
    yamlPath: 'retrieval.top_k',
    initial: 5,
  })
  @IntegerField({
    min: 1,
    max: maxTopK,
    description: 'Number of chunks in the prompt when reranking is off',
    example: 10,
  })
  retrieval_top_k!: number;

  @Setting({
    group: 'retrieval',
    title: 'Vectors against keywords',
    yamlPath: 'retrieval.alpha',
    initial: 0.5,
  })
  @NumberField({ min: 0, max: 1, description: '0 is keywords only, 1 is vectors only', example: 0.5 })
  retrieval_alpha!: number;

  @Setting({
    group: 'retrieval',
    title: 'Reranking',
    yamlPath: 'retrieval.rerank_enabled',
    initial: false,
  })
  @BooleanField({ description: 'Whether a reranker orders the candidates', example: true })
  rerank_enabled!: boolean;

  @Setting({
    group: 'retrieval',
    title: 'Chunks after reranking',
    yamlPath: 'retrieval.rerank_top_n',
    initial: 3,
  })
  @IntegerField({ min: 1, max: 10, description: 'At most retrieval_top_k when reranking is on', example: 3 })
  rerank_top_n!: number;

  @Setting({
    group: 'retrieval',
    title: 'Lowest score of a chunk',
    yamlPath: 'retrieval.min_score',
    initial: 0,
  })
  @NumberField({
    min: 0,
    max: 1,
    description:
      'Chunks with a lower score do not reach the prompt. The sources of an answer show the scores',
    example: 0.1,
  })
  retrieval_min_score!: number;

  @Setting({
    group: 'retrieval',
    title: 'Language',
    yamlPath: 'retrieval.language',
    initial: 'auto',
  })
  @EnumField(['auto', ...retrievalLanguages], {
    description:
      'The language of documents and questions (ISO 639-1). auto: each is recognised. Documents keep the language in which they were added',
    example: 'de',
  })
  retrieval_language!: 'auto' | RetrievalLanguage;

  @Setting({
    group: 'prompt',
    title: 'Prompt',
    yamlPath: 'prompts.system',
    initial: initialPromptTemplate,
  })
  @StringField({
    max: 2000,
    description: 'A template with {context}, {question} and the variables',
    example: 'You are the assistant of {company}. Answer from the context.\n\n{context}',
  })
  system_prompt_template!: string;

  @Setting({
    group: 'prompt',
    title: 'Prompt variables',
    yamlPath: 'prompts.variables',
    initial: {},
    findErrors: findPromptVariableErrors,
  })
  @JsonObjectField({
    description: 'At most 50 strings, numbers or booleans, 8 KiB',
    example: { company: 'Acme Law' },
  })
  prompt_variables!: PromptVariables;

  @Setting({
    group: 'branding',
    title: 'Colour',
    yamlPath: 'branding.primary_color',
    initial: '#007bff',
  })
  @StringField({
    pattern: /^#[0-9a-fA-F]{6}$/,
    patternHint: '#RRGGBB',
    description: 'Primary colour',
    example: '#007bff',
  })
  ui_primary_color!: string;

  @Setting({
    group: 'branding',
    title: 'Logo',
    yamlPath: 'branding.logo_url',
    initial: null,
  })
  @StringField({
    max: 500,
    // Pages may put it into markup as it is, so it has no quotes, angle brackets, spaces or letters outside ASCII.
    pattern:
      /^https:\/\/[A-Za-z0-9._-]+(?::[0-9]{1,5})?(?:[/?#](?:[A-Za-z0-9._~:/?#@!$&()*+,;=[\]-]|%[0-9A-Fa-f]{2})*)?$/,
    patternHint:
      'an https URL without user name; write %22 for a quote, and percent codes for letters outside ASCII',
    nullable: true,
    example: 'https://acme-law.example/logo.svg',
  })
  ui_logo_url!: string | null;

  @Setting({
    group: 'branding',
    title: 'Custom domain',
    yamlPath: 'branding.custom_domain',
    initial: null,
  })
  @StringField({
    max: 253,
    pattern: /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/,
    patternHint: 'a host name in lower case',
    nullable: true,
    description: 'Takes effect after its DNS record is verified',
    example: 'ask.acme-law.example',
  })
  custom_domain!: string | null;

  @Setting({
    group: 'limits',
    title: 'Queries a day',
    yamlPath: 'limits.max_queries_per_day',
    settableBy: 'platform',
    initial: 1000,
  })
  @IntegerField({ min: 100, max: 100_000, description: 'Per day in UTC', example: 10_000 })
  max_queries_per_day!: number;

  @Setting({
    group: 'limits',
    title: 'Queries a minute of the clock',
    yamlPath: 'limits.max_queries_per_minute',
    settableBy: 'platform',
    initial: 'unlimited',
  })
  @NumberOrKeywordField('unlimited', { min: 1, max: 100_000, whole: true, example: 60 })
  max_queries_per_minute!: number | 'unlimited';

  @Setting({
    group: 'limits',
    title: 'Documents',
    yamlPath: 'limits.max_documents',
    settableBy: 'platform',
    initial: 10_000,
  })
  @IntegerField({ min: 100, max: 1_000_000, example: 50_000 })
  max_documents!: number;

  @Setting({
    group: 'limits',
    title: 'Monthly budget',
    yamlPath: 'limits.monthly_budget_usd',
    settableBy: 'platform',
    initial: 50,
  })
  @NumberOrKeywordField('unlimited', {
    min: 0,
    max: 1_000_000,
    description: 'US dollars, or "unlimited"',
    example: 500,
  })
  monthly_budget_usd!: number | 'unlimited';

  @Setting({
    group: 'privacy',
    title: 'Keep questions',
    yamlPath: 'privacy.log_questions',
    initial: false,
  })
  @BooleanField({ description: 'Whether questions are kept for 30 days, to be replayed', example: false })
  log_questions!: boolean;
}

/** The name of a setting, as on the wire. */
export type SettingName = keyof TenantSettings;
/** The settings of one layer; the others come from the layers below. */
export type PartialSettings = { -readonly [Name in SettingName]?: TenantSettings[Name] };
