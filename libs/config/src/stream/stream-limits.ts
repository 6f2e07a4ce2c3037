import { Inject, Injectable } from '@nestjs/common';
import { RateLimitedError } from '#kernel';
import { type CounterMetric, Metrics } from '#telemetry';
import { type ConfigurationConfig, configurationConfig } from '../configuration.config.js';
import type { TenantChannel } from './tenant-channel.js';

/** A client that was refused reads `GET /v1/config` meanwhile. */
const retryAfterS = 60;

/** How many streams a replica and a tenant may have open, and how many there are. */
@Injectable()
export class StreamLimits {
  private readonly maxStreams: number;
  private readonly maxStreamsPerTenant: number;
  private readonly refused: CounterMetric;
  private count = 0;

  constructor(@Inject(configurationConfig.KEY) config: ConfigurationConfig, metrics: Metrics) {
    this.maxStreams = config.configStreams;
    this.maxStreamsPerTenant = config.configStreamsPerTenant;
    this.refused = metrics.counter({
      name: 'attune_config_streams_refused_total',
      help: 'Streams of configuration changes that were refused because too many were open',
      labels: ['limit'],
    });
    metrics.observableGauge(
      { name: 'attune_config_streams', help: 'Open streams of configuration changes' },
      () => [[{}, this.count]],
    );
  }

  /** Counts one more. @throws RateLimitedError when there are too many. */
  enter(channel: TenantChannel): void {
    if (this.count >= this.maxStreams) throw this.refuse('replica', this.maxStreams);
    if (channel.members >= this.maxStreamsPerTenant) throw this.refuse('tenant', this.maxStreamsPerTenant);
    this.count += 1;
    channel.members += 1;
  }

  leave(channel: TenantChannel): void {
    this.count -= 1;
    channel.members -= 1;
  }

  private refuse(owner: 'replica' | 'tenant', limit: number): RateLimitedError {
    this.refused.add({ limit: owner });
    const resetsAt = new Date(Date.now() + retryAfterS * 1000).toISOString();
    return new RateLimitedError(
      `This ${owner} has ${limit} open streams, and there can be no more. Read GET /v1/config with If-None-Match instead, and try the stream again later.`,
      { limit, remaining: 0, resets_at: resetsAt, retry_after_s: retryAfterS },
    );
  }
}
