import type { Configuration } from '../api/settings.js';
import type { ServiceSource, OfferResult } from '../configuration/candidate.js';
import {
  type ConfigurationChange,
  ConfigurationStore,
  type HeldConfiguration,
  type LoadTicket,
} from '../configuration/configuration-store.js';
import { type StreamEvent, StreamView } from '../configuration/stream-view.js';
import type { Failure } from '../service/failure.js';
import type { LoadResult } from '../service/service-client.js';
import {
  type Cause,
  ConnectionMachine,
  type Effect,
  type Mode,
  type Status,
  type TimerName,
} from './connection-machine.js';
import type { Timings } from './timings.js';

/** The status before and after, and why. */
export interface StatusChange extends Cause {
  readonly from: Status;
  readonly to: Status;
}

export interface SynchronizerOptions {
  readonly mode: Mode;
  readonly tenant: string | null;
  readonly timings: Timings;
  readonly random: () => number;
  readonly onChange: (change: ConfigurationChange) => void;
  readonly onStatus: (change: StatusChange) => void;
}

/**
 * Everything that the client decides, without I/O: what arrives goes in, what is to be done comes out. The JSON cases of `spec`
 * describe it, so that clients in other languages can be held to the same rules.
 */
export class Synchronizer {
  readonly machine: ConnectionMachine;
  private readonly store: ConfigurationStore;
  private readonly view = new StreamView();
  private isResumable = true;
  private goodbyeRetryMs: number | null = null;
  private confirmedMs: number | null = null;
  private isServiceLive = true;

  constructor(private readonly options: SynchronizerOptions) {
    const { mode, timings, random, tenant } = options;
    this.store = new ConfigurationStore(tenant, timings.resetAfterMs, options.onChange);
    this.machine = new ConnectionMachine({ mode, timings, random, hasValue: () => this.held !== null });
  }

  get held(): HeldConfiguration | null {
    return this.store.held;
  }

  /** When the service last said that the held configuration is its own; null if it has not. */
  get confirmedAtMs(): number | null {
    return this.confirmedMs;
  }

  /** The id to connect with; null when a `put` is wanted. */
  get lastEventId(): string | null {
    return this.isResumable ? (this.held?.etag ?? null) : null;
  }

  start(): Effect[] {
    return this.notifyOfStatus(() => this.machine.start());
  }

  /** The configuration of the file, or of the application. */
  localFound(configuration: Configuration, origin: 'file' | 'bootstrap', etag: string | null = null): void {
    this.notifyOfStatus(() => {
      this.store.offerLocal(configuration, origin, etag);
      this.machine.valueFound();
      return [];
    });
  }

  streamOpened(serviceSource: ServiceSource): void {
    this.store.setStreamOpen(true);
    this.view.open(serviceSource, this.lastEventId === null ? null : this.held);
    this.isServiceLive = serviceSource === 'live';
    this.goodbyeRetryMs = null;
  }

  /** A comment of a stream that has nothing new to say. Before its first `put` it says nothing. */
  streamCommented(nowMs: number): Effect[] {
    if (this.view.isEmpty) return [];
    // A load may have brought something newer than this stream has said.
    const result = this.view.isLatest(this.held) ? this.store.confirmHeld() : 'older';
    return this.notifyOfStatus(() => this.confirmed(nowMs, this.isServiceLive, result));
  }

  /** The field `retry` of the stream. */
  streamRetry(ms: number): void {
    this.goodbyeRetryMs = ms;
  }

  streamEvent(event: StreamEvent, nowMs: number): Effect[] {
    return this.notifyOfStatus(() => this.handleEvent(event, nowMs));
  }

  streamEnded(failure: Failure, nowMs: number): Effect[] {
    this.store.setStreamOpen(false);
    return this.notifyOfStatus(() => this.machine.streamFailed(failure, nowMs));
  }

  beginLoad(): LoadTicket {
    return this.store.beginLoad();
  }

  loadEnded(ticket: LoadTicket, result: LoadResult, nowMs: number): Effect[] {
    return this.notifyOfStatus(() => this.handleLoad(ticket, result, nowMs));
  }

