import { Injectable } from '@nestjs/common';
import { Metrics } from '#telemetry';
import type { DeliveryAttempt } from '../webhook-delivery.entity.js';

const latencyBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];
const states = ['active', 'failing', 'disabled'];

/** Counts attempts, and the webhooks that fail. No label names a tenant: the event `webhook.failing` tells the owner of a webhook. */
@Injectable()
export class DeliveryMetrics {
  private readonly attempts;
  private readonly seconds;
  private readonly webhooks;

  constructor(metrics: Metrics) {
    this.attempts = metrics.counter({
      name: 'attune_webhook_attempts_total',
      help: 'Attempts to deliver an event, by how they ended: delivered, retried later, or given up',
      labels: ['outcome'],
    });
    this.seconds = metrics.histogram({
      name: 'attune_webhook_attempt_seconds',
      help: 'Time until the receiver answered, or the attempt failed',
      buckets: latencyBuckets,
    });
    this.webhooks = metrics.gauge({
      name: 'attune_webhook_endpoints',
      help: 'Webhooks by state, read from the database every minute',
      labels: ['state'],
    });
  }

  recordAttempt(outcome: 'delivered' | 'retry' | 'given_up', { latency_ms }: DeliveryAttempt): void {
    this.attempts.add({ outcome });
    this.seconds.observe(latency_ms / 1_000);
  }

  setStates(counts: readonly { readonly state: string; readonly count: number }[]): void {
    for (const state of states)
      this.webhooks.set(counts.find((counted) => counted.state === state)?.count ?? 0, { state });
  }
}
