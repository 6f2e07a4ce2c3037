import { Injectable } from '@nestjs/common';
import { ChangeMetrics, type TenantChanges } from '#config';
import { Metrics } from '#telemetry';
import type { ReplicaReport } from './replica.entity.js';

/** The figures of this replica that it counts for Prometheus, too. */
@Injectable()
export class ReplicaMetrics {
  constructor(
    private readonly metrics: Metrics,
    private readonly changes: ChangeMetrics,
  ) {}

  /** Since the start of this replica. */
  async read(): Promise<Pick<ReplicaReport, 'hit_rate' | 'load_p95_ms'>> {
    // The hits are counted together with the requests, so these come first.
    const requests = await this.metrics.sumOf('config_cache_requests_total');
    const hits = await this.metrics.sumOf('config_cache_hits_total');
    const loadSeconds = await this.metrics.quantileOf('config_load_duration_seconds', 0.95);
    return {
      hit_rate: requests === 0 ? null : hits / requests,
      load_p95_ms: loadSeconds === null ? null : loadSeconds * 1000,
    };
  }

  /** Of the last hour. */
  busiest(maxTenants: number): TenantChanges[] {
    return this.changes.busiest(maxTenants);
  }
}
