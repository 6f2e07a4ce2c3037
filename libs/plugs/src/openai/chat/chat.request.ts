import { maxQuestionLength } from '#config';
import { ArrayField, BooleanField, EnumField, JsonValueField, ObjectField, StringField } from '#http';

class ChatMessage {
  @EnumField(['system', 'developer', 'user', 'assistant', 'tool', 'function'], { example: 'user' })
  role!: string;

  @JsonValueField({
    description: 'A text, or a list of parts of which only those with the type `text` are read',
    example: 'When is the rent due?',
  })
  content!: unknown;
}

class ChatStreamOptions {
  @BooleanField({ optional: true, description: 'true: one more chunk with the tokens', example: true })
  include_usage?: boolean;
}

/** The parameters that are used. All others of OpenAI's protocol are accepted, and named in `attune.ignored`. */
export class ChatCompletionRequest {
  @StringField({
    max: 200,
    description:
      '`attune`: as configured. `attune-task`: without documents. Else the id of a model of the plan.',
    example: 'attune',
  })
  model!: string;

  @ArrayField(() => ChatMessage, {
    max: 2_000,
    description: `The last message of the user is the question, of 1 to ${maxQuestionLength} characters. System messages are added to the configured prompt, at most 8000 characters together.`,
  })
  messages!: ChatMessage[];

  @BooleanField({ optional: true, description: 'true: chunks while the model writes', example: false })
  stream?: boolean;

  @ObjectField(() => ChatStreamOptions, { optional: true })
  stream_options?: ChatStreamOptions;

  @StringField({
    optional: true,
    max: 200,
    description: 'Your own id of the user who asks',
    example: 'user-42',
  })
  user?: string;
}

export const chatRequestExample = {
  model: 'attune',
  messages: [{ role: 'user', content: 'May I sell software that contains code under the GPL?' }],
};
