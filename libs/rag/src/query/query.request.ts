import { QuestionField } from '#config';
import { BooleanField, StringField } from '#http';

const singleLinePattern = /^[^\p{Cc}\p{Cs}]*$/u;

/** The body of `POST /v1/query`. */
export class QueryRequest {
  @QuestionField({ description: 'The question, 1 to 4000 characters.' })
  question!: string;

  @BooleanField({
    optional: true,
    description: 'true: the answer is a stream of server-sent events while the model writes it.',
    example: false,
  })
  stream?: boolean;

  @StringField({
    optional: true,
    max: 200,
    pattern: singleLinePattern,
    patternHint: 'one line without control characters',
    description: 'Your own id of the user who asks.',
    example: 'user-42',
  })
  user_id?: string;
}
