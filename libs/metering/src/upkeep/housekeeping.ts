import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { MeteringMetrics } from '../metering-metrics.js';
import { Settlements } from '../settlements.js';
import { UpkeepRepository } from './upkeep.repository.js';

const everyMs = 1_000;
/** In rounds. */
const betweenSweeps = 5;
const betweenFigures = 60;
const betweenPrunings = 3_600;
const mostFigures = 50;

/** Keeps the ledger in order in the background, on every replica: they skip what another one is at. */
@Injectable()
export class Housekeeping
  implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  private readonly logger = new Logger('metering');
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isBusy = false;
  private rounds = 0;

  constructor(
    private readonly settlements: Settlements,
    private readonly repository: UpkeepRepository,
    private readonly metrics: MeteringMetrics,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.begin(), everyMs).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** Requests under way have ended: what still waits now is lost, and expires. */
  onApplicationShutdown(): Promise<void> {
    return this.settlements.retry();
  }

  /** One round; never rejects. */
  async keep(): Promise<void> {
    const round = this.rounds;
    this.rounds += 1;
    try {
      await this.settlements.retry();
      if (round % betweenSweeps === 0) await this.sweep();
      if (round % betweenFigures === 0) this.metrics.show(await this.repository.highest(mostFigures));
      if (round % betweenPrunings === 0) await this.prune();
    } catch (error) {
      this.logger.debug({ err: error }, 'the ledger could not be kept in order');
    }
  }

  private async sweep(): Promise<void> {
    const count = await this.repository.giveUpExpired();
    if (count === 0) return;
    this.metrics.gaveUp(count);
    this.logger.warn(`${count} queries were not settled in time; what was reserved for them is free again`);
  }

  private async prune(): Promise<void> {
    const count = await this.repository.prune();
    if (count > 0) await this.prune();
  }

  private begin(): void {
    if (this.isBusy) return;
    this.isBusy = true;
    this.running = this.keep().finally(() => (this.isBusy = false));
  }
}
