import { setTimeout as pause } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';
import { Logger } from '@nestjs/common';
import type { Probe } from './probe.js';
import { Reachability } from './reachability.js';
import type { Sockets } from './sockets.js';
import { hasNoRoom, reasonOf } from './unreachable.js';

export interface Server {
  /** The variable that names it and its host, for the log. */
  readonly name: string;
  readonly probe: Pick<Probe, 'ask' | 'close'>;
  readonly sockets: Sockets;
  /** Makes the database fit for use whenever it has come. @throws what an operator has to mend, or another outage. */
  enter(): Promise<void>;
}

const everyMs = 500;
/** What an operator has to mend is not mended within a moment. */
const afterFaultMs = 2_000;
const farewellMs = 1_000;

/**
 * Finds out whether the server can be reached: asks it twice a second, and at once when somebody's statement failed. It alone
 * decides. When the server is gone, every connection is closed, so that nobody waits in vain; when it is back, `enter` comes
 * first. A server that answers anybody is there, however slow it is to answer the question.
 */
export class ServerWatch extends Reachability {
  private readonly logger = new Logger('database');
  private readonly stopping = new AbortController();
  private looking: Promise<void> | null = null;
  private entering: Promise<void> | null = null;
  private rounds: Promise<void> | null = null;
  private falls = 0;
  private failure: unknown = null;
  private enterFrom = 0;
  /** What the log has last been told. */
  private told = '';

  constructor(private readonly server: Server) {
    super('it was not asked yet');
  }

  /**
   * Resolves once the server is there and entered, or after `patienceMs` without it; from then on it is watched. With null it
   * has to be there.
   *
   * @throws what an operator has to mend.
   */
  async begin(patienceMs: number | null): Promise<void> {
    await this.firstRounds(Date.now() + (patienceMs ?? 0));
    if (this.isAtFault || (patienceMs === null && !this.isUp)) {
      await this.stop();
      throw this.failure;
    }
    this.rounds = this.goRound();
    if (!this.isUp) this.tell();
  }

  private async firstRounds(end: number): Promise<void> {
    do await this.round();
    while (!this.isUp && !this.isAtFault && (this.entering !== null || Date.now() < end));
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.server.probe.close();
    await Promise.race([Promise.allSettled([this.rounds, this.entering]), pause(farewellMs)]);
  }

  override confirm(): Promise<boolean> {
    this.looking ??= this.look().finally(() => (this.looking = null));
    return this.looking.then(() => this.isUp);
  }

  override noteFailure(error: unknown): boolean {
    if (reasonOf(error) === null) return false;
    this.fall(error);
    return true;
  }

  private async goRound(): Promise<void> {
    while (!this.stopping.signal.aborted) await this.round();
  }

  private async round(): Promise<void> {
    await this.confirm();
    const rest = pause(everyMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    await (this.entering === null ? rest : Promise.race([this.entering, rest]));
  }

  private async look(): Promise<void> {
    const { probe, sockets } = this.server;
    const { received } = sockets;
    try {
      await probe.ask();
    } catch (error) {
      const livesOn = this.isUp && (sockets.received > received || hasNoRoom(error));
      if (!livesOn) this.fall(error);
      return;
    }
    if (this.isUp || this.entering !== null || Date.now() < this.enterFrom) return;
    this.entering = this.enter().finally(() => (this.entering = null));
  }

  private async enter(): Promise<void> {
    const { falls } = this;
    this.server.sockets.allow();
    try {
      await this.server.enter();
    } catch (error) {
      return this.fall(error);
    }
    // If it went again meanwhile, its connections are closed.
    if (falls === this.falls) this.rise();
  }

  private rise(): void {
    this.failure = null;
    if (this.told !== '') this.logger.warn(`${this.server.name} can be reached again.`);
    this.told = '';
    this.become(null);
  }

  private fall(error: unknown): void {
    if (this.stopping.signal.aborted) return;
    this.falls += 1;
    this.failure = error;
    this.server.sockets.closeAll();
    if (this.isAtFault) this.enterFrom = Date.now() + afterFaultMs;
    this.become(reasonOf(error) ?? 'what it needs is missing or wrong, as the log says');
    if (this.rounds !== null) this.tell();
  }

  private get isAtFault(): boolean {
    return this.failure !== null && reasonOf(this.failure) === null;
  }

  /** Once of each outage, and of each thing to mend. */
  private tell(): void {
    const { failure, isAtFault, told } = this;
    const { name } = this.server;
    const message = isNativeError(failure) ? failure.message : String(failure);
    if (isAtFault && told !== message)
      this.logger.error(`${name} is not used until this is mended: ${message}`);
    else if (!isAtFault && told === '')
      this.logger.warn(`${name} cannot be reached: ${reasonOf(failure)}. It is tried again until it can.`);
    this.told = isAtFault ? message : this.told || 'away';
  }
}
