import type { IncomingResponse } from '#egress';
import { AbortScope } from '../../upstream/abort-scope.js';
import { AnswerCollector } from '../answer/answer-collector.js';
import { ModelMemory } from '../answer/model-memory.js';
import type { Generation, GenerationPiece, GenerationRequest } from '../generation.js';
import { LlmProvider, type GenerationStream } from '../llm-provider.js';
import { RouteFinder } from '../../upstream/route-finder.js';
import type { Json } from '../wire/json.js';
import { postJson } from '../wire/post-json.js';
import { ServerFailure } from '../wire/server-failure.js';
import { AdaptableRequest } from './adaptable-request.js';
import { AnswerReader } from './answer-reader.js';
import type { ChatProtocol, Endpoint } from './chat-protocol.js';

const commonHeaders = { 'content-type': 'application/json', accept: '*/*', 'user-agent': 'attune' };

/** A provider that is reached over HTTP. */
export abstract class HttpProvider extends LlmProvider {
  private readonly memories = new Map<string, ModelMemory>();
  private readonly route: RouteFinder;
  private readonly headers: Readonly<Record<string, string>>;

  constructor(
    private readonly endpoint: Endpoint,
    private readonly protocol: ChatProtocol,
  ) {
    super();
    this.route = new RouteFinder(protocol.urlsOf(endpoint.baseUrl), isMissingRoute);
    const own = { ...commonHeaders, ...protocol.headersFor(endpoint.apiKey) };
    this.headers = mergeHeaders(own, endpoint.headers ?? {});
  }

  override async generate(request: GenerationRequest, signal: AbortSignal): Promise<Generation> {
    const stream = this.answer(request, signal, false);
    for (;;) {
      const step = await stream.next();
      if (step.done) return step.value;
    }
  }

  override stream(request: GenerationRequest, signal: AbortSignal): GenerationStream {
    return this.answer(request, signal, true);
  }

  private async *answer(
    request: GenerationRequest,
    signal: AbortSignal,
    isStreamed: boolean,
  ): GenerationStream {
    const memory = this.memoryOf(request.model);
    const adaptable = new AdaptableRequest(this.protocol, memory, request, isStreamed);
    for (;;) {
      const collector = new AnswerCollector(adaptable.request, memory);
      let hasBegun = false;
      try {
        for await (const piece of this.readAnswer(adaptable, collector, signal)) {
          hasBegun = true;
          yield piece;
        }
        adaptable.remember();
        const generation = collector.toGeneration();
        return { ...generation, deviations: [...adaptable.deviations, ...generation.deviations] };
      } catch (error) {
        if (hasBegun || !adaptable.adapt(error)) throw adaptable.toFailure(error);
      }
    }
  }

  private async *readAnswer(
    { body, isStreamed }: AdaptableRequest,
    collector: AnswerCollector,
    signal: AbortSignal,
  ): AsyncGenerator<GenerationPiece, void> {
    const call = new AbortScope({ signal });
    try {
      const response = await this.post(body, call.signal);
      const reader = new AnswerReader(this.protocol, collector, this.endpoint.apiKey);
      yield* reader.read(response, { isStreamed, signal, call });
    } finally {
      call.end();
    }
  }

  private post(body: Json, signal: AbortSignal): Promise<IncomingResponse> {
    const { apiKey, fetch } = this.endpoint;
    const { headers } = this;
    return this.route.call((url) => postJson({ url, headers, body, apiKey, fetch }, signal));
  }

  private memoryOf(model: string): ModelMemory {
    const memory = this.memories.get(model) ?? new ModelMemory();
    this.memories.set(model, memory);
    return memory;
  }
}

/** Names of headers have no case; those of the catalogue entry win. */
function mergeHeaders(
  own: Readonly<Record<string, string>>,
  further: Readonly<Record<string, string>>,
): Record<string, string> {
  const names = Object.keys(further).map((name) => name.toLowerCase());
  const kept = Object.entries(own).filter(([name]) => !names.includes(name.toLowerCase()));
  return { ...Object.fromEntries(kept), ...further };
}

/** The server has no such route; an unknown model has the same status, but a code. */
function isMissingRoute(error: unknown): boolean {
  if (!(error instanceof ServerFailure)) return false;
  const { status, codes } = error.error;
  return (status === 404 || status === 405) && !codes.includes('model_not_found');
}
