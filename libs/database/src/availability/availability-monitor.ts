import { setTimeout as pause } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';
import { Logger } from '@nestjs/common';
import { OutageLog } from '#telemetry';
import { type ServerProbe, UnusableServerError } from './server-probe.js';
import { DatabaseAvailability } from './database-availability.js';
import type { PoolSockets } from './pool-sockets.js';
import { isOutOfResources, outageReasonOf } from './connection-errors.js';
import { explainConnectionError } from './connection-problem.js';

export interface MonitoredServer {
  /** The variable that names it. */
  readonly variable: string;
  /** The variable and its host, for the log. */
  readonly name: string;
  /** What the log says of it when it is lost and when it is back. */
  readonly words?: { readonly lost: string; readonly back: string };
  readonly probe: Pick<ServerProbe, 'ping' | 'close'>;
  readonly sockets: PoolSockets;
  /** Prepares the database for use each time it becomes reachable. @throws what an operator has to mend, or another outage. */
  initialize(): Promise<void>;
}

const defaultWords = { lost: 'cannot be reached', back: 'can be reached again' };
const checkIntervalMs = 500;
/** An operator needs some time to mend a problem, so it is not checked at every interval. */
const misconfiguredRetryMs = 2_000;
const closeTimeoutMs = 1_000;

/**
 * Decides alone whether the server can be reached. It probes the server twice a second, and at once when a statement has
 * failed. When the server is down, it closes every connection, so that no caller waits in vain. When the server is back, it
 * runs `initialize` before anyone else may use the database. A server that sends data on any connection counts as up, even if
 * it answers the probe too late. A standby counts as down: it takes no writes, and its rows may be old.
 */
export class AvailabilityMonitor extends DatabaseAvailability {
  private readonly outageLog: OutageLog;
  private readonly words: Required<MonitoredServer>['words'];
  private readonly stopping = new AbortController();
  private ongoingProbe: Promise<void> | null = null;
  private initializing: Promise<void> | null = null;
  private checkLoop: Promise<void> | null = null;
  private outageCount = 0;
  private lastFailure: unknown = null;
  private initializeNotBeforeMs = 0;

  constructor(private readonly server: MonitoredServer) {
    super('it has not answered yet', server.variable);
    this.words = server.words ?? defaultWords;
    const recovery = `${server.name} ${this.words.back}.`;
    this.outageLog = new OutageLog(new Logger('database'), { recovery });
  }

  /**
   * Resolves once the server is up and initialized, or after `startupTimeoutMs` without it. From then on it is monitored. With
   * null, the server must be up now.
   *
   * @throws what an operator has to mend; with null, also the outage.
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

  /** As `start`, but waits for nothing, and only logs what an operator has to mend. */
  startInBackground(): void {
    this.checkLoop = this.checkPeriodically();
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
      const hasSentData = sockets.receivedBytes > receivedBefore;
      if (!this.isStillAlive(error, hasSentData)) this.markDown(error);
      return;
    }
    if (this.isAvailable || this.initializing !== null || Date.now() < this.initializeNotBeforeMs) return;
    this.initializing = this.initializeServer().finally(() => (this.initializing = null));
  }

  /**
   * Whether the server is only slow: it answered other connections, or has no room for one more. A server that refuses the login answers
   * every connection, and is of no use.
   */
  private isStillAlive(probeError: unknown, hasSentData: boolean): boolean {
    if (!this.isAvailable || probeError instanceof UnusableServerError) return false;
    if (outageReasonOf(probeError) === null) return false;
    return hasSentData || isOutOfResources(probeError);
  }

  private async initializeServer(): Promise<void> {
    const { outageCount } = this;
    this.server.sockets.allowNewSockets();
    try {
      await this.server.initialize();
    } catch (error) {
      return this.markDown(error);
    }
    // After another outage meanwhile, the connections are closed.
    if (outageCount === this.outageCount) this.markUp();
  }

  private markUp(): void {
    this.lastFailure = null;
    this.outageLog.recordRecovery();
    this.update(null);
  }

  private markDown(error: unknown): void {
    if (this.stopping.signal.aborted) return;
    this.outageCount += 1;
    this.lastFailure = explainConnectionError(this.server.variable, error);
    this.server.sockets.closeAll();
    if (this.isMisconfigured) this.initializeNotBeforeMs = Date.now() + misconfiguredRetryMs;
    this.update(outageReasonOf(error) ?? 'its set-up is missing or wrong; see the log');
    if (this.checkLoop !== null) this.logFailure();
  }

  private get isMisconfigured(): boolean {
    return this.lastFailure !== null && outageReasonOf(this.lastFailure) === null;
  }

  /** Logs each outage once, and in it each problem that an operator has to mend. */
  private logFailure(): void {
    const { lastFailure, outageLog } = this;
    const { name } = this.server;
    const reason = outageReasonOf(lastFailure);
    if (reason !== null)
      return outageLog.recordFailure(
        `${name} ${this.words.lost}: ${reason}. Trying again in the background.`,
      );
    const problem = isNativeError(lastFailure) ? lastFailure.message : String(lastFailure);
    outageLog.recordFailure(`${name} is not used until this is mended: ${problem}`, {
      level: 'error',
      kind: problem,
    });
  }
}
