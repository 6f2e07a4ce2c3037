import { type Failure, isFatal } from '../service/failure.js';
import { type Timings, backoffMs } from './timings.js';

/** How the client gets changes. `offline`: never; it serves the file and the bootstrap. */
export type Mode = 'stream' | 'poll' | 'offline';

/**
 * - `initializing`: there is no configuration yet.
 * - `ready`: the configuration is what the service has.
 * - `stale`: there is one, but the service may have a newer one.
 * - `fatal`: the service refuses the key. It is asked again every 5 minutes.
 * - `closed`: `close()` was called.
 */
export type Status = 'initializing' | 'ready' | 'stale' | 'fatal' | 'closed';

export type TimerName = 'stream' | 'load';

/** What the machine wants done. */
export type Effect =
  | { readonly do: 'open-stream' }
  | { readonly do: 'close-stream' }
  | { readonly do: 'load' }
  | { readonly do: 'set-timer'; readonly timer: TimerName; readonly ms: number }
  | { readonly do: 'cancel-timer'; readonly timer: TimerName };

/** What an answer or an event says of how fresh the held configuration is. */
export interface Confirmation {
  /** False while the service itself serves an old copy. */
  readonly isLive: boolean;
  /** Whether the service has a lower version than the client, which must be looked into. */
  readonly isBehind: boolean;
}

/** Why the status is what it is. */
export interface Cause {
  readonly reason: string;
  readonly detail: string;
}

interface MachineOptions {
  readonly mode: Mode;
  readonly timings: Timings;
  readonly random: () => number;
  /** Whether there is a configuration, from anywhere. */
  readonly hasValue: () => boolean;
}

const maxFailures = 3;
/** `Retry-After` is honoured up to this long. */
const maxRetryAfterMs = 300_000;

const notConfirmed: Cause = { reason: 'not-confirmed', detail: 'The service has not answered yet.' };
const serviceStale: Cause = { reason: 'service-stale', detail: 'The service serves an old copy.' };
const streamed: Cause = { reason: 'stream', detail: 'The stream is open.' };
const polled: Cause = { reason: 'poll', detail: 'The service answered.' };
const goodbye: Cause = { reason: 'goodbye', detail: 'The replica is ending; the next stream opens soon.' };
const ended: Cause = { reason: 'closed', detail: 'close() was called.' };

/**
 * The states of the connection, without I/O and without a clock: every input returns what is to be done.
 *
 * It streams; three failures within a minute, or a service that has no stream, end in polling; while it polls, it tries the stream
 * again every minute.
 */
export class ConnectionMachine {
  status: Status = 'initializing';
  cause: Cause = notConfirmed;
  phase: 'streaming' | 'polling';
  /** Whether the open stream has said anything. */
  private isProven = false;
  private isFresh = false;
  private isFatal = false;
  private isClosed = false;
  private isChecking = false;
  private failedAt: number[] = [];
  private streamAttempts = 0;
  private loadAttempts = 0;

  constructor(private readonly options: MachineOptions) {
    this.phase = this.firstPhase;
  }

  start(): Effect[] {
    const { mode, timings } = this.options;
    if (mode === 'offline') return [];
    if (mode === 'poll') return [{ do: 'load' }];
    return [{ do: 'open-stream' }, setTimer('load', timings.slowStartMs)];
  }

  /** There may be a first configuration, from the file, the application or a single load. */
  valueFound(): void {
    this.settle(this.cause);
  }

  /** The open stream sent an event or a comment, so the client has what the service has. */
  streamConfirmed(confirmation: Confirmation): Effect[] {
    if (this.isClosed) return [];
    this.isProven = true;
    this.isFatal = false;
    this.phase = 'streaming';
    this.streamAttempts = 0;
    this.confirm(confirmation, streamed);
    return this.nextCheck(confirmation);
  }

  /** The replica is going to end. That is no failure: the client stays ready while it connects to another one. */
  streamSaidGoodbye(retryMs: number | null): Effect[] {
    if (this.isClosed) return [];
    this.isProven = false;
    this.settle(goodbye);
    const ms = retryMs ?? backoffMs(1, this.options.timings, this.options.random);
    return [{ do: 'close-stream' }, setTimer('stream', Math.min(ms, maxRetryAfterMs))];
  }

  streamFailed(failure: Failure, nowMs: number): Effect[] {
    if (this.isClosed) return [];
    if (isFatal(failure)) return this.becomeFatal(failure);
    const mustPoll = this.mustPoll(failure, nowMs);
    this.isProven = false;
    this.isFatal = false;
    if (this.phase === 'polling') return [setTimer('stream', this.options.timings.streamRetryMs)];
    this.isFresh = false;
    this.settle(failure);
    return mustPoll ? this.beginPolling() : [setTimer('stream', this.streamDelay(failure))];
  }

