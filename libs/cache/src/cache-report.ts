import { Injectable, Optional } from '@nestjs/common';
import { type CheckResult, HealthChecks, Metrics } from '#telemetry';
import { ChangeBus } from './bus/change-bus.js';
import { CoherentCache } from './coherent-cache.js';
import type { CatchUp } from './feed/catch-up.js';

const good: CheckResult = { status: 'ok', detail: null };

/** Says how the cache is doing: to those who watch the metrics, and to readiness. */
@Injectable()
export class CacheReport {
  constructor(
    private readonly cache: CoherentCache,
    bus: ChangeBus,
    @Optional() metrics?: Metrics,
    @Optional() checks?: HealthChecks,
  ) {
    if (metrics !== undefined) this.publish(metrics, bus);
    checks?.register('cache', () => Promise.resolve(this.health()));
  }

  private health(): CheckResult {
    const { isUp, isLive, isInDoubt } = this.cache.state;
    if (!isUp)
      return degraded('The database is away: what is held, or was last known to be good, is served.');
    if (!isLive) return degraded('The change feed cannot be read: what is held may be stale.');
    if (isInDoubt) return degraded('Redis is away: changes of other replicas are found within two seconds.');
    return good;
  }

  private publish(metrics: Metrics, bus: ChangeBus): void {
    const { cache } = this;
    metrics.watch({ name: 'cache_entries', help: 'Entries held, by kind', labels: ['kind'] }, () =>
      [...cache.state.parts].map(({ kind, counts }) => [{ kind }, counts.entries] as const),
    );
    const loads = {
      name: 'cache_loads_total',
      help: 'Queries made to load entries, by kind',
      labels: ['kind'],
    };
    metrics.counted(loads, () =>
      [...cache.state.parts].map(({ kind, counts }) => [{ kind }, counts.loads] as const),
    );
    const live = {
      name: 'cache_live',
      help: 'Whether what is held is known to be current: 1, or 0 for stale',
    };
    metrics.watch(live, () => [[{}, Number(cache.state.isLive)]]);
    const doubt = {
      name: 'cache_bus_in_doubt',
      help: 'Whether messages of other replicas may be lost: 1, else 0',
    };
    metrics.watch(doubt, () => [[{}, Number(cache.state.isInDoubt)]]);
    if (cache.catchUp !== null) publishFeed(metrics, cache.catchUp);
    publishBus(metrics, bus);
  }
}

function publishFeed(metrics: Metrics, { counters, last }: CatchUp): void {
  const events = {
    name: 'cache_feed_total',
    help: 'Readings of the change feed, and what came of them',
    labels: ['event'],
  };
  metrics.counted(events, () =>
    Object.entries(counters).map(([event, count]) => [{ event }, count] as const),
  );
  const pinned = {
    name: 'cache_feed_pinned_transactions',
    help: 'Transactions since the oldest that still runs, anywhere in the cluster; many mean that somebody forgot to commit',
  };
  metrics.watch(pinned, () => [[{}, last.pinned]]);
}

function publishBus(metrics: Metrics, { counters }: ChangeBus): void {
  const events = { name: 'cache_bus_total', help: 'What the bus between replicas did', labels: ['event'] };
  metrics.counted(events, () =>
    Object.entries(counters).map(([event, count]) => [{ event }, count] as const),
  );
}

function degraded(detail: string): CheckResult {
  return { status: 'degraded', detail };
}
