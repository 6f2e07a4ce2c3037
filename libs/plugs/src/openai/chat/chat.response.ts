import { PickType } from '@nestjs/swagger';
import {
  ArrayField,
  EnumField,
  IntegerField,
  NumberField,
  ObjectField,
  StringField,
  buildExample,
} from '#http';
import { QueryResponse } from '#rag';

class CitedUrl {
  @StringField({ example: 'https://attune.example/v1/documents/gpl-3.0' })
  url!: string;

  @StringField({ example: 'GNU General Public License, version 3' })
  title!: string;

  @IntegerField({ description: 'Where the mark `[n]` begins in the text, in UTF-16 units', example: 69 })
  start_index!: number;

  @IntegerField({ description: 'Where it ends', example: 72 })
  end_index!: number;
}

class ChatAnnotation {
  @EnumField(['url_citation'])
  type!: 'url_citation';

  @ObjectField(() => CitedUrl)
  url_citation!: CitedUrl;
}

class ChatAnswerMessage {
  @EnumField(['assistant'])
  role!: 'assistant';

  @StringField({ example: 'You may charge any price or no price for each copy that you convey. [1]' })
  content!: string;

  @StringField({ nullable: true, description: 'Always null', example: null })
  refusal!: null;

  @ArrayField(() => ChatAnnotation, { description: 'One for each source that the text names as `[n]`' })
  annotations!: ChatAnnotation[];
}

class ChatChoice {
  @IntegerField({ example: 0 })
  index!: number;

  @ObjectField(() => ChatAnswerMessage)
  message!: ChatAnswerMessage;

  @StringField({ nullable: true, description: 'Always null', example: null })
  logprobs!: null;

  @EnumField(['stop', 'length', 'content_filter'], { example: 'stop' })
  finish_reason!: QueryResponse['finish_reason'];
}

class PromptTokenDetails {
  @IntegerField({ example: 0 })
  cached_tokens!: number;
}

class CompletionTokenDetails {
  @IntegerField({ example: 0 })
  reasoning_tokens!: number;
}

/** The tokens of an answer, as its model counts them. */
export class ChatUsage {
  @IntegerField({ example: 812 })
  prompt_tokens!: number;

  @IntegerField({ example: 96 })
  completion_tokens!: number;

  @IntegerField({ example: 908 })
  total_tokens!: number;

  @ObjectField(() => PromptTokenDetails)
  prompt_tokens_details!: PromptTokenDetails;

  @ObjectField(() => CompletionTokenDetails)
  completion_tokens_details!: CompletionTokenDetails;
}

const sharedFacts = [
  'sources',
  'search_questions',
  'model_requested',
  'model_used',
  'fallback_used',
  'fallback_reason',
  'attempts',
  'config_version',
  'config_applied',
  'degraded',
  'sandbox',
] as const;

/** What `POST /v1/query` says of an answer and OpenAI's form has no place for, and what of the request was not used. */
export class ChatFacts extends PickType(QueryResponse, sharedFacts) {
  @NumberField({ description: 'As `usage.cost_usd` of `POST /v1/query`', example: 0.03012 })
  cost_usd!: number;

  @ArrayField('string', {
    description:
      'Parameters and messages that were sent and not used, the first 50 of each. The configuration decides in their place.',
    example: ['temperature'],
  })
  ignored!: string[];
}

/** A whole answer. */
export class ChatCompletion {
  @StringField({ example: 'chatcmpl-4f1c2a9b7d3e5f604f1c2a9b' })
  id!: string;

  @EnumField(['chat.completion'])
  object!: 'chat.completion';

  @IntegerField({ description: 'Seconds since 1970', example: 1_795_910_400 })
  created!: number;

  @StringField({ description: 'The model that answered', example: 'gpt-4' })
  model!: string;

  @ArrayField(() => ChatChoice, { description: 'Always one' })
  choices!: ChatChoice[];

  @ObjectField(() => ChatUsage)
  usage!: ChatUsage;

  @ObjectField(() => ChatFacts)
  attune!: ChatFacts;
}

/** An answer in chunks, for the OpenAI document. */
export const chunksExample = [
  { choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] },
  { choices: [{ index: 0, delta: { content: 'On the first. [1]' }, finish_reason: null }] },
  { choices: [{ index: 0, delta: { annotations: [buildExample(ChatAnnotation)] }, finish_reason: null }] },
  { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], attune: buildExample(ChatFacts) },
]
  .map((rest) => ({
    id: 'chatcmpl-4f1c2a9b7d3e5f604f1c2a9b',
    object: 'chat.completion.chunk',
    created: 1_795_910_400,
    model: 'gpt-4',
    ...rest,
  }))
  .map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`)
  .join('')
  .concat('data: [DONE]\n\n');
