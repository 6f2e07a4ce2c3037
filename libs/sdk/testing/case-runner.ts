import type { Configuration } from '../src/api/settings.js';
import type { ConfigurationChange, LoadTicket } from '../src/configuration/configuration-store.js';
import type { ServiceSource } from '../src/configuration/candidate.js';
import type { Effect, Mode, TimerName } from '../src/connection/connection-machine.js';
import { type StatusChange, Synchronizer } from '../src/connection/synchronizer.js';
import { defaultTimings } from '../src/connection/timings.js';
import { type Failure, type FailureReason, failureOf } from '../src/service/failure.js';
import type { LoadResult } from '../src/service/service-client.js';

interface Answer {
  readonly tenant?: string;
  readonly version?: number;
  readonly etag?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly source?: ServiceSource;
}

interface Refusal {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly reason?: FailureReason;
}

/** One step of a case; exactly one field is there. `libs/sdk/spec/README.md` says what each means. */
export interface Step {
  readonly start?: true;
  readonly close?: true;
  readonly found?: Answer & { readonly origin: 'file' | 'bootstrap' };
  readonly stream_opens?: { readonly source?: ServiceSource };
  readonly put?: Answer;
  readonly patch?: Answer;
  readonly reset?: true;
  readonly comment?: true;
  readonly goodbye?: { readonly retry_ms?: number };
  readonly event?: { readonly event: string; readonly id: string | null; readonly data: string };
  readonly stream_fails?: Refusal;
  readonly load_begins?: string;
  readonly load_ends?: Answer & Refusal & { readonly load: string };
  readonly wait_ms?: number;
  readonly expect?: Readonly<Record<string, unknown>>;
}

/** A case of `libs/sdk/spec`. */
export interface Case {
  readonly title: string;
  readonly mode?: Mode;
  readonly tenant?: string;
  readonly steps: readonly Step[];
}

/** Runs the steps of a case with a clock and a network of its own. Every wait has its longest length. */
export class CaseRunner {
  readonly changes: ConfigurationChange[] = [];
  readonly statuses: StatusChange[] = [];
  stream: 'closed' | 'opening' | 'open' = 'closed';
  wantedLoads = 0;
  readonly timers = new Map<TimerName, number>();
  readonly synchronizer: Synchronizer;
  private readonly loads = new Map<string, LoadTicket>();
  private nowMs = 1_000_000;

  constructor({ mode = 'stream', tenant }: Pick<Case, 'mode' | 'tenant'>, random = () => 1) {
    this.synchronizer = new Synchronizer({
      mode,
      tenant: tenant ?? null,
      timings: defaultTimings,
      random,
      onChange: (change) => this.changes.push(change),
      onStatus: (change) => this.statuses.push(change),
    });
  }

  /** Requests that have left and have no answer. */
  get openLoads(): number {
    return this.loads.size;
  }

  /** What a case can expect, as it is now. */
  observed(): Record<string, unknown> {
    const { machine, held, lastEventId } = this.synchronizer;
    return {
      state: machine.status,
      reason: machine.cause.reason,
      updates: machine.phase,
      version: held?.configuration.version ?? null,
      source: held?.origin ?? null,
      settings: Object.fromEntries(held?.values ?? []),
      stream: this.stream,
      wanted_loads: this.wantedLoads,
      waits: Object.fromEntries([...this.timers].map(([name, due]) => [name, due - this.nowMs])),
      last_event_id: lastEventId,
      changes: this.changes.map(({ version, changed, reason }) => ({ version, changed, reason })),
      states: this.statuses.map(({ to }) => to),
    };
  }

  run(step: Step): void {
    if (step.start) this.perform(this.synchronizer.start());
    if (step.close) this.perform(this.synchronizer.close());
    if (step.found)
      this.synchronizer.localFound(configurationOf(step.found), step.found.origin, step.found.etag ?? null);
    if (step.wait_ms !== undefined) this.wait(step.wait_ms);
    if (step.load_begins !== undefined) this.beginLoad(step.load_begins);
    if (step.load_ends) this.endLoad(step.load_ends);
    this.runOnStream(step);
  }

