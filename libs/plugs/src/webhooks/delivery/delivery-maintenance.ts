import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { PeriodicTask } from '#telemetry';
import { DeliveryMetrics } from './delivery-metrics.js';
import { DeliveryRepository } from './delivery.repository.js';

const intervalMs = 60_000;

/** Every minute on every replica: counts webhooks by state, and deletes old deliveries. */
@Injectable()
export class DeliveryMaintenance implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task = new PeriodicTask({
    intervalMs,
    logger: new Logger('webhooks'),
    failure: 'Old deliveries were not deleted; the next round tries again.',
    run: () => this.runRound(),
  });

  constructor(
    private readonly repository: DeliveryRepository,
    private readonly metrics: DeliveryMetrics,
  ) {}

  onApplicationBootstrap(): void {
    this.task.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  private async runRound(): Promise<void> {
    this.metrics.setStates(await this.repository.countByState());
    await this.prune();
  }

  private async prune(): Promise<void> {
    if ((await this.repository.prune()) > 0) await this.prune();
  }
}
