import type { ModelMemory } from '../answer/model-memory.js';
import type { GenerationRequest } from '../generation.js';
import { UpstreamFailure } from '../../upstream/upstream-failure.js';
import type { Json } from '../wire/json.js';
import { ServerFailure } from '../wire/server-failure.js';
import type { ChatProtocol } from './chat-protocol.js';
import { findOutputLimit, findRefusedParameter, isRefusedMode, isRefusedValue } from './refused-parameter.js';

/**
 * A request in the form that its server takes. What the server refuses is left out or changed in the next call and, once the server has
 * answered, in every later call to the same model by this process. A refused value is remembered for that value only: other tenants
 * have other values.
 */
export class AdaptableRequest {
  private readonly learnt = new Set<string>();
  private maxTokens: number;

  constructor(
    private readonly protocol: ChatProtocol,
    private readonly memory: ModelMemory,
    private readonly original: GenerationRequest,
    private readonly wantsStream: boolean,
  ) {
    this.maxTokens = Math.min(original.maxTokens, memory.maxOutputTokens);
  }

  get request(): GenerationRequest {
    return { ...this.original, maxTokens: this.maxTokens };
  }

  get isStreamed(): boolean {
    return this.isKnown(`stream=${this.wantsStream}`) ? !this.wantsStream : this.wantsStream;
  }

  /** The body without what the server refuses. */
  get body(): Json {
    return this.toBody(this.refusedNames);
  }

  /** Changes the request as the failure asks for it. False: the failure asks for nothing that can be changed. */
  adapt(failure: unknown): boolean {
    if (!(failure instanceof ServerFailure)) return false;
    return this.lowerOutput(failure) || this.leaveOut(failure) || this.switchMode(failure);
  }

  /** Call it when the server has answered. */
  remember(): void {
    this.memory.addRefusals(this.learnt);
    if (this.maxTokens < this.original.maxTokens) this.memory.maxOutputTokens = this.maxTokens;
  }

  /** What the request would have had if the server took everything, one sentence each. */
  get deviations(): string[] {
    const refused = this.refusedNames;
    const optional = refused.size === 0 ? [] : this.protocol.optionalParameters(this.toBody(new Set()));
    const names = optional.filter((name) => refused.has(name));
    const isLower = this.maxTokens < this.original.maxTokens;
    return [
      ...names.map((name) => `${this.protocol.describeRefusal(name)}: the model does not take it`),
      ...(isLower ? [`max_tokens lowered to ${this.maxTokens}: the model does not take more`] : []),
      ...(this.wantsStream && !this.isStreamed ? ['the answer came whole: the model does not stream'] : []),
    ];
  }

  /** A refusal that names a parameter which cannot be left out is no fault of the question: another model may take it. */
  toFailure(error: unknown): unknown {
    const { model: _model, messages: _messages, ...parameters } = this.body;
    const names = Object.keys(parameters);
    const isAboutParameter = error instanceof ServerFailure && findRefusedParameter(error, names) !== null;
    return isAboutParameter ? new UpstreamFailure('unsupported_parameter', error.message) : error;
  }

  private lowerOutput(failure: ServerFailure): boolean {
    const limit = findOutputLimit(failure, this.maxTokens);
    if (limit !== null) this.maxTokens = limit;
    return limit !== null;
  }

  private leaveOut(failure: ServerFailure): boolean {
    const { body } = this;
    const name = findRefusedParameter(failure, this.protocol.optionalParameters(body));
    if (name === null || this.refusedNames.has(name)) return false;
    const isValue = name in body && isRefusedValue(failure);
    this.learnt.add(isValue ? toEntry(name, body[name]) : name);
    return true;
  }

  private switchMode(failure: ServerFailure): boolean {
    const { isStreamed } = this;
    if (isStreamed !== this.wantsStream || !isRefusedMode(failure, isStreamed)) return false;
    this.learnt.add(`stream=${isStreamed}`);
    return true;
  }

  private get refusedNames(): ReadonlySet<string> {
    // Usually nothing was refused. The body holds the whole prompt, so it is not built for nothing.
    if (this.learnt.size === 0 && this.memory.refusals.size === 0) return this.learnt;
    const values = Object.entries(this.toBody(new Set())).filter(([name, value]) =>
      this.isKnown(toEntry(name, value)),
    );
    return new Set([...this.memory.refusals, ...this.learnt, ...values.map(([name]) => name)]);
  }

  private toBody(refused: ReadonlySet<string>): Json {
    return this.protocol.toBody(this.request, { isStreamed: this.isStreamed, refused });
  }

  private isKnown(refusal: string): boolean {
    return this.learnt.has(refusal) || this.memory.refusals.has(refusal);
  }
}

function toEntry(name: string, value: unknown): string {
  return `${name}=${JSON.stringify(value)}`;
}
