import { Flag, Text } from '#http';

/** At least one visible character; of the control characters only tab and line breaks, which Windows writes with a return. */
const plainText = /^(?=[\s\S]*[\p{L}\p{N}\p{P}\p{S}])(?:[\t\n\r]|[^\p{Cc}\p{Cs}])*$/u;
const oneLine = /^[^\p{Cc}\p{Cs}]*$/u;

export class QueryRequest {
  @Text({
    min: 1,
    max: 4000,
    pattern: plainText,
    patternHint: 'text that can be seen, without control characters other than tabs and line breaks',
    description: 'What to ask, 1 to 4000 characters.',
    example: 'May I sell software that contains code under the GPL?',
  })
  question!: string;

  @Flag({
    optional: true,
    description: 'Reserved for streamed answers, which are not available yet: true is refused with 400.',
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
