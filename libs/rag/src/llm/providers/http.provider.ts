import type { IncomingResponse } from '#egress';
import { AnswerCollector } from '../answer/answer-collector.js';
import { ModelMemory } from '../answer/model-memory.js';
import type { Generation, GenerationPiece, GenerationRequest } from '../generation.js';
import { LlmProvider, type GenerationStream } from '../llm-provider.js';
import { RouteFinder } from '../../upstream/route-finder.js';
import { UpstreamFailure } from '../../upstream/upstream-failure.js';
import type { Json } from '../wire/json.js';
import { postJson } from '../wire/post-json.js';
import { ServerFailure } from '../wire/server-failure.js';
import { AnswerReader } from './answer-reader.js';
import type { ChatProtocol, Endpoint, RequestOptions } from './chat-protocol.js';
import { findRefusedParameter } from './refused-parameter.js';

/** How one request is sent, and where its answer is collected. */
interface Attempt extends RequestOptions {
  readonly request: GenerationRequest;
  readonly collector: AnswerCollector;
  readonly signal: AbortSignal;
}

const commonHeaders = { 'content-type': 'application/json', accept: '*/*', 'user-agent': 'attune' };

/**
 * A provider that is reached over HTTP. A parameter that the server refuses is left out in the next call and, once the server has
 * answered without it, in every later call to the same model by this process.
 */
export abstract class HttpProvider extends LlmProvider {
  private readonly memories = new Map<string, ModelMemory>();
  private readonly route: RouteFinder;

  constructor(
    private readonly endpoint: Endpoint,
    private readonly protocol: ChatProtocol,
  ) {
    super();
    this.route = new RouteFinder(protocol.urlsOf(endpoint.baseUrl), isMissingRoute);
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
    for (let { refused } = memory; ;) {
      const collector = new AnswerCollector(request, memory);
      const attempt = { request, collector, signal, isStreamed, refused };
      let hasBegun = false;
      try {
        for await (const piece of this.readAnswer(attempt)) {
          hasBegun = true;
          yield piece;
        }
        memory.refused = new Set([...memory.refused, ...refused]);
        const generation = collector.toGeneration();
        return { ...generation, deviations: [...this.describeRefusals(attempt), ...generation.deviations] };
      } catch (error) {
        const parameter = hasBegun ? null : this.findRefused(error, attempt);
        if (parameter === null) throw this.toFailure(error, attempt);
        refused = new Set([...refused, parameter]);
      }
    }
  }

  private async *readAnswer(attempt: Attempt): AsyncGenerator<GenerationPiece, void> {
    const { collector, signal, isStreamed, request } = attempt;
    const call = new AbortController();
    const body = this.protocol.toBody(request, attempt);
    const response = await this.post(body, AbortSignal.any([signal, call.signal]));
    const reader = new AnswerReader(this.protocol, collector, this.endpoint.apiKey);
    yield* reader.read(response, { isStreamed, signal, call });
  }

  private post(body: Json, signal: AbortSignal): Promise<IncomingResponse> {
    const { apiKey, fetch } = this.endpoint;
    const headers = mergeHeaders(
      { ...commonHeaders, ...this.protocol.headersFor(apiKey) },
      this.endpoint.headers ?? {},
    );
    return this.route.call((url) => postJson({ url, headers, body, apiKey, fetch }, signal));
  }

  private findRefused(error: unknown, { request, ...options }: Attempt): string | null {
    const names = this.protocol.optionalParameters(this.protocol.toBody(request, options));
    const parameter = findRefusedParameter(error, names);
    return parameter !== null && options.refused.has(parameter) ? null : parameter;
  }

  /** What the request would have had if the server took every parameter. */
  private describeRefusals({ request, isStreamed, refused }: Attempt): string[] {
    const full = this.protocol.toBody(request, { isStreamed, refused: new Set() });
    return this.protocol
      .optionalParameters(full)
      .filter((name) => refused.has(name))
      .map((name) => `${this.protocol.describeRefusal(name)}: the model does not take it`);
  }

  /** A refusal that names a parameter which cannot be left out is no fault of the question: another model may take it. */
  private toFailure(error: unknown, { request, ...options }: Attempt): unknown {
    const { model: _model, messages: _messages, ...parameters } = this.protocol.toBody(request, options);
    const names = Object.keys(parameters);
    const isAboutParameter = error instanceof ServerFailure && findRefusedParameter(error, names) !== null;
    return isAboutParameter ? new UpstreamFailure('unsupported_parameter', error.message) : error;
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
