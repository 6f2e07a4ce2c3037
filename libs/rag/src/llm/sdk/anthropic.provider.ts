import Anthropic from '@anthropic-ai/sdk';
import { LlmProvider, type Reply } from '../llm-provider.js';
import type { FinishReason, Generation, GenerationRequest } from '../generation.js';
import type { Endpoint } from './openai.provider.js';
import { GatheredAnswer } from './gathered-answer.js';
import { readAnswer } from './read-answer.js';
import { callSdk, readStream } from './sdk-failure.js';

const finishReasons: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  refusal: 'content_filter',
};

/** Anthropic's messages through the `@anthropic-ai/sdk` SDK. */
export class AnthropicProvider extends LlmProvider {
  private readonly client: Anthropic;

  constructor(private readonly endpoint: Endpoint & { readonly apiKey: string }) {
    super();
    this.client = new Anthropic({
      baseURL: endpoint.baseUrl,
      apiKey: endpoint.apiKey,
      authToken: null,
      maxRetries: 0,
      logLevel: 'off',
    });
  }

  async generate(request: GenerationRequest, signal: AbortSignal): Promise<Generation> {
    const options = { signal, timeout: request.timeoutMs };
    const message = await callSdk(
      () => this.client.messages.create(bodyOf(request), options),
      signal,
      this.endpoint.apiKey,
    );
    return readAnswer(() => generationOf(message));
  }

  async *stream(request: GenerationRequest, signal: AbortSignal): Reply {
    const options = { signal, timeout: request.timeoutMs };
    const events = await callSdk(
      () => this.client.messages.create({ ...bodyOf(request), stream: true }, options),
      signal,
      this.endpoint.apiKey,
    );
    const gathered = new GatheredAnswer();
    let isComplete = false;
    for await (const event of readStream(events, signal, this.endpoint.apiKey)) {
      yield* gathered.piece(() => pieceOf(event, gathered));
      if (event.type === 'message_stop') isComplete = true;
    }
    return gathered.whole(isComplete, request);
  }
}

function bodyOf(request: GenerationRequest): Anthropic.MessageCreateParamsNonStreaming {
  return {
    model: request.model,
    max_tokens: request.maxTokens,
    messages: [{ role: 'user', content: request.user }],
    ...(request.system !== '' && { system: request.system }),
    ...(request.temperature !== null && { temperature: request.temperature }),
  };
}

function generationOf({ content, usage, stop_reason }: Anthropic.Message): Generation {
  return {
    text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    promptTokens: usage.input_tokens,
    completionTokens: usage.output_tokens,
    finishReason: finishReasons[stop_reason ?? ''] ?? 'other',
    isBillEstimated: false,
  };
}

/** The text of an event. Most have none. */
function pieceOf(event: Anthropic.RawMessageStreamEvent, gathered: GatheredAnswer): string {
  gather(event, gathered);
  return event.type === 'content_block_delta' && event.delta.type === 'text_delta' ? event.delta.text : '';
}

/** The bill comes in two parts, the later one with the reason why the model stopped. */
function gather(event: Anthropic.RawMessageStreamEvent, gathered: GatheredAnswer): void {
  if (event.type === 'message_start') billed(event.message.usage, gathered);
  if (event.type !== 'message_delta') return;
  billed(event.usage, gathered);
  gathered.finishReason = finishReasons[event.delta.stop_reason ?? ''] ?? 'other';
}

function billed(usage: Partial<Anthropic.MessageDeltaUsage> | undefined, gathered: GatheredAnswer): void {
  gathered.bill(usage?.input_tokens, usage?.output_tokens);
}
