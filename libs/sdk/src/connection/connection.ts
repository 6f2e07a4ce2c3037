import { ConfigurationStream } from '../service/configuration-stream.js';
import type { ServiceClient } from '../service/service-client.js';
import type { Effect, TimerName } from './connection-machine.js';
import type { Synchronizer } from './synchronizer.js';
import type { Timings } from './timings.js';

type Timer = ReturnType<typeof setTimeout>;

/** Does what the synchronizer wants: opens streams, sends requests, waits. */
export class Connection {
  private stream: ConfigurationStream | null = null;
  private readonly timers = new Map<TimerName, Timer>();
  private readonly closing = new AbortController();

  constructor(
    private readonly service: ServiceClient,
    private readonly synchronizer: Synchronizer,
    private readonly timings: Timings,
  ) {}

  /** Aborted by `close`. */
  get signal(): AbortSignal {
    return this.closing.signal;
  }

  start(): void {
    this.perform(this.synchronizer.start());
  }

  close(): void {
    this.perform(this.synchronizer.close());
    this.closing.abort();
  }

  private perform(effects: readonly Effect[]): void {
    for (const effect of effects) this.performOne(effect);
  }

  private performOne(effect: Effect): void {
    if (effect.do === 'open-stream') this.openStream();
    if (effect.do === 'close-stream') this.closeStream();
    if (effect.do === 'load') void this.load();
    if (effect.do === 'cancel-timer') clearTimeout(this.timers.get(effect.timer));
    if (effect.do === 'set-timer') this.setTimer(effect.timer, effect.ms);
  }

  private openStream(): void {
    this.closeStream();
    const { synchronizer } = this;
    const options = {
      lastEventId: synchronizer.lastEventId,
      connectTimeoutMs: this.timings.requestTimeoutMs,
      silenceTimeoutMs: this.timings.silenceTimeoutMs,
    };
    this.stream = ConfigurationStream.open(this.service, options, {
      onOpen: (serviceSource) => synchronizer.streamOpened(serviceSource),
      onEvent: (event) => this.perform(synchronizer.streamEvent(event, Date.now())),
      onComment: () => this.perform(synchronizer.streamCommented(Date.now())),
      onRetry: (ms) => synchronizer.streamRetry(ms),
      onEnd: (failure) => this.perform(synchronizer.streamEnded(failure, Date.now())),
    });
  }

  private closeStream(): void {
    this.stream?.close();
    this.stream = null;
  }

  private async load(): Promise<void> {
    const ticket = this.synchronizer.beginLoad();
    const etag = this.synchronizer.held?.etag ?? null;
    const { signal } = this.closing;
    const result = await this.service.load({ etag, timeoutMs: this.timings.requestTimeoutMs, signal });
    this.perform(this.synchronizer.loadEnded(ticket, result, Date.now()));
  }

  private setTimer(timer: TimerName, ms: number): void {
    clearTimeout(this.timers.get(timer));
    const fire = (): void => this.perform(this.synchronizer.timerFired(timer));
    this.timers.set(timer, setTimeout(fire, ms));
  }
}
