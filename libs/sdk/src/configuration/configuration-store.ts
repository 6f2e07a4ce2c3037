import { type Configuration, settingsOf } from '../api/settings.js';
import type { Candidate, Origin, OfferResult } from './candidate.js';
import { changedNames, deepFreeze } from './values.js';

/** The configuration that is served now. */
export interface HeldConfiguration {
  readonly configuration: Configuration;
  readonly etag: string | null;
  readonly origin: Origin;
  readonly values: ReadonlyMap<string, unknown>;
}

/** Remembers what was held when a load began. */
export interface LoadTicket {
  readonly epoch: number;
}

/** One replacement of the held configuration. */
export interface ConfigurationChange {
  readonly version: number;
  /** Null for the first one. */
  readonly previousVersion: number | null;
  readonly origin: Origin;
  /** Names of the settings whose value is another one now, in alphabetical order. */
  readonly changed: readonly string[];
  /** `reset`: the service went back to a lower version, for example after a restore of its database. */
  readonly reason: 'loaded' | 'stream' | 'file' | 'bootstrap' | 'reset';
}

/** Why a candidate may be offered, and what is known about its order. */
interface Offer {
  readonly candidate: Candidate;
  readonly origin: Origin;
  readonly reason: ConfigurationChange['reason'];
  /** Of two states with the same version: whether the candidate is later than the stored one. */
  readonly isLater: boolean;
}

/**
 * The coherence rules, without I/O:
 *
 * - A configuration is replaced only by a higher version. With an equal version (a plan's default changed) only by one that is
 *   later for certain: the next event of the stream, or a load during which nothing else arrived while no stream is open.
 * - Safe defaults of a service without its database never replace anything.
 * - A lower version is accepted after a reset: an event of the stream, or a live service that has said so for `resetAfterMs`.
 */
export class ConfigurationStore {
  private current: HeldConfiguration | null = null;
  private epoch = 0;
  private isStreamOpen = false;
  private isVoid = false;
  private olderSinceMs: number | null = null;

  constructor(
    private readonly expectedTenant: string | null,
    private readonly resetAfterMs: number,
    private readonly onChange: (change: ConfigurationChange) => void,
  ) {}

  /** What is served now; null before the first configuration. */
  get held(): HeldConfiguration | null {
    return this.current;
  }

  /** Since then a live service has had a lower version than this client. */
  get isAhead(): boolean {
    return this.olderSinceMs !== null;
  }

  /** While a stream is open, its events decide between equal versions. */
  setStreamOpen(isOpen: boolean): void {
    this.isStreamOpen = isOpen;
  }

  /** The service says that the stored configuration is void. Reads still return it until the next one arrives. */
  reset(): void {
    this.isVoid = true;
    this.epoch += 1;
  }

  /** Call it before the request is sent. */
  beginLoad(): LoadTicket {
    return { epoch: this.epoch };
  }

  /** Offers what a load returned. */
  offerLoaded(ticket: LoadTicket, candidate: Candidate, nowMs: number): OfferResult {
    if (this.isVoid && ticket.epoch !== this.epoch) return 'overtaken';
    const isLater = ticket.epoch === this.epoch && !this.isStreamOpen;
    return this.offer({ candidate, origin: 'network', reason: 'loaded', isLater }, nowMs);
  }

  /** The service answered that nothing changed since the tag of what was held when the load began. */
  confirmLoaded(ticket: LoadTicket): OfferResult {
    return ticket.epoch === this.epoch ? this.confirmHeld() : 'overtaken';
  }

  /** The service has the same: from now on a configuration of a file counts as the service's. */
  confirmHeld(): OfferResult {
    if (this.current && this.current.origin !== 'network')
      this.current = { ...this.current, origin: 'network' };
    this.olderSinceMs = null;
    return 'unchanged';
  }

  /** Offers what the open stream says. Events of one stream are in order. */
  offerStreamed(candidate: Candidate, nowMs: number): OfferResult {
    return this.offer({ candidate, origin: 'network', reason: 'stream', isLater: true }, nowMs);
  }

  /** Offers a configuration of the file or of the application. */
  offerLocal(
    configuration: Configuration,
    origin: 'file' | 'bootstrap',
    etag: string | null = null,
  ): OfferResult {
    const candidate: Candidate = { configuration, etag, serviceSource: 'stale' };
    return this.offer({ candidate, origin, reason: origin, isLater: false }, 0);
  }

  private offer(offer: Offer, nowMs: number): OfferResult {
    const result = this.evaluate(offer);
    if (result === 'older' && this.isResetCertain(offer.candidate, nowMs)) {
      this.replace({ ...offer, reason: 'reset' });
      return 'replaced';
    }
    if (result === 'replaced') this.replace(this.isVoid ? { ...offer, reason: 'reset' } : offer);
    if (result === 'unchanged') this.confirmHeld();
    return result;
  }

  private evaluate(offer: Offer): OfferResult {
    const { tenant_id: tenant } = offer.candidate.configuration;
    if (this.expectedTenant !== null && tenant !== this.expectedTenant) return 'other-tenant';
    const held = this.current;
    if (held === null) return 'replaced';
    if (offer.candidate.serviceSource === 'defaults') return 'defaults';
    if (tenant === held.configuration.tenant_id && !this.isVoid) return this.compare(held, offer);
    return offer.origin === 'network' ? 'replaced' : 'other-tenant';
  }

  private compare(held: HeldConfiguration, { candidate, isLater }: Offer): OfferResult {
    const { configuration, etag } = candidate;
    const distance = configuration.version - held.configuration.version;
    if (distance !== 0) return distance > 0 ? 'replaced' : 'older';
    if (etag !== null && etag === held.etag) return 'unchanged';
    return isLater ? 'replaced' : 'overtaken';
  }

  /** A replica may be behind for seconds. A live one that is behind for longer has another history. */
  private isResetCertain({ serviceSource }: Candidate, nowMs: number): boolean {
    if (serviceSource !== 'live') return false;
    this.olderSinceMs ??= nowMs;
    return nowMs - this.olderSinceMs >= this.resetAfterMs;
  }

  private replace({ candidate, origin, reason }: Offer): void {
    const { configuration, etag } = candidate;
    const previous = this.current;
    const values = settingsOf(deepFreeze(configuration));
    this.current = { configuration, etag, origin, values };
    this.epoch += 1;
    this.isVoid = false;
    this.olderSinceMs = null;
    const changed = changedNames(previous?.values, values);
    const previousVersion = previous?.configuration.version ?? null;
    this.onChange({ version: configuration.version, previousVersion, origin, changed, reason });
  }
}
