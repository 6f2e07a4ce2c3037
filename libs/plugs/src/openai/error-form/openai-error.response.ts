import { ObjectField, StringField } from '#http';

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
}

/** An error of the paths of OpenAI's protocol. */
export class OpenAiErrorResponse {
  @ObjectField(() => OpenAiError)
  error!: OpenAiError;
}
