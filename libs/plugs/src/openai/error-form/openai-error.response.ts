import {
  ArrayField,
  DateTimeField,
  FieldErrorResponse,
  IntegerField,
  JsonArrayField,
  NumberField,
  NumberOrKeywordField,
  ObjectField,
  StringField,
} from '#http';

/** Why a request failed, as OpenAI's clients read it. The other members of the problem document are added to these. */
class OpenAiError {
  @StringField({
    description: 'What is wrong, and what to do',
    example: 'Wait until resets_at, or ask for a higher quota.',
  })
  message!: string;

  @StringField({ description: 'The kind of error', example: 'insufficient_quota' })
  type!: string;

  @StringField({ nullable: true, description: 'The parameter that is wrong', example: null })
  param!: string | null;

  @StringField({ example: 'insufficient_quota' })
  code!: string;

  @StringField({ description: 'A page that explains the error', example: '/problems/quota-exceeded' })
  docs!: string;

  @StringField({ description: 'Names the request in the log', example: '4f1c2a9b7d3e' })
  request_id!: string;

  @ArrayField(() => FieldErrorResponse, { optional: true, description: 'Of 400: every error' })
  errors?: FieldErrorResponse[];

  @IntegerField({ min: 0, optional: true, description: 'Of 429', example: 2000 })
  limit?: number;

  @IntegerField({ min: 0, optional: true, description: 'Of 429', example: 0 })
  remaining?: number;

  @NumberOrKeywordField('unlimited', { min: 0, optional: true, description: 'Of 402', example: 500 })
  budget_usd?: number | 'unlimited';

  @NumberField({ min: 0, optional: true, description: 'Of 402', example: 499.98 })
  spent_usd?: number;

  @NumberField({ min: 0, optional: true, description: 'Of 402', example: 0.01 })
  reserved_usd?: number;

  @DateTimeField({ optional: true, description: 'Of 402 and 429' })
  resets_at?: string;

  @JsonArrayField({
    optional: true,
    description: 'Of 502 and 504: every call of a model',
    example: [{ model: 'gpt-4', outcome: 'timeout', ms: 10_000 }],
  })
  attempts?: object[];
}

/** An error of the paths of OpenAI's protocol. */
export class OpenAiErrorResponse {
  @ObjectField(() => OpenAiError)
  error!: OpenAiError;
}
