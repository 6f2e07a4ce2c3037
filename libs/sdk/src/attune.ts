import type { Answer, SettingName, Settings } from './api/settings.js';
import type { Origin } from './configuration/candidate.js';
import type { ConfigurationChange } from './configuration/configuration-store.js';
import { Connection } from './connection/connection.js';
import { Synchronizer } from './connection/synchronizer.js';
import { type Timings, defaultTimings } from './connection/timings.js';
import { Emitter } from './emitter.js';
import { FileBackup } from './file-backup.js';
import { type AttuneOptions, checkOptions } from './options.js';
import { type Readiness, type ReadyOptions, waitUntilReady } from './ready.js';
import { type AnswerEvent, type AskOptions, ask, askStreamed } from './service/ask.js';
import { AttuneError } from './service/attune-error.js';
import { isFatal } from './service/failure.js';
import { ServiceClient } from './service/service-client.js';
import type { AttuneEvents, AttuneStatus } from './status.js';

/** Where one value comes from. */
export interface Explanation {
  readonly value: unknown;
  /** `platform`, `plan`, `tenant`, `flag` or `rollout`; null if the service cannot be asked for this version now. */
  readonly layer: string | null;
  readonly version: number | null;
  readonly source: Origin | null;
  readonly stale: boolean;
  readonly ageMs: number | null;
}

/** How `atLeast` waits. */
export interface AtLeastOptions {
  /** 5 seconds by default. */
  readonly timeoutMs?: number;
}

/** One tenant's settings in this process, kept current. Made by {@link createAttune}. */
export class Attune {
  private readonly emitter = new Emitter<AttuneEvents>();
  private readonly synchronizer: Synchronizer;
  private readonly connection: Connection;
  private readonly service: ServiceClient;
  private readonly timings: Timings;
  private readonly backup: FileBackup | null;
  private values: ReadonlyMap<string, unknown> = new Map();

  /** Use {@link createAttune}. */
  constructor(options: AttuneOptions) {
    checkOptions(options);
    const { url, key, tenant = null, bootstrap, mode = 'stream' } = options;
    this.timings = { ...defaultTimings, ...options.timings };
    this.service = new ServiceClient({
      url,
      key,
      fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    });
    this.synchronizer = new Synchronizer({
      mode,
      tenant,
      timings: this.timings,
      random: Math.random,
      onChange: (change) => this.changed(change),
      onStatus: (change) => this.emitter.emit('state', change),
    });
    this.connection = new Connection(this.service, this.synchronizer, this.timings);
    this.backup =
      options.file === undefined ? null : new FileBackup(options, this.synchronizer, this.emitter);
    if (bootstrap) this.synchronizer.localFound(structuredClone(bootstrap), 'bootstrap');
    this.connection.start();
  }

  /**
   * The value of a setting: from memory, without I/O, never an error. Before the first configuration it is the fallback, or undefined.
   *
   * ```ts
   * const temperature = attune.get('temperature', 0.7);
   * ```
   */
  get<Name extends SettingName>(name: Name): Settings[Name] | undefined;
  /** The same with a value for the time before the first configuration. */
  get<Name extends SettingName>(name: Name, fallback: Settings[Name]): Settings[Name];
  /** Both. */
  get(name: string, fallback?: unknown): unknown {
    const value = this.values.get(name);
    return value === undefined ? fallback : value;
  }

  /** Names of all settings that are known; empty before the first configuration. */
  settings(): SettingName[] {
    return [...this.values.keys()] as SettingName[];
  }

  /** The state, and how old the values are. */
  status(): AttuneStatus {
    const { machine, held } = this.synchronizer;
    return {
      state: machine.status,
      ...machine.cause,
      source: held?.origin ?? null,
      version: held?.configuration.version ?? null,
      stale: machine.status !== 'ready',
      ageMs: this.ageMs(),
      updates: machine.phase,
    };
  }

  /**
   * Waits until there is a configuration, from anywhere; with `requireFresh`, until the service has confirmed it.
   *
   * @throws AttuneNotReadyError that says why, after `timeoutMs` (10 s), or at once when waiting cannot help.
   */
  ready(options: ReadyOptions = {}): Promise<Readiness> {
    return waitUntilReady(this, options);
  }

