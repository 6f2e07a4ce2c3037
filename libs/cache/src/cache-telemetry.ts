import { Injectable, Optional } from '@nestjs/common';
import { type HealthCheckResult, HealthChecks, type MetricOptions, Metrics } from '#telemetry';
import { ChangeBus } from './bus/change-bus.js';
import { RedisBus } from './bus/redis-bus.js';
import { CoherentCache } from './coherent-cache.js';
import { LastKnownGoodStore } from './last-known-good/last-known-good-store.js';
import type { ChangeFeedPoller } from './feed/change-feed-poller.js';

const healthy: HealthCheckResult = { status: 'ok', detail: null };

/** Reports the state of the cache as metrics and to the readiness check. */
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
    if (bus instanceof RedisBus) checks?.register('redis', () => Promise.resolve(redisHealth(bus)));
  }

  private health(): HealthCheckResult {
    const { isUp, isLive, isBusDegraded } = this.cache.state;
    if (!isUp)
      return degraded('The database is down: reads return cached entries or last-known-good copies.');
    if (!isLive) return degraded('The change feed cannot be read: cached entries may be stale.');
    if (isBusDegraded)
      return degraded('Redis is down: changes of other replicas are found within two seconds.');
    return healthy;
  }
}

function redisHealth({ state }: RedisBus): HealthCheckResult {
  return state === 'connected' ? healthy : degraded('This replica receives no messages from it.');
}

interface TelemetrySources {
  readonly cache: CoherentCache;
  readonly bus: ChangeBus;
  readonly lastKnownGood: LastKnownGoodStore;
}

function registerMetrics(metrics: Metrics, { cache, bus, lastKnownGood }: TelemetrySources): void {
  registerRegionMetrics(metrics, cache);
  registerStateMetrics(metrics, cache);
  registerVisibility(metrics, cache);
  if (cache.feedPoller !== null) registerFeedMetrics(metrics, cache.feedPoller);
  registerEventCounters(
    metrics,
    { name: 'cache_bus_total', help: 'Events of the message bus between replicas' },
    bus.counters,
  );
  registerEventCounters(
    metrics,
    { name: 'cache_copies_total', help: 'Last-known-good copies in Redis, by what happened to them' },
    lastKnownGood.counters,
  );
}

function registerRegionMetrics(metrics: Metrics, cache: CoherentCache): void {
  const labels = ['kind'];
  const countsOf = (count: 'entries' | 'lastKnownGood' | 'loads') => () =>
    [...cache.state.regions].map(({ kind, counts }) => [{ kind }, counts[count]] as const);
  metrics.observableGauge(
    { name: 'cache_entries', help: 'Cached entries, by kind', labels },
    countsOf('entries'),
  );
  const lastKnownGoodGauge = {
    name: 'cache_stand_ins',
    help: 'Cached entries that are last-known-good copies, used while the database is down, by kind',
    labels,
  };
  metrics.observableGauge(lastKnownGoodGauge, countsOf('lastKnownGood'));
  metrics.observableCounter(
    { name: 'cache_loads_total', help: 'Queries that load entries, by kind', labels },
    countsOf('loads'),
  );
}

function registerStateMetrics(metrics: Metrics, cache: CoherentCache): void {
  const liveGauge = {
    name: 'cache_live',
    help: '1 if cached entries are known to be current, 0 if they may be stale',
  };
  metrics.observableGauge(liveGauge, () => [[{}, Number(cache.state.isLive)]]);
  const busDegradedGauge = {
    name: 'cache_bus_in_doubt',
    help: '1 while messages of other replicas may be lost, else 0',
  };
  metrics.observableGauge(busDegradedGauge, () => [[{}, Number(cache.state.isBusDegraded)]]);
}

function registerFeedMetrics(metrics: Metrics, { counters, lastReading }: ChangeFeedPoller): void {
  const ageGauge = {
    name: 'attune_change_feed_age_seconds',
    help: 'Time since this replica read the change feed to its end. It does so every two seconds; much more means that its settings may be outdated',
  };
  metrics.observableGauge(ageGauge, () =>
    lastReading.at === null ? [] : [[{}, Math.max(0, (Date.now() - lastReading.at) / 1000)]],
  );
  const events = { name: 'cache_feed_total', help: 'Reads of the change feed, by result' };
  registerEventCounters(metrics, events, counters);
  const pinnedGauge = {
    name: 'cache_feed_pinned_transactions',
    help: 'Transactions that started after the oldest one still running in the cluster; many mean that a transaction was left open',
  };
  metrics.observableGauge(pinnedGauge, () => [[{}, lastReading.pinned]]);
}

/** From a commit to the moment at which this replica returns nothing older, for changes of other replicas. */
function registerVisibility(metrics: Metrics, cache: CoherentCache): void {
  const seconds = metrics.histogram({
    name: 'attune_change_visible_seconds',
    help: 'Time from the commit of a change on another replica until this replica knows it, by how it found out: a message over Redis, or the change feed. By the clocks of both machines',
    labels: ['found_by'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  });
  const series = {
    message: seconds.series({ found_by: 'message' }),
    feed: seconds.series({ found_by: 'feed' }),
  };
  cache.onVisible = (ageMs, foundBy) => series[foundBy].observe(ageMs / 1000);
}

/** One series for each counter. */
function registerEventCounters(metrics: Metrics, form: MetricOptions, counters: object): void {
  metrics.observableCounter({ ...form, labels: ['event'] }, () =>
    Object.entries(counters).map(([event, count]: [string, number]) => [{ event }, count] as const),
  );
}

function degraded(detail: string): HealthCheckResult {
  return { status: 'degraded', detail };
}