  /** A load for one caller, who waits for a version: it counts for the values, not for their freshness. */
  offer(ticket: LoadTicket, result: LoadResult, nowMs: number): void {
    if (result.outcome !== 'loaded') return;
    const { candidate } = result;
    this.notifyOfStatus(() => {
      this.store.offerLoaded(ticket, candidate, nowMs);
      this.machine.valueFound();
      return [];
    });
  }

  timerFired(timer: TimerName): Effect[] {
    return this.machine.timerFired(timer);
  }

  close(): Effect[] {
    return this.notifyOfStatus(() => this.machine.close());
  }

  private handleEvent(event: StreamEvent, nowMs: number): Effect[] {
    if (event.event === 'goodbye') return this.sayGoodbye(event);
    if (event.event === 'reset') {
      this.store.reset();
      return [];
    }
    // What a newer service may send besides.
    if (event.event !== 'put' && event.event !== 'patch') return [];
    const candidate = this.view.apply(event);
    if (candidate === null) return this.rejectEvent(event, nowMs);
    this.isResumable = true;
    this.isServiceLive = candidate.serviceSource === 'live';
    return this.confirmed(nowMs, this.isServiceLive, this.store.offerStreamed(candidate, nowMs));
  }

  private sayGoodbye({ data }: StreamEvent): Effect[] {
    this.store.setStreamOpen(false);
    return this.machine.streamSaidGoodbye(readRetryMs(data) ?? this.goodbyeRetryMs);
  }

  /** The next stream begins without `Last-Event-ID`, so that it begins with a `put`. */
  private rejectEvent({ event }: StreamEvent, nowMs: number): Effect[] {
    this.isResumable = false;
    this.store.setStreamOpen(false);
    const failure: Failure = { reason: 'malformed', detail: `The event "${event}" cannot be applied.` };
    return [{ do: 'close-stream' }, ...this.machine.streamFailed(failure, nowMs)];
  }

  private handleLoad(ticket: LoadTicket, load: LoadResult, nowMs: number): Effect[] {
    if (load.outcome === 'failed') return this.machine.loadFailed(load.failure);
    if (load.outcome === 'not-modified')
      return this.loaded(nowMs, load.isLive, this.store.confirmLoaded(ticket));
    const result = this.store.offerLoaded(ticket, load.candidate, nowMs);
    return this.loaded(nowMs, load.candidate.serviceSource === 'live', result);
  }

  private loaded(nowMs: number, isLive: boolean, result: OfferResult): Effect[] {
    if (result === 'other-tenant') return this.machine.loadFailed(this.otherTenant);
    this.isServiceLive = isLive;
    if (isLive && isConfirmed(result)) this.confirmedMs = nowMs;
    return this.machine.loadSucceeded({ isLive, isBehind: this.store.isAhead });
  }

  private confirmed(nowMs: number, isLive: boolean, result: OfferResult): Effect[] {
    if (result === 'other-tenant') return this.machine.streamFailed(this.otherTenant, nowMs);
    if (isLive && isConfirmed(result)) this.confirmedMs = nowMs;
    return this.machine.streamConfirmed({ isLive, isBehind: this.store.isAhead });
  }

  private get otherTenant(): Failure {
    const detail = `The key does not belong to the tenant "${this.options.tenant}"; check the options key and tenant.`;
    return { reason: 'other-tenant', detail };
  }

  /** Reports a change of the status, after the values are in place. */
  private notifyOfStatus(act: () => Effect[]): Effect[] {
    const from = this.machine.status;
    const effects = act();
    const { status: to, cause } = this.machine;
    if (from !== to) this.options.onStatus({ from, to, ...cause });
    return effects;
  }
}

function isConfirmed(result: OfferResult): boolean {
  return result === 'replaced' || result === 'unchanged';
}

function readRetryMs(data: string): number | null {
  const [, ms] = /"retry(?:_ms)?"\s*:\s*(\d+)/.exec(data) ?? [];
  return ms === undefined ? null : Number(ms);
}
