import type { Fetch } from '#egress';
import type { AnswerCollector } from '../answer/answer-collector.js';
import type { GenerationRequest } from '../generation.js';
import type { Json } from '../wire/json.js';

/** Where a provider connects to. */
export interface Endpoint {
  /** With or without the protocol's version, or the whole address of the route. */
  readonly baseUrl: string;
  /** null: the server needs no key. */
  readonly apiKey: string | null;
  /** Headers of the catalogue entry; they take precedence. */
  readonly headers?: Readonly<Record<string, string>>;
  /** `Egress.fetch`, or `fetchOperatorAddress` for an address of the environment. */
  readonly fetch: Fetch;
}

/** How a request is sent. */
export interface RequestOptions {
  readonly isStreamed: boolean;
  /** Parameters that the server refuses. */
  readonly refused: ReadonlySet<string>;
}

/** A protocol of chat completions: how a request is written, and how an answer is read. */
export interface ChatProtocol {
  /** The addresses that may have the route; the first one that has it is used. */
  urlsOf(baseUrl: string): readonly string[];
  headersFor(apiKey: string | null): Record<string, string>;
  /** The request without the parameters that the server refuses. */
  toBody(request: GenerationRequest, options: RequestOptions): Json;
  /** The parameters of a body that it can do without, or that have another form. */
  optionalParameters(body: Json): readonly string[];
  /** What a refused parameter means for the answer, as a sentence. */
  describeRefusal(parameter: string): string;
  readWhole(answer: Json, collector: AnswerCollector): void;
  readEvent(event: Json, collector: AnswerCollector): void;
}
