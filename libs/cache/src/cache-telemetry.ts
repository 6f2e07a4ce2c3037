import { Injectable, Optional } from '@nestjs/common';
import { type HealthCheckResult, HealthChecks, type MetricOptions, Metrics } from '#telemetry';
import { ChangeBus } from './bus/change-bus.js';
import { CoherentCache } from './coherent-cache.js';
import { LastKnownGoodStore } from './last-known-good/last-known-good-store.js';
import type { ChangeFeedPoller } from './feed/change-feed-poller.js';

const healthy: HealthCheckResult = { status: 'ok', detail: null };

/** Says how the cache is doing: to those who watch the metrics, and to readiness. */
@Injectable()
export class CacheTelemetry {
  constructor(
    private readonly cache: CoherentCache,
    bus: ChangeBus,
    lastKnownGood: LastKnownGoodStore,
    @Optional() metrics?: Metrics,
    @Optional() checks?: HealthChecks,
  ) {
    if (metrics !== undefined) registerMetrics(metrics, { cache, bus, lastKnownGood });
    checks?.register('cache', () => Promise.resolve(this.health()));
  }

  private health(): HealthCheckResult {
    const { isUp, isLive, isInDoubt } = this.cache.state;
    if (!isUp)
      return degraded('The database is away: what is held, or was last known to be good, is served.');
    if (!isLive) return degraded('The change feed cannot be read: what is held may be stale.');
    if (isInDoubt) return degraded('Redis is away: changes of other replicas are found within two seconds.');
    return healthy;
  }
}

interface TelemetrySources {
  readonly cache: CoherentCache;
  readonly bus: ChangeBus;
  readonly lastKnownGood: LastKnownGoodStore;
}

function registerMetrics(metrics: Metrics, { cache, bus, lastKnownGood }: TelemetrySources): void {
  registerRegionMetrics(metrics, cache);
  registerStateMetrics(metrics, cache);
  if (cache.feedPoller !== null) registerFeedMetrics(metrics, cache.feedPoller);
  registerEventCounters(
    metrics,
    { name: 'cache_bus_total', help: 'What the bus between replicas did' },
    bus.counters,
  );
  registerEventCounters(
    metrics,
    { name: 'cache_copies_total', help: 'Copies outside of the process, and what became of them' },
    lastKnownGood.counters,
  );
}

function registerRegionMetrics(metrics: Metrics, cache: CoherentCache): void {
  const labels = ['kind'];
  const countsOf = (count: 'entries' | 'lastKnownGood' | 'loads') => () =>
    [...cache.state.parts].map(({ kind, counts }) => [{ kind }, counts[count]] as const);
  metrics.observableGauge(
    { name: 'cache_entries', help: 'Entries held, by kind', labels },
    countsOf('entries'),
  );
  const lastKnownGoodGauge = {
    name: 'cache_stand_ins',
    help: 'Entries held as they were last known to be good, by kind: copies in the place of a database that is away',
    labels,
  };
  metrics.observableGauge(lastKnownGoodGauge, countsOf('lastKnownGood'));
  metrics.observableCounter(
    { name: 'cache_loads_total', help: 'Queries made to load entries, by kind', labels },
    countsOf('loads'),
  );
}

function registerStateMetrics(metrics: Metrics, cache: CoherentCache): void {
  const liveGauge = {
    name: 'cache_live',
    help: 'Whether what is held is known to be current: 1, or 0 for stale',
  };
  metrics.observableGauge(liveGauge, () => [[{}, Number(cache.state.isLive)]]);
  const busDegradedGauge = {
    name: 'cache_bus_in_doubt',
    help: 'Whether messages of other replicas may be lost: 1, else 0',
  };
  metrics.observableGauge(busDegradedGauge, () => [[{}, Number(cache.state.isInDoubt)]]);
}

function registerFeedMetrics(metrics: Metrics, { counters, lastReading }: ChangeFeedPoller): void {
  const events = { name: 'cache_feed_total', help: 'Readings of the change feed, and what came of them' };
  registerEventCounters(metrics, events, counters);
  const pinnedGauge = {
    name: 'cache_feed_pinned_transactions',
    help: 'Transactions since the oldest that still runs, anywhere in the cluster; many mean that somebody forgot to commit',
  };
  metrics.observableGauge(pinnedGauge, () => [[{}, lastReading.pinned]]);
}

/** One series for each of the counters. */
function registerEventCounters(metrics: Metrics, form: MetricOptions, counters: object): void {
  metrics.observableCounter({ ...form, labels: ['event'] }, () =>
    Object.entries(counters).map(([event, count]: [string, number]) => [{ event }, count] as const),
  );
}

function degraded(detail: string): HealthCheckResult {
  return { status: 'degraded', detail };
}
