import type { HistogramMetric, Labels, Metrics } from '#telemetry';
import type { AccessLogEntry } from './access-log-entry.js';

interface RouteSeries {
  readonly labels: Labels;
  count: number;
  readonly duration: ReturnType<HistogramMetric['series']>;
}

/** What has no route of its own: it is counted together, so that nobody can add series to the metrics. */
const unknownRoute = 'none';
const knownMethods: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
]);

/**
 * Counts responses by route and status. A prepared response takes microseconds, so its series is found by look-ups only, and a scrape
 * reads the counts.
 */
export class RequestMetrics {
  /** By route, method and status. */
  private readonly routes = new Map<string | null, Map<string, Map<number, RouteSeries>>>();
  private readonly durations: HistogramMetric;

  constructor(metrics: Metrics) {
    this.durations = metrics.histogram({
      name: 'attune_http_request_duration_seconds',
      help: 'Time from the headers of a request to the end of its response, by route and class of status. A stream counts with its whole length',
      labels: ['method', 'route', 'status'],
    });
    const total = {
      name: 'attune_http_requests_total',
      help: 'Responses by route and status. The route is its pattern, or none if there is no such route',
      labels: ['method', 'route', 'status'],
    };
    metrics.observableCounter(total, () => this.counts());
  }

  /** Counts one response. */
  record({ method, route, status, ms, traceId }: AccessLogEntry): void {
    const series =
      this.routes.get(route)?.get(method)?.get(status) ?? this.addSeries({ method, route, status });
    series.count += 1;
    series.duration.observe(ms / 1000, traceId);
  }

  private addSeries({
    method,
    route,
    status,
  }: Pick<AccessLogEntry, 'method' | 'route' | 'status'>): RouteSeries {
    const byMethod = this.routes.get(route) ?? new Map<string, Map<number, RouteSeries>>();
    const byStatus = byMethod.get(method) ?? new Map<number, RouteSeries>();
    this.routes.set(route, byMethod.set(method, byStatus));
    const labels = {
      method: knownMethods.has(method) ? method : 'other',
      route: route ?? unknownRoute,
      status: String(status),
    };
    const duration = this.durations.series({ ...labels, status: `${labels.status[0]}xx` });
    const series = { labels, count: 0, duration };
    byStatus.set(status, series);
    return series;
  }

  private *counts(): Generator<readonly [Labels, number]> {
    for (const byMethod of this.routes.values())
      for (const byStatus of byMethod.values())
        for (const { labels, count } of byStatus.values()) yield [labels, count];
  }
}
