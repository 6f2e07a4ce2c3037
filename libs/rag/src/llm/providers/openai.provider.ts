import OpenAI from 'openai';
import type { Fetch } from '#egress';
import { LlmProvider, type GenerationStream } from '../llm-provider.js';
import type { FinishReason, Generation, GenerationRequest } from '../generation.js';
import { fetchTrackingCompletion, isStreamComplete } from './stream-completion.js';
import { StreamAccumulator } from './stream-accumulator.js';
import { parseGeneration } from './parse-generation.js';
import { callSdk, readStream } from '../../upstream/call-sdk.js';

/** Where an SDK connects to. The address is always given, so that the SDK does not read one from the environment. */
export interface Endpoint {
  readonly baseUrl: string;
  /** null: the server needs no key. */
  readonly apiKey: string | null;
  /** Reaches only what `EGRESS_ALLOW` allows. */
  readonly fetch: Fetch;
}

/** OpenAI's newer models refuse `max_tokens`; most OpenAI-compatible servers know only `max_tokens`. */
export type OutputLimitField = 'max_completion_tokens' | 'max_tokens';

const finishReasons: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  content_filter: 'content_filter',
};

/** Chat completions of OpenAI or a compatible server (vLLM, Ollama), through the `openai` SDK. */
export class OpenAiProvider extends LlmProvider {
  private readonly client: OpenAI;

  constructor(
    private readonly endpoint: Endpoint,
    private readonly outputLimit: OutputLimitField,
  ) {
    super();
    this.client = new OpenAI({
      baseURL: endpoint.baseUrl,
      apiKey: endpoint.apiKey ?? 'none',
      ...(endpoint.apiKey === null && { defaultHeaders: { Authorization: null } }),
      organization: null,
      project: null,
      maxRetries: 0,
      logLevel: 'off',
      fetch: fetchTrackingCompletion(endpoint.fetch),
    });
  }

  async generate(request: GenerationRequest, signal: AbortSignal): Promise<Generation> {
    const options = { signal, timeout: request.timeoutMs };
    const completion = await callSdk(
      () => this.client.chat.completions.create(this.toRequestBody(request), options),
      signal,
      this.endpoint.apiKey,
    );
    return parseGeneration(() => toGeneration(completion));
  }

  async *stream(request: GenerationRequest, signal: AbortSignal): GenerationStream {
    const options = { signal, timeout: request.timeoutMs };
    const body = {
      ...this.toRequestBody(request),
      stream: true,
      stream_options: { include_usage: true },
    } as const;
    const { data, response } = await callSdk(
      () => this.client.chat.completions.create(body, options).withResponse(),
      signal,
      this.endpoint.apiKey,
    );
    const accumulator = new StreamAccumulator();
    for await (const chunk of readStream(data, signal, this.endpoint.apiKey)) {
      yield* accumulator.appendText(() => readText(chunk, accumulator));
    }
    return accumulator.toGeneration(isStreamComplete(response), request);
  }

  private toRequestBody(request: GenerationRequest): OpenAI.ChatCompletionCreateParamsNonStreaming {
    return {
      model: request.model,
      messages: [
        ...(request.system === '' ? [] : [{ role: 'system' as const, content: request.system }]),
        { role: 'user', content: request.user },
      ],
      [this.outputLimit]: request.maxTokens,
      ...(request.temperature !== null && { temperature: request.temperature }),
    };
  }
}

function toGeneration({ choices, usage }: OpenAI.ChatCompletion): Generation {
  const { message, finish_reason } = choices[0]!;
  return {
    text: message.content ?? message.refusal ?? '',
    promptTokens: usage!.prompt_tokens,
    completionTokens: usage!.completion_tokens,
    finishReason: finishReasons[finish_reason] ?? 'other',
    isUsageEstimated: false,
  };
}

/** The text of a chunk. The last chunks have no text, but the stop reason and the token counts. */
function readText(chunk: OpenAI.ChatCompletionChunk, accumulator: StreamAccumulator): string {
  accumulateUsage(chunk, accumulator);
  const delta = chunk.choices[0]?.delta;
  return delta?.content ?? delta?.refusal ?? '';
}

function accumulateUsage(
  { choices, usage }: OpenAI.ChatCompletionChunk,
  accumulator: StreamAccumulator,
): void {
  if (usage) accumulator.recordUsage(usage.prompt_tokens, usage.completion_tokens);
  const reason = choices[0]?.finish_reason;
  if (reason) accumulator.finishReason = finishReasons[reason] ?? 'other';
}
