import { setTimeout as pause } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';
import { Logger } from '@nestjs/common';
import type { ServerProbe } from './server-probe.js';
import { DatabaseAvailability } from './database-availability.js';
import type { PoolSockets } from './pool-sockets.js';
import { isOutOfResources, outageReasonOf } from './connection-errors.js';

export interface MonitoredServer {
  /** The variable that names it and its host, for the log. */
  readonly name: string;
  readonly probe: Pick<ServerProbe, 'ping' | 'close'>;
  readonly sockets: PoolSockets;
  /** Makes the database fit for use whenever it has come. @throws what an operator has to mend, or another outage. */
  initialize(): Promise<void>;
}

const checkIntervalMs = 500;
/** What an operator has to mend is not mended within a moment. */
const misconfiguredRetryMs = 2_000;
const closeTimeoutMs = 1_000;

/**
 * Finds out whether the server can be reached: asks it twice a second, and at once when somebody's statement failed. It alone
 * decides. When the server is gone, every connection is closed, so that nobody waits in vain; when it is back, `enter` comes
 * first. A server that answers anybody is there, however slow it is to answer the question.
 */
export class AvailabilityMonitor extends DatabaseAvailability {
  private readonly logger = new Logger('database');
  private readonly stopping = new AbortController();
  private ongoingProbe: Promise<void> | null = null;
  private initializing: Promise<void> | null = null;
  private checkLoop: Promise<void> | null = null;
  private outageCount = 0;
  private lastFailure: unknown = null;
  private initializeNotBeforeMs = 0;
  /** What the log has last been told. */
  private lastLogged = '';

  constructor(private readonly server: MonitoredServer) {
    super('it was not asked yet');
  }

  /**
   * Resolves once the server is there and entered, or after `patienceMs` without it; from then on it is watched. With null it
   * has to be there.
   *
   * @throws what an operator has to mend.
   */
  async start(startupTimeoutMs: number | null): Promise<void> {
    await this.checkUntilDecided(Date.now() + (startupTimeoutMs ?? 0));
    if (this.isMisconfigured || (startupTimeoutMs === null && !this.isAvailable)) {
      await this.stop();
      throw this.lastFailure;
    }
    this.checkLoop = this.checkPeriodically();
    if (!this.isAvailable) this.logFailure();
  }

  private async checkUntilDecided(deadlineMs: number): Promise<void> {
    do await this.checkOnce();
    while (
      !this.isAvailable &&
      !this.isMisconfigured &&
      (this.initializing !== null || Date.now() < deadlineMs)
    );
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.server.probe.close();
    await Promise.race([Promise.allSettled([this.checkLoop, this.initializing]), pause(closeTimeoutMs)]);
  }

  override checkNow(): Promise<boolean> {
    this.ongoingProbe ??= this.probeServer().finally(() => (this.ongoingProbe = null));
    return this.ongoingProbe.then(() => this.isAvailable);
  }

  override reportFailure(error: unknown): boolean {
    if (outageReasonOf(error) === null) return false;
    this.markDown(error);
    return true;
  }

  private async checkPeriodically(): Promise<void> {
    while (!this.stopping.signal.aborted) await this.checkOnce();
  }

  private async checkOnce(): Promise<void> {
    await this.checkNow();
    const interval = pause(checkIntervalMs, undefined, { signal: this.stopping.signal }).catch(
      () => undefined,
    );
    await (this.initializing === null ? interval : Promise.race([this.initializing, interval]));
  }

  private async probeServer(): Promise<void> {
    const { probe, sockets } = this.server;
    const { receivedBytes: receivedBefore } = sockets;
    try {
      await probe.ping();
    } catch (error) {
      const isAlive = this.isAvailable && (sockets.receivedBytes > receivedBefore || isOutOfResources(error));
      if (!isAlive) this.markDown(error);
      return;
    }
    if (this.isAvailable || this.initializing !== null || Date.now() < this.initializeNotBeforeMs) return;
    this.initializing = this.initializeServer().finally(() => (this.initializing = null));
  }

  private async initializeServer(): Promise<void> {
    const { outageCount } = this;
    this.server.sockets.allowNewSockets();
    try {
      await this.server.initialize();
    } catch (error) {
      return this.markDown(error);
    }
    // If it went again meanwhile, its connections are closed.
    if (outageCount === this.outageCount) this.markUp();
  }

  private markUp(): void {
    this.lastFailure = null;
    if (this.lastLogged !== '') this.logger.warn(`${this.server.name} can be reached again.`);
    this.lastLogged = '';
    this.update(null);
  }

  private markDown(error: unknown): void {
    if (this.stopping.signal.aborted) return;
    this.outageCount += 1;
    this.lastFailure = error;
    this.server.sockets.closeAll();
    if (this.isMisconfigured) this.initializeNotBeforeMs = Date.now() + misconfiguredRetryMs;
    this.update(outageReasonOf(error) ?? 'what it needs is missing or wrong, as the log says');
    if (this.checkLoop !== null) this.logFailure();
  }

  private get isMisconfigured(): boolean {
    return this.lastFailure !== null && outageReasonOf(this.lastFailure) === null;
  }

  /** Once of each outage, and of each thing to mend. */
  private logFailure(): void {
    const { lastFailure, isMisconfigured, lastLogged } = this;
    const { name } = this.server;
    const message = isNativeError(lastFailure) ? lastFailure.message : String(lastFailure);
    if (isMisconfigured && lastLogged !== message)
      this.logger.error(`${name} is not used until this is mended: ${message}`);
    else if (!isMisconfigured && lastLogged === '')
      this.logger.warn(
        `${name} cannot be reached: ${outageReasonOf(lastFailure)}. It is tried again until it can.`,
      );
    this.lastLogged = isMisconfigured ? message : this.lastLogged || 'unavailable';
  }
}
