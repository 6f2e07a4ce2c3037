import {
  ErrorCode,
  type EvaluationContext,
  type JsonValue,
  OpenFeatureEventEmitter,
  type Provider,
  ProviderEvents,
  ProviderFatalError,
  ProviderNotReadyError,
  type ResolutionDetails,
} from '@openfeature/server-sdk';
import {
  type Attune,
  type AttuneOptions,
  AttuneNotReadyError,
  type Status,
  type StatusChange,
  createAttune,
} from '../index.js';
import { resolveSetting } from './resolve-setting.js';

/** How a provider is made. */
export interface AttuneProviderOptions extends AttuneOptions {
  /** How long `initialize` waits for a configuration. 10 seconds by default. */
  readonly initializeTimeoutMs?: number;
}

/**
 * OpenFeature over {@link Attune}: a flag's key is the name of a setting. For a setting without a value (null, or the budget "unlimited")
 * it returns the caller's default with reason `DEFAULT`. The evaluation context is not used: the key names the tenant.
 *
 * ```js
 * await OpenFeature.setProviderAndWait(new AttuneProvider({ url, key }));
 * const topK = await OpenFeature.getClient().getNumberValue('retrieval_top_k', 5);
 * ```
 */
export class AttuneProvider implements Provider {
  readonly metadata = { name: 'attune' } as const;
  readonly runsOn = 'server';
  readonly events = new OpenFeatureEventEmitter();
  private current: Attune | null = null;
  /** `settling`: OpenFeature is about to set the state that follows from `initialize`, over any that is reported before. */
  private phase: 'initializing' | 'settling' | 'running' = 'initializing';

  constructor(private readonly options: AttuneProviderOptions) {}

  /** The client behind it, for `ask`, `explain` and `status`; null before `initialize` and after `onClose`. */
  get client(): Attune | null {
    return this.current;
  }

  /**
   * Resolves when there is a configuration, also an old one of the file: then `PROVIDER_STALE` follows.
   *
   * @throws ProviderFatalError when the service refuses the key, ProviderNotReadyError when it cannot be reached. The provider goes on
   *   trying, and emits `PROVIDER_READY` when it succeeds.
   */
  async initialize(): Promise<void> {
    await this.onClose();
    const client = createAttune(this.options);
    this.current = client;
    client.on('state', (change) => this.report(change));
    client.on('change', ({ changed }) => {
      if (this.phase !== 'initializing' && changed.length > 0)
        this.events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged: [...changed] });
    });
    const { initializeTimeoutMs = 10_000 } = this.options;
    const ready = await client.ready({ timeoutMs: initializeTimeoutMs }).catch(toProviderError);
    // OpenFeature emits PROVIDER_READY itself, after this promise.
    const isReady = !(ready instanceof Error);
    this.phase = 'settling';
    setTimeout(() => this.begin(client, isReady ? 'ready' : 'error'));
    if (!isReady) throw ready;
  }

  /** Ends the client. `initialize` may be called again. */
  async onClose(): Promise<void> {
    const client = this.current;
    this.current = null;
    this.phase = 'initializing';
    await client?.close();
  }

  /** See the class. */
  resolveBooleanEvaluation(key: string, fallback: boolean, _context?: EvaluationContext) {
    return this.resolve(key, fallback);
  }

  /** See the class. */
  resolveStringEvaluation(key: string, fallback: string, _context?: EvaluationContext) {
    return this.resolve(key, fallback);
  }

  /** See the class. */
  resolveNumberEvaluation(key: string, fallback: number, _context?: EvaluationContext) {
    return this.resolve(key, fallback);
  }

  /** See the class. */
  resolveObjectEvaluation<Value extends JsonValue>(
    key: string,
    fallback: Value,
    _context?: EvaluationContext,
  ) {
    return this.resolve(key, fallback);
  }

  private resolve<Value>(key: string, fallback: Value): Promise<ResolutionDetails<Value>> {
    return Promise.resolve(resolveSetting(this.current, key, fallback));
  }

  /** The state may be another one than the one that OpenFeature has set. */
  private begin(client: Attune, set: 'ready' | 'error'): void {
    if (this.current !== client) return;
    this.phase = 'running';
    const { state, detail } = client.status();
    const isSet = state === set || (set === 'error' && (state === 'initializing' || state === 'fatal'));
    if (!isSet) this.emit(state, detail);
  }

  private report({ to, detail }: StatusChange): void {
    if (this.phase === 'running') this.emit(to, detail);
  }

  private emit(state: Status, message: string): void {
    if (state === 'ready') this.events.emit(ProviderEvents.Ready, { message });
    if (state === 'stale') this.events.emit(ProviderEvents.Stale, { message });
    if (state === 'fatal')
      this.events.emit(ProviderEvents.Error, { message, errorCode: ErrorCode.PROVIDER_FATAL });
  }
}

function toProviderError(error: unknown): Error {
  const { message } = error as Error;
  const isFatal = error instanceof AttuneNotReadyError && error.status.state === 'fatal';
  return isFatal ? new ProviderFatalError(message) : new ProviderNotReadyError(message);
}
