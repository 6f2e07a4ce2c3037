import { Injectable, Optional } from '@nestjs/common';
import { type CheckResult, HealthChecks, type MetricForm, Metrics } from '#telemetry';
import { ChangeBus } from './bus/change-bus.js';
import { CoherentCache } from './coherent-cache.js';
import { Copies } from './copies/copies.js';
import type { CatchUp } from './feed/catch-up.js';

const good: CheckResult = { status: 'ok', detail: null };

/** Says how the cache is doing: to those who watch the metrics, and to readiness. */
@Injectable()
export class CacheReport {
  constructor(
    private readonly cache: CoherentCache,
    bus: ChangeBus,
    copies: Copies,
    @Optional() metrics?: Metrics,
    @Optional() checks?: HealthChecks,
  ) {
    if (metrics !== undefined) publish(metrics, { cache, bus, copies });
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
}

interface Reported {
  readonly cache: CoherentCache;
  readonly bus: ChangeBus;
  readonly copies: Copies;
}

function publish(metrics: Metrics, { cache, bus, copies }: Reported): void {
  publishParts(metrics, cache);
  publishState(metrics, cache);
  if (cache.catchUp !== null) publishFeed(metrics, cache.catchUp);
  publishEvents(
    metrics,
    { name: 'cache_bus_total', help: 'What the bus between replicas did' },
    bus.counters,
  );
  publishEvents(
    metrics,
    { name: 'cache_copies_total', help: 'Copies outside of the process, and what became of them' },
    copies.counters,
  );
}

function publishParts(metrics: Metrics, cache: CoherentCache): void {
  const labels = ['kind'];
  const each = (count: 'entries' | 'copies' | 'loads') => () =>
    [...cache.state.parts].map(({ kind, counts }) => [{ kind }, counts[count]] as const);
  metrics.watch({ name: 'cache_entries', help: 'Entries held, by kind', labels }, each('entries'));
  const standIns = {
    name: 'cache_stand_ins',
    help: 'Entries held as they were last known to be good, by kind: copies in the place of a database that is away',
    labels,
  };
  metrics.watch(standIns, each('copies'));
  metrics.counted(
    { name: 'cache_loads_total', help: 'Queries made to load entries, by kind', labels },
    each('loads'),
  );
}

function publishState(metrics: Metrics, cache: CoherentCache): void {
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
}

function publishFeed(metrics: Metrics, { counters, last }: CatchUp): void {
  const events = { name: 'cache_feed_total', help: 'Readings of the change feed, and what came of them' };
  publishEvents(metrics, events, counters);
  const pinned = {
    name: 'cache_feed_pinned_transactions',
    help: 'Transactions since the oldest that still runs, anywhere in the cluster; many mean that somebody forgot to commit',
  };
  metrics.watch(pinned, () => [[{}, last.pinned]]);
}

/** One series for each of the counters. */
function publishEvents(metrics: Metrics, form: MetricForm, counters: object): void {
  metrics.counted({ ...form, labels: ['event'] }, () =>
    Object.entries(counters).map(([event, count]: [string, number]) => [{ event }, count] as const),
  );
}

function degraded(detail: string): CheckResult {
  return { status: 'degraded', detail };
}
