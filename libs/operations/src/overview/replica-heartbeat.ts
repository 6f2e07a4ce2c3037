import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { CoherentCache } from '#cache';
import { Clock } from '#kernel';
import { PeriodicTask, type ReplicaIdentity, replicaIdentity } from '#telemetry';
import type { ReplicaReport } from './replica.entity.js';
import { ReplicaRepository } from './replica.repository.js';
import { ReplicaMetrics } from './replica-metrics.js';
import { ReplicaState } from './replica-state.js';

const intervalMs = 5_000;
const maxBusiest = 50;

/** Reports the state of this replica every five seconds, so that any replica can answer for all. */
@Injectable()
export class ReplicaHeartbeat implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly identity: ReplicaIdentity & { readonly started_at: Date };
  private readonly task = new PeriodicTask({
    intervalMs,
    logger: new Logger('overview'),
    failure: 'The state of this replica could not be reported; the overview shows it as lost.',
    run: async () => this.replicas.save(this.identity, await this.readReport()),
  });

  constructor(
    private readonly replicas: ReplicaRepository,
    private readonly replica: ReplicaState,
    private readonly cache: CoherentCache,
    private readonly metrics: ReplicaMetrics,
    private readonly clock: Clock,
  ) {
    this.identity = { ...replicaIdentity(), started_at: new Date(clock.now()) };
  }

  onApplicationBootstrap(): void {
    void this.task.runNow();
    this.task.start();
  }

  /** A replica that ends is not a lost one. While the database is down, its row stays until others delete it. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.task.stop();
    await this.replicas.delete(this.identity.id).catch(() => undefined);
  }

  private async readReport(): Promise<ReplicaReport> {
    const { feedPoller, state } = this.cache;
    const readAt = feedPoller?.lastReading.at ?? null;
    return {
      state: this.replica.state,
      watermark_age_ms: readAt === null ? null : this.clock.now() - readAt,
      behind_by: (await feedPoller?.countUnread()) ?? null,
      source: this.cache.sourceOf(null),
      bus: state.isBusDegraded ? 'degraded' : 'connected',
      entries: [...state.regions].reduce((sum, { counts }) => sum + counts.entries, 0),
      ...(await this.metrics.read()),
      busiest: this.metrics.busiest(maxBusiest),
    };
  }
}
