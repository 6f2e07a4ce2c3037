import Anthropic from '@anthropic-ai/sdk';
import { LlmProvider, type GenerationStream } from '../llm-provider.js';
import type { FinishReason, Generation, GenerationRequest } from '../generation.js';
import type { Endpoint } from './openai.provider.js';
import { StreamAccumulator } from './stream-accumulator.js';
import { parseGeneration } from './parse-generation.js';
import { callSdk, readStream } from '../../upstream/call-sdk.js';

const finishReasons: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  refusal: 'content_filter',
};

/** Anthropic's Messages API through `@anthropic-ai/sdk`. */
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
      fetch: endpoint.fetch,
    });
  }

  async generate(request: GenerationRequest, signal: AbortSignal): Promise<Generation> {
    const options = { signal, timeout: request.timeoutMs };
    const message = await callSdk(
      () => this.client.messages.create(toRequestBody(request), options),
      signal,
      this.endpoint.apiKey,
    );
    return parseGeneration(() => toGeneration(message));
  }

  async *stream(request: GenerationRequest, signal: AbortSignal): GenerationStream {
    const options = { signal, timeout: request.timeoutMs };
    const events = await callSdk(
      () => this.client.messages.create({ ...toRequestBody(request), stream: true }, options),
      signal,
      this.endpoint.apiKey,
    );
    const accumulator = new StreamAccumulator();
    let isComplete = false;
    for await (const event of readStream(events, signal, this.endpoint.apiKey)) {
      yield* accumulator.appendText(() => readText(event, accumulator));
      if (event.type === 'message_stop') isComplete = true;
    }
    return accumulator.toGeneration(isComplete, request);
  }
}

function toRequestBody(request: GenerationRequest): Anthropic.MessageCreateParamsNonStreaming {
  return {
    model: request.model,
    max_tokens: request.maxTokens,
    messages: [{ role: 'user', content: request.user }],
    ...(request.system !== '' && { system: request.system }),
    ...(request.temperature !== null && { temperature: request.temperature }),
  };
}

function toGeneration({ content, usage, stop_reason }: Anthropic.Message): Generation {
  return {
    text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    promptTokens: usage.input_tokens,
    completionTokens: usage.output_tokens,
    finishReason: finishReasons[stop_reason ?? ''] ?? 'other',
    isUsageEstimated: false,
  };
}

/** The text of an event; most events have none. */
function readText(event: Anthropic.RawMessageStreamEvent, accumulator: StreamAccumulator): string {
  accumulateUsage(event, accumulator);
  return event.type === 'content_block_delta' && event.delta.type === 'text_delta' ? event.delta.text : '';
}

/** Token counts come in two events; the second one also has the stop reason. */
function accumulateUsage(event: Anthropic.RawMessageStreamEvent, accumulator: StreamAccumulator): void {
  if (event.type === 'message_start') recordUsage(event.message.usage, accumulator);
  if (event.type !== 'message_delta') return;
  recordUsage(event.usage, accumulator);
  accumulator.finishReason = finishReasons[event.delta.stop_reason ?? ''] ?? 'other';
}

function recordUsage(
  usage: Partial<Anthropic.MessageDeltaUsage> | undefined,
  accumulator: StreamAccumulator,
): void {
  accumulator.recordUsage(usage?.input_tokens, usage?.output_tokens);
}
