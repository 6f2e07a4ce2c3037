import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Database, allTenants } from '#database';
import { type GaugeMetric, Metrics, PeriodicTask } from '#telemetry';
import { KeyRepository } from './key.repository.js';

const intervalMs = 60_000;

/** Counts the keys in use that expire soon, so that their owners are warned in time. */
@Injectable()
export class KeyExpiryTask implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly expiring: GaugeMetric;
  private readonly task = new PeriodicTask({
    intervalMs,
    logger: new Logger('keys'),
    failure: 'The keys that expire soon were not counted; the next round tries again.',
    run: () => this.count(),
  });

  constructor(
    metrics: Metrics,
    private readonly database: Database,
    private readonly keys: KeyRepository,
  ) {
    this.expiring = metrics.gauge({
      name: 'attune_api_keys_expiring',
      help: 'API keys that expire within 7 days and were used within the last day, by owner (platform or tenant); updated every minute',
      labels: ['owner'],
    });
  }

  onApplicationBootstrap(): void {
    void this.task.runNow();
    this.task.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  private async count(): Promise<void> {
    const { platform, tenant } = await this.database.readAsPlatform(allTenants, () =>
      this.keys.countExpiring(),
    );
    this.expiring.set(platform, { owner: 'platform' });
    this.expiring.set(tenant, { owner: 'tenant' });
  }
}
