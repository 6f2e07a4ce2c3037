import Anthropic from '@anthropic-ai/sdk';
import { LlmProvider } from '../llm-provider.js';
import type { FinishReason, Generation, GenerationRequest } from '../generation.js';
import type { Endpoint } from './openai.provider.js';
import { readAnswer } from './read-answer.js';
import { callSdk } from './sdk-failure.js';

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
  };
}
