import { Metrics } from './metrics.js';

const updates = { name: 'config_updates_total', help: 'Versions created', labels: ['tenant_id'] };

describe('Metrics', () => {
  it('returns counters, histograms and gauges in the text format of Prometheus', async () => {
    const metrics = new Metrics();
    metrics.counter(updates).add({ tenant_id: 'acme-law' }, 2);
    metrics.histogram({ name: 'load_seconds', help: 'Loads', buckets: [0.1, 1] }).observe(0.5);
    metrics.gauge({ name: 'replicas', help: 'Alive' }).set(3);
    const text = await metrics.toPrometheusText();
    expect(text).toContain(
      '# TYPE config_updates_total counter\nconfig_updates_total{tenant_id="acme-law"} 2',
    );
    expect(text).toContain('load_seconds_bucket{le="0.1"} 0\nload_seconds_bucket{le="1"} 1');
    expect(text).toContain('\nreplicas 3\n');
  });

  it('returns the same counter for a name that is declared twice', async () => {
    const metrics = new Metrics();
    metrics.counter(updates).add({ tenant_id: 'a' });
    metrics.counter(updates).add({ tenant_id: 'a' });
    expect(await metrics.toPrometheusText()).toContain('config_updates_total{tenant_id="a"} 2');
  });

  it('adds the deltas of an observable counter at each scrape', async () => {
    const metrics = new Metrics();
    let reads = 3;
    const form = { name: 'reads_total', help: 'Reads', labels: ['tenant_id'] };
    metrics.observableDeltaCounter(form, (add) => {
      add({ tenant_id: 'a' }, reads);
      reads = 0;
    });
    expect(await metrics.toPrometheusText()).toContain('reads_total{tenant_id="a"} 3');
    reads = 2;
    expect(await metrics.toPrometheusText()).toContain('reads_total{tenant_id="a"} 5');
  });

  it('returns the sum of the series of a counter, and 0 for a name that is not declared', async () => {
    const metrics = new Metrics();
    metrics.counter(updates).add({ tenant_id: 'a' }, 2);
    metrics.counter(updates).add({ tenant_id: 'b' }, 3);
    expect([await metrics.sumOf(updates.name), await metrics.sumOf('unknown')]).toEqual([5, 0]);
  });

  it('returns the bucket of a quantile, and null for no values or for one above all buckets', async () => {
    const metrics = new Metrics();
    const loads = metrics.histogram({ name: 'load_seconds', help: 'Loads', buckets: [0.1, 1] });
    expect(await metrics.quantileOf('load_seconds', 0.5)).toBeNull();
    for (const seconds of [0.05, 0.05, 0.5, 7]) loads.observe(seconds);
    const quantiles = [0.5, 0.75, 0.95].map((quantile) => metrics.quantileOf('load_seconds', quantile));
    expect(await Promise.all(quantiles)).toEqual([0.1, 1, null]);
  });

  it('shares nothing with another instance', async () => {
    new Metrics().counter(updates).add({ tenant_id: 'a' });
    expect(await new Metrics().toPrometheusText()).toBe('\n');
  });

  it('labels the first 200 tenants by name and the rest as other, in all metrics alike', async () => {
    const metrics = new Metrics();
    const count = metrics.counter(updates);
    for (let at = 1; at <= 300; at += 1) count.add({ tenant_id: `tenant-${at}` });
    metrics.counter({ ...updates, name: 'refusals_total' }).add({ tenant_id: 'tenant-201' });
    const text = await metrics.toPrometheusText();
    expect(text.match(/config_updates_total\{/g)).toHaveLength(201);
    expect(text).toContain('config_updates_total{tenant_id="tenant-200"} 1');
    expect(text).toContain('config_updates_total{tenant_id="other"} 100');
    expect(text).toContain('refusals_total{tenant_id="other"} 1');
  });

  it('reads an observable gauge at each scrape and removes series that are not returned', async () => {
    const metrics = new Metrics();
    let busy: [{ tenant_id: string }, number][] = [[{ tenant_id: 'a' }, 3]];
    metrics.observableGauge({ name: 'changes', help: 'Changes', labels: ['tenant_id'] }, () => busy);
    expect(await metrics.toPrometheusText()).toContain('changes{tenant_id="a"} 3');
    busy = [[{ tenant_id: 'b' }, 1]];
    const text = await metrics.toPrometheusText();
    expect(text).toContain('changes{tenant_id="b"} 1');
    expect(text).not.toContain('tenant_id="a"');
  });

  it('refuses a label that was not declared', () => {
    const count = new Metrics().counter(updates);
    expect(() => count.add({ tenant: 'a' })).toThrow('label');
  });

  it('includes the metrics of the process on request', async () => {
    const metrics = new Metrics();
    metrics.collectProcessMetrics();
    expect(await metrics.toPrometheusText()).toMatch(/^process_resident_memory_bytes \d+$/m);
  });
});