  private runOnStream(step: Step): void {
    if (step.stream_opens) this.openStream(step.stream_opens.source ?? 'live');
    if (step.stream_fails) this.endStream(step.stream_fails);
    if (step.comment) this.perform(this.synchronizer.streamCommented(this.nowMs));
    if (step.event) this.perform(this.synchronizer.streamEvent(step.event, this.nowMs));
    this.runEvent(step);
  }

  private runEvent({ put, patch, reset, goodbye }: Step): void {
    if (put) this.tell('put', put.etag ?? null, configurationOf(put));
    if (patch) this.tell('patch', patch.etag ?? null, patchOf(patch));
    if (reset) this.tell('reset', null, {});
    if (goodbye) this.tell('goodbye', null, goodbye);
  }

  private endStream(refusal: Refusal): void {
    this.stream = 'closed';
    this.perform(this.synchronizer.streamEnded(failureFrom(refusal), this.nowMs));
  }

  private openStream(source: ServiceSource): void {
    if (this.stream !== 'opening') throw new Error('The client does not want to open a stream.');
    this.stream = 'open';
    this.synchronizer.streamOpened(source);
  }

  private tell(event: string, id: string | null, data: unknown): void {
    if (this.stream !== 'open') throw new Error('No stream is open.');
    this.perform(this.synchronizer.streamEvent({ event, id, data: JSON.stringify(data) }, this.nowMs));
  }

  private beginLoad(name: string): void {
    this.wantedLoads = Math.max(0, this.wantedLoads - 1);
    this.loads.set(name, this.synchronizer.beginLoad());
  }

  private endLoad(end: NonNullable<Step['load_ends']>): void {
    const ticket = this.loads.get(end.load);
    if (ticket === undefined) throw new Error(`No load has the name "${end.load}".`);
    this.loads.delete(end.load);
    this.perform(this.synchronizer.loadEnded(ticket, resultOf(end), this.nowMs));
  }

  private wait(ms: number): void {
    const end = this.nowMs + ms;
    for (let timer = this.nextTimer(end); timer; timer = this.nextTimer(end)) {
      const [name, due] = timer;
      this.nowMs = due;
      this.timers.delete(name);
      this.perform(this.synchronizer.timerFired(name));
    }
    this.nowMs = end;
  }

  private nextTimer(end: number): [TimerName, number] | undefined {
    return [...this.timers].filter(([, due]) => due <= end).toSorted((a, b) => a[1] - b[1])[0];
  }

  private perform(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.do === 'open-stream') this.stream = 'opening';
      if (effect.do === 'close-stream') this.stream = 'closed';
      if (effect.do === 'load') this.wantedLoads += 1;
      if (effect.do === 'set-timer') this.timers.set(effect.timer, this.nowMs + effect.ms);
      if (effect.do === 'cancel-timer') this.timers.delete(effect.timer);
    }
  }
}

function configurationOf({ tenant = 'acme', version, settings }: Answer): Configuration {
  return { tenant_id: tenant, version, ...settings } as unknown as Configuration;
}

function patchOf({ version, etag, settings = {} }: Answer): object {
  return {
    version,
    etag,
    changes: Object.entries(settings).map(([field, to]) => ({ field, from: null, to })),
  };
}

function failureFrom({ status, headers = {}, reason = 'unreachable' }: Refusal): Failure {
  if (status === undefined) return { reason, detail: reason };
  return failureOf(status, new Headers(headers), String(status));
}

function resultOf(end: Answer & Refusal): LoadResult {
  const { status = 200, source: serviceSource = 'live', etag = null, reason } = end;
  if (reason !== undefined) return { outcome: 'failed', failure: failureFrom({ reason }) };
  if (status === 304) return { outcome: 'not-modified', isLive: serviceSource === 'live' };
  if (status !== 200) return { outcome: 'failed', failure: failureFrom(end) };
  return { outcome: 'loaded', candidate: { configuration: configurationOf(end), etag, serviceSource } };
}
