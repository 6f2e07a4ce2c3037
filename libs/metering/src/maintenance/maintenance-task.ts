import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { PeriodicTask } from '#telemetry';
import { MeteringMetrics } from '../admission/metering-metrics.js';
import { SettlementService } from '../admission/settlement.service.js';
import { MaintenanceRepository } from './maintenance.repository.js';

const intervalMs = 1_000;
/** In rounds. */
const sweepEveryRounds = 5;
const spendersEveryRounds = 60;
const pruneEveryRounds = 3_600;
const maxTopSpenders = 50;

/** Background maintenance of the ledger, on every replica. A replica skips rows that another one is working on. */
@Injectable()
export class MaintenanceTask
  implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  private readonly logger = new Logger('metering');
  private readonly task = new PeriodicTask({
    intervalMs,
    logger: this.logger,
    failure: 'A round of ledger maintenance failed; the next round tries again.',
    run: () => this.runRound(),
  });
  private rounds = 0;

  constructor(
    private readonly settlements: SettlementService,
    private readonly repository: MaintenanceRepository,
    private readonly metrics: MeteringMetrics,
  ) {}

  onApplicationBootstrap(): void {
    this.task.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  /** All requests have ended. This is the last try; settlements that fail now are lost, and their reservations expire. */
  onApplicationShutdown(): Promise<void> {
    return this.settlements.retryPending();
  }

  /** One round; never rejects. */
  run(): Promise<void> {
    return this.task.runNow();
  }

  private async runRound(): Promise<void> {
    const round = this.rounds;
    this.rounds += 1;
    await this.settlements.retryPending();
    if (round % sweepEveryRounds === 0) await this.expireReservations();
    if (round % spendersEveryRounds === 0)
      this.metrics.setTopSpenders(await this.repository.listTopSpenders(maxTopSpenders));
    if (round % pruneEveryRounds === 0) await this.prune();
  }

  private async expireReservations(): Promise<void> {
    const count = await this.repository.expireReservations();
    if (count === 0) return;
    this.metrics.recordUnsettled(count);
    this.logger.warn(`${count} queries were not settled in time; their reservations have expired`);
  }

  private async prune(): Promise<void> {
    const count = await this.repository.deleteOldUsage();
    if (count > 0) await this.prune();
  }
}
