import { Question } from '#config';
import { Flag, Text } from '#http';

const oneLine = /^[^\p{Cc}\p{Cs}]*$/u;

export class QueryRequest {
  @Question({ description: 'What to ask, 1 to 4000 characters.' })
  question!: string;

  @Flag({
    optional: true,
    description: 'true: the answer comes as server-sent events while the model writes it.',
    example: false,
  })
  stream?: boolean;

  @Text({
    optional: true,
    max: 200,
    pattern: oneLine,
    patternHint: 'one line without control characters',
    description: 'Your own id of the person who asks.',
    example: 'user-42',
  })
  user_id?: string;
}
