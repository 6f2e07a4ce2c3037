import { Metrics } from '#telemetry';
import type { AccessLogEntry } from './access-log-entry.js';
import { RequestMetrics } from './request-metrics.js';

const anEntry = (entry: Partial<AccessLogEntry> = {}): AccessLogEntry => ({
  id: '1',
  method: 'GET',
  principal: undefined,
  route: '/things',
  status: 200,
  ms: 3,
  isDisconnected: false,
  traceId: undefined,
  logFields: undefined,
  ...entry,
});

describe('RequestMetrics', () => {
  it('counts responses by route and exact status, and their time by class of status', async () => {
    const metrics = new Metrics();
    const requests = new RequestMetrics(metrics);
    requests.record(anEntry());
    requests.record(anEntry());
    requests.record(anEntry({ status: 304, ms: 0.1 }));
    requests.record(anEntry({ status: 404, route: '/things/:id' }));
    const text = await metrics.toPrometheusText();
    for (const line of [
      'attune_http_requests_total{method="GET",route="/things",status="200"} 2',
      'attune_http_requests_total{method="GET",route="/things",status="304"} 1',
      'attune_http_requests_total{method="GET",route="/things/:id",status="404"} 1',
      'attune_http_request_duration_seconds_bucket{le="0.001",method="GET",route="/things",status="2xx"} 0',
      'attune_http_request_duration_seconds_bucket{le="0.005",method="GET",route="/things",status="2xx"} 2',
      'attune_http_request_duration_seconds_bucket{le="0.001",method="GET",route="/things",status="3xx"} 1',
    ])
      expect(text).toContain(`${line}\n`);
  });

  it('counts paths without a route and methods that nobody uses together, so that clients cannot add series', async () => {
    const metrics = new Metrics();
    const requests = new RequestMetrics(metrics);
    for (const method of ['PROPFIND', 'MKCOL', '-'])
      requests.record(anEntry({ route: null, status: 404, method }));
    const text = await metrics.toPrometheusText();
    expect(text).toContain(
      'attune_http_request_duration_seconds_count{method="other",route="none",status="4xx"} 3',
    );
    expect(text.match(/^attune_http_requests_total\{/gm)).toHaveLength(1);
    expect(text).toContain('attune_http_requests_total{method="other",route="none",status="404"} 3');
  });

  it('keeps the trace of a request as the exemplar of its bucket, for those who ask for OpenMetrics', async () => {
    const metrics = new Metrics();
    new RequestMetrics(metrics).record(anEntry({ traceId: 'a'.repeat(32) }));
    const { text } = await metrics.scrape('application/openmetrics-text');
    expect(text).toMatch(/_bucket\{le="0\.005",.*\} 1 # \{trace_id="a{32}"\} 0\.003 \d+(\.\d+)?$/m);
    expect(text).toMatch(/^# TYPE attune_http_requests counter$/m);
    expect(text.endsWith('# EOF\n')).toBe(true);
    expect(await metrics.toPrometheusText()).not.toContain('trace_id');
  });
});