  /**
   * Waits until this client holds this version or a later one, for example the version that a change of yours was answered with. It asks
   * the service at once.
   *
   * @throws AttuneError if it takes longer than `timeoutMs` (5 s).
   */
  async atLeast(version: number, { timeoutMs = 5_000 }: AtLeastOptions = {}): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!this.holds(version)) {
      const remainingMs = deadline - Date.now();
      if (remainingMs <= 0 || this.connection.signal.aborted) throw this.notReached(version, timeoutMs);
      await this.loadAtLeast(version, remainingMs);
    }
  }

  /** Where a value comes from. The layer is asked of the service; the rest is from memory. Never rejects. */
  async explain(name: SettingName): Promise<Explanation> {
    const { signal } = this.connection;
    const found = await this.service.loadLayers({ timeoutMs: this.timings.requestTimeoutMs, signal });
    const { source, version, stale, ageMs } = this.status();
    const layer = found?.version === version ? (found?.layers[name] ?? null) : null;
    return { value: this.values.get(name), layer: layer as string | null, version, source, stale, ageMs };
  }

  /**
   * Asks a question about the tenant's documents.
   *
   * @throws AttuneError with the service's problem, for example `budget-exceeded` in `code`.
   */
  ask(question: string, options: AskOptions & { readonly stream: true }): AsyncIterable<AnswerEvent>;
  /** The whole answer. */
  ask(question: string, options?: AskOptions & { readonly stream?: false }): Promise<Answer>;
  /** Both. */
  ask(
    question: string,
    options: AskOptions & { readonly stream?: boolean } = {},
  ): AsyncIterable<AnswerEvent> | Promise<Answer> {
    return options.stream
      ? askStreamed(this.service, question, options)
      : ask(this.service, question, options);
  }

  /** Calls the listener for each event from now on. Returns a function that ends it. */
  on<Name extends keyof AttuneEvents>(name: Name, listener: (event: AttuneEvents[Name]) => void): () => void {
    return this.emitter.on(name, listener);
  }

  /** Ends the connection, and writes the file to its end. `get` goes on with the last values. */
  async close(): Promise<void> {
    this.connection.close();
    await this.backup?.flush();
  }

  private changed(change: ConfigurationChange): void {
    this.values = this.synchronizer.held!.values;
    this.backup?.save();
    this.emitter.emit('change', change);
  }

  private ageMs(): number | null {
    const confirmedAtMs = this.synchronizer.confirmedAtMs ?? this.backup?.readConfirmedAtMs ?? null;
    return confirmedAtMs === null ? null : Date.now() - confirmedAtMs;
  }

  private holds(version: number): boolean {
    return (this.status().version ?? -1) >= version;
  }

  private async loadAtLeast(version: number, remainingMs: number): Promise<void> {
    const ticket = this.synchronizer.beginLoad();
    const { signal } = this.connection;
    const arrived = new AbortController();
    const stopListening = this.on('change', () => this.holds(version) && arrived.abort());
    const result = await this.service.load({
      minVersion: version,
      timeoutMs: remainingMs,
      signal: AbortSignal.any([signal, arrived.signal]),
    });
    stopListening();
    this.synchronizer.offer(ticket, result, Date.now());
    if (result.outcome === 'failed' && isFatal(result.failure))
      throw new AttuneError(result.failure.detail, 0);
    if (!this.holds(version)) await pause(Math.min(remainingMs, this.timings.minBackoffMs));
  }

  private notReached(version: number, timeoutMs: number): AttuneError {
    const { version: held, detail } = this.status();
    return new AttuneError(
      `Version ${version} did not arrive within ${timeoutMs} ms; this client holds ${held ?? 'none'}. ${detail}`,
      0,
    );
  }
}

/**
 * Makes a client and returns at once; it connects in the background.
 *
 * ```ts
 * const attune = createAttune({ url: 'https://attune.example.com', key, file: '/var/lib/app/attune.json' });
 * await attune.ready();
 * const temperature = attune.get('temperature', 0.7);
 * ```
 *
 * @throws TypeError for an impossible url or key.
 */
export function createAttune(options: AttuneOptions): Attune {
  return new Attune(options);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