  loadSucceeded(confirmation: Confirmation): Effect[] {
    if (this.isClosed || (this.isFatal && this.options.mode === 'stream')) return [];
    this.isFatal = false;
    this.loadAttempts = 0;
    this.confirm(confirmation, polled);
    return this.phase === 'streaming' ? this.nextCheck(confirmation) : [setTimer('load', this.pollDelay())];
  }

  loadFailed(failure: Failure): Effect[] {
    if (this.isClosed) return [];
    if (isFatal(failure)) return this.becomeFatal(failure);
    // The stream is what counts while it is open; a check is repeated.
    if (this.isProven) return this.isChecking ? [setTimer('load', this.pollDelay())] : [];
    this.loadAttempts += 1;
    this.isFresh = false;
    this.isFatal = false;
    this.settle(failure);
    return [setTimer('load', this.loadDelay(failure))];
  }

  timerFired(timer: TimerName): Effect[] {
    if (this.isClosed) return [];
    return [timer === 'stream' ? { do: 'open-stream' } : { do: 'load' }];
  }

  close(): Effect[] {
    this.isClosed = true;
    this.settle(ended);
    return stopped;
  }

  private get firstPhase(): 'streaming' | 'polling' {
    return this.options.mode === 'stream' ? 'streaming' : 'polling';
  }

  private confirm({ isLive }: Confirmation, cause: Cause): void {
    this.isFresh = isLive;
    this.settle(isLive ? cause : serviceStale);
  }

  /** While the stream is open, requests are sent only to look into something that it cannot say. */
  private nextCheck({ isLive, isBehind }: Confirmation): Effect[] {
    this.isChecking = isBehind || !isLive;
    if (this.isChecking) return [setTimer('load', this.pollDelay())];
    return this.isProven ? [{ do: 'cancel-timer', timer: 'load' }] : [];
  }

  private mustPoll({ reason, mustPoll }: Failure, nowMs: number): boolean {
    const { failureWindowMs } = this.options.timings;
    this.failedAt = [...this.failedAt, nowMs].filter((at) => nowMs - at < failureWindowMs);
    // Something between keeps the events to itself.
    const isBuffered = reason === 'silent' && !this.isProven;
    return mustPoll === true || isBuffered || this.failedAt.length >= maxFailures;
  }

  private beginPolling(): Effect[] {
    this.phase = 'polling';
    this.failedAt = [];
    this.streamAttempts = 0;
    this.isChecking = false;
    const { streamRetryMs } = this.options.timings;
    return [{ do: 'cancel-timer', timer: 'load' }, { do: 'load' }, setTimer('stream', streamRetryMs)];
  }

  private becomeFatal(failure: Failure): Effect[] {
    const timer = this.options.mode === 'stream' ? 'stream' : 'load';
    this.isFatal = true;
    this.isFresh = false;
    this.isProven = false;
    this.isChecking = false;
    this.phase = this.firstPhase;
    this.failedAt = [];
    this.settle(failure);
    return [...stopped, setTimer(timer, this.options.timings.fatalRetryMs)];
  }

  private settle({ reason, detail }: Cause): void {
    this.cause = { reason, detail };
    this.status = this.nextStatus();
  }

  private nextStatus(): Status {
    if (this.isClosed) return 'closed';
    if (this.isFatal) return 'fatal';
    if (!this.options.hasValue()) return 'initializing';
    return this.isFresh ? 'ready' : 'stale';
  }

  private streamDelay({ retryAfterMs = 0 }: Failure): number {
    this.streamAttempts += 1;
    const backoff = backoffMs(this.streamAttempts, this.options.timings, this.options.random);
    return Math.max(backoff, Math.min(retryAfterMs, maxRetryAfterMs));
  }

  private loadDelay({ retryAfterMs = 0 }: Failure): number {
    const backoff = backoffMs(this.loadAttempts, this.options.timings, this.options.random);
    return Math.max(this.pollDelay(), backoff, Math.min(retryAfterMs, maxRetryAfterMs));
  }

  /** A tenth more or less, so that clients that began together spread out. */
  private pollDelay(): number {
    return Math.round(this.options.timings.pollMs * (0.9 + 0.2 * this.options.random()));
  }
}

const stopped: Effect[] = [
  { do: 'close-stream' },
  { do: 'cancel-timer', timer: 'stream' },
  { do: 'cancel-timer', timer: 'load' },
];

function setTimer(timer: TimerName, ms: number): Effect {
  return { do: 'set-timer', timer, ms };
}
