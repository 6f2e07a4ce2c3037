import { QuestionField, maxQuestionLength } from '#config';
import { ArrayField, BooleanField, EnumField, StringField } from '#http';
import { FilterField } from '../retrieval/filter-field.js';
import type { ConversationTurn } from '../llm/generation.js';

const singleLinePattern = /^[^\p{Cc}\p{Cs}]*$/u;

/** The most turns of `history`. */
export const maxTurns = 20;

/** The longest turn, in characters: a question becomes one. */
export const maxTurnLength = maxQuestionLength;

/** One turn of a conversation. */
export class HistoryTurn implements ConversationTurn {
  @EnumField(['user', 'assistant'], { example: 'user' })
  role!: ConversationTurn['role'];

  @StringField({
    min: 1,
    max: maxTurnLength,
    example: 'May I sell software that contains code under the GPL?',
  })
  content!: string;
}

/** The body of `POST /v1/query`. */
export class QueryRequest {
  @QuestionField({ description: `The question, 1 to ${maxQuestionLength} characters.` })
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

  @ArrayField(() => HistoryTurn, {
    optional: true,
    max: maxTurns,
    description:
      'The turns before the question, oldest first, at most 20. They make a follow-up question searchable, and the model sees those that its context window has room for.',
    example: [
      { role: 'user', content: 'May I sell software that contains code under the GPL?' },
      { role: 'assistant', content: 'Yes. You may charge any price. [1]' },
    ],
  })
  history?: HistoryTurn[];

  @FilterField()
  filter?: Record<string, unknown>;
}
