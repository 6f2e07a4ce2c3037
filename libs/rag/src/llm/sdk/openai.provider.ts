import OpenAI from 'openai';
import { LlmProvider, type Reply } from '../llm-provider.js';
import type { FinishReason, Generation, GenerationRequest } from '../generation.js';
import { fetchWatchingStreams, isComplete } from './complete-streams.js';
import { GatheredAnswer } from './gathered-answer.js';
import { readAnswer } from './read-answer.js';
import { callSdk, readStream } from './sdk-failure.js';

/** Where an SDK connects to. The address is always given, so that the SDK looks for none itself. */
export interface Endpoint {
  readonly baseUrl: string;
  /** null: a server that asks for no key. */
  readonly apiKey: string | null;
}

/** OpenAI's newer models refuse `max_tokens`, and most servers that imitate OpenAI know nothing else. */
export type OutputLimitField = 'max_completion_tokens' | 'max_tokens';

const finishReasons: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  content_filter: 'content_filter',
};

/** Chat completions of OpenAI, or of a server that speaks its protocol (vLLM, Ollama), through the `openai` SDK. */
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
      fetch: fetchWatchingStreams,
    });
  }

  async generate(request: GenerationRequest, signal: AbortSignal): Promise<Generation> {
    const options = { signal, timeout: request.timeoutMs };
    const completion = await callSdk(
      () => this.client.chat.completions.create(this.bodyOf(request), options),
      signal,
      this.endpoint.apiKey,
    );
    return readAnswer(() => generationOf(completion));
  }

  async *stream(request: GenerationRequest, signal: AbortSignal): Reply {
    const options = { signal, timeout: request.timeoutMs };
    const body = { ...this.bodyOf(request), stream: true, stream_options: { include_usage: true } } as const;
    const { data, response } = await callSdk(
      () => this.client.chat.completions.create(body, options).withResponse(),
      signal,
      this.endpoint.apiKey,
    );
    const gathered = new GatheredAnswer();
    for await (const chunk of readStream(data, signal, this.endpoint.apiKey)) {
      yield* gathered.piece(() => pieceOf(chunk, gathered));
    }
    return gathered.whole(isComplete(response), request);
  }

  private bodyOf(request: GenerationRequest): OpenAI.ChatCompletionCreateParamsNonStreaming {
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

function generationOf({ choices, usage }: OpenAI.ChatCompletion): Generation {
  const { message, finish_reason } = choices[0]!;
  return {
    text: message.content ?? message.refusal ?? '',
    promptTokens: usage!.prompt_tokens,
    completionTokens: usage!.completion_tokens,
    finishReason: finishReasons[finish_reason] ?? 'other',
    isBillEstimated: false,
  };
}

/** The text of a chunk. The last ones have none, but the reason why it ended, and the bill. */
function pieceOf(chunk: OpenAI.ChatCompletionChunk, gathered: GatheredAnswer): string {
  gather(chunk, gathered);
  const delta = chunk.choices[0]?.delta;
  return delta?.content ?? delta?.refusal ?? '';
}

function gather({ choices, usage }: OpenAI.ChatCompletionChunk, gathered: GatheredAnswer): void {
  if (usage) gathered.bill(usage.prompt_tokens, usage.completion_tokens);
  const reason = choices[0]?.finish_reason;
  if (reason) gathered.finishReason = finishReasons[reason] ?? 'other';
}
