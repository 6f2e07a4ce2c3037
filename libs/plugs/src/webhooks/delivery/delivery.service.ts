import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock, withTimeout } from '#kernel';
import { OutageLog, PeriodicTask } from '#telemetry';
import { DeliveryMetrics } from './delivery-metrics.js';
import { type Batch, DeliveryRepository, type DueDelivery, type Lease } from './delivery.repository.js';
import { nextDelayMs } from './retry-schedule.js';
import { type SendResult, WebhookSender } from './webhook-sender.js';

const pollIntervalMs = 1_000;
/** Webhooks that a replica serves at the same time. Each has its own turn, so that none waits for another. */
const maxServedWebhooks = 100;
/** Deliveries of one webhook that are sent at the same time. */
const batchSize = 5;
/** Then another webhook may have the place. */
const maxServiceMs = 5_000;
/** How long a shutdown waits for attempts that are under way. */
const drainTimeoutMs = 5_000;
const pausingStatuses = [429, 502, 503, 504];

/**
 * Sends deliveries. Every replica claims webhooks that have something to send, and one replica serves a webhook at a time. If it
 * crashes, its lease ends after 30 seconds and another replica continues; an attempt whose end was not recorded is made again.
 */
@Injectable()
export class DeliveryService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('webhooks');
  private readonly outage = new OutageLog(this.logger);
  private readonly shutdown = new AbortController();
  private readonly served = new Map<string, Promise<void>>();
  private isStopping = false;
  private readonly task = new PeriodicTask({
    intervalMs: pollIntervalMs,
    logger: this.logger,
    failure: 'Webhooks with something to send could not be found; the next round tries again.',
    run: () => this.serveDue(),
  });

  constructor(
    private readonly repository: DeliveryRepository,
    private readonly sender: WebhookSender,
    private readonly metrics: DeliveryMetrics,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.task.start();
  }

  /** Runs before the database closes. Attempts under way have a moment to end; those that are cut off are made again elsewhere. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await this.task.stop();
    const ended = Promise.all(this.served.values());
    await withTimeout(drainTimeoutMs, ended).catch(() => this.shutdown.abort());
    await ended;
  }

  private async serveDue(): Promise<void> {
    const free = maxServedWebhooks - this.served.size;
    if (free <= 0 || this.isStopping) return;
    for (const lease of await this.repository.claim(free)) {
      const { webhookId } = lease;
      const service = this.serve(lease).finally(() => this.served.delete(webhookId));
      this.served.set(webhookId, service);
    }
  }

  /** Never rejects. After an outage in the middle, the lease ends by itself. */
  private async serve(claimed: Lease): Promise<void> {
    try {
      await this.repository.release(await this.sendBatches(claimed));
      this.outage.recordRecovery();
    } catch (err) {
      this.outage.recordFailure('A webhook could not be served; it is tried again.', { err });
    }
  }

  /** Returns the lease as it was renewed last. */
  private async sendBatches(claimed: Lease): Promise<Lease> {
    const endsAt = this.clock.now() + maxServiceMs;
    let lease = claimed;
    while (!this.isStopping && this.clock.now() < endsAt) {
      const batch: Batch | null = await this.repository.takeBatch(lease, batchSize);
      if (batch === null || batch.deliveries.length === 0) return batch?.lease ?? lease;
      lease = batch.lease;
      await Promise.all(batch.deliveries.map((delivery) => this.attempt(delivery)));
    }
    return lease;
  }

  private async attempt(delivery: DueDelivery): Promise<void> {
    const result = await this.sender.send(delivery, this.shutdown.signal);
    if (result.isDelivered) {
      this.metrics.recordAttempt('delivered', result.attempt);
      await this.repository.recordSuccess(delivery, result.attempt);
    } else if (!this.shutdown.signal.aborted) await this.recordFailure(delivery, result);
  }

  private async recordFailure(delivery: DueDelivery, { attempt, retryAfterMs }: SendResult): Promise<void> {
    const isGone = attempt.status === 410;
    const delayMs = isGone ? null : nextDelayMs(delivery.attemptCount + 1, Math.random(), retryAfterMs);
    this.metrics.recordAttempt(delayMs === null ? 'given_up' : 'retry', attempt);
    const pauseMs = pausingStatuses.includes(attempt.status ?? 0) ? retryAfterMs : 0;
    await this.repository.recordFailure(delivery, { attempt, nextDelayMs: delayMs, pauseMs, isGone });
  }
}
