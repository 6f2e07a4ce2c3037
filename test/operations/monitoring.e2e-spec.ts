import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, runAmtool, runPromtool, runPromtoolOn, testRedisUrl, waitFor } from '#testing';
import { useTestApp } from '../app/test-app.js';
import {
  dashboardExpressions,
  prometheusFolder,
  readDashboard,
  readReceivers,
  readRuleTests,
  readRules,
} from './monitoring-files.js';
import { parseScrape, selectorsIn } from './promql.js';

const rules = readRules();
const alerts = rules.filter(({ alert }) => alert !== undefined);
const expressions = [...rules.map(({ expr }) => expr), ...dashboardExpressions()];
/** What Prometheus adds to every series, and what others measure. */
const addedLabels = ['instance', 'job'];
const foreignMetrics = ['up', 'ALERTS', 'probe_ssl_earliest_cert_expiry'];
const prometheusFile = (name: string) => join(prometheusFolder, name);

describe('the alert rules', () => {
  it.each([
    ['check rules accepts them', ['check', 'rules', prometheusFile('rules.yml')]],
    [
      'check config accepts the example that loads them',
      ['check', 'config', prometheusFile('prometheus.yml')],
    ],
    ['test rules fires and silences each of them', ['test', 'rules', prometheusFile('rules.test.yml')]],
  ])('promtool %s', (_what, args) => {
    const { status, output } = runPromtool(...args);
    expect(status === 0 ? '' : output).toBe('');
  });

  it.each(alerts.map(({ alert }) => alert!))('%s fires in one test and stays silent in another', (alert) => {
    const tests = readRuleTests().flatMap((test) => test.alert_rule_test);
    const counts = tests
      .filter(({ alertname }) => alertname === alert)
      .map((test) => test.exp_alerts.length > 0);
    expect(counts.toSorted()).toEqual([false, true]);
  });

  it.each(alerts.map(({ alert, ...rest }) => [alert!, rest] as const))(
    '%s has a severity, a summary, a description and a runbook',
    (_alert, { labels, annotations }) => {
      expect(['critical', 'warning']).toContain(labels?.['severity']);
      expect(annotations?.['summary']).toMatch(/\S/);
      expect(annotations?.['description']).toMatch(/\.$/);
      const page = annotations?.['runbook_url']?.split('/').at(-1);
      expect(existsSync(join(projectRoot, `docs/runbooks/alerts/${page}.md`))).toBe(true);
    },
  );

  it.each(alerts.map(({ alert }) => alert!))('%s is explained on its page', (alert) => {
    const page = alerts
      .find((one) => one.alert === alert)!
      .annotations!['runbook_url']!.split('/')
      .at(-1);
    expect(readFileSync(join(projectRoot, `docs/runbooks/alerts/${page}.md`), 'utf8')).toContain(
      `\`${alert}\``,
    );
  });
});

describe('the example for Alertmanager', () => {
  it('passes amtool check-config', () => {
    expect(runAmtool('check-config', prometheusFile('alertmanager.yml'))).toMatchObject({ status: 0 });
  });

  it.each([
    ['critical', 'on-call'],
    ['warning', 'team'],
  ])('sends alerts of the severity %s to %s', (severity, receiver) => {
    const file = `--config.file=${prometheusFile('alertmanager.yml')}`;
    const verify = `--verify.receivers=${receiver}`;
    const { status, output } = runAmtool('config', 'routes', 'test', file, verify, `severity=${severity}`);
    expect(status === 0 ? '' : output).toBe('');
    expect(readReceivers()).toContain(receiver);
  });
});

describe('the dashboard', () => {
  it('explains every panel, and begins with a row for a promise', () => {
    const { uid, panels } = readDashboard();
    expect(uid).toBe('attune');
    expect(panels[0]!.type).toBe('row');
    const graphs = panels.filter(({ type }) => type !== 'row');
    expect(graphs.length).toBeGreaterThan(20);
    expect(graphs.filter(({ description }) => !description).map(({ title }) => title)).toEqual([]);
  });
});

describe('what a running service measures', () => {
  const app = useTestApp('tenant', async () => ({ REDIS_URL: testRedisUrl() }));
  let scrape: string;

  beforeAll(async () => {
    const { member, admin } = await app.createTenant();
    await admin.patch('/v1/config', { temperature: 0.1 });
    await admin.patch('/v1/config', { temperature: 9 });
    await member.post('/v1/query', { question: 'When is the rent due?' });
    scrape = await waitFor(async () => {
      const { body } = await app.platform.get<string>('/metrics');
      return body.includes('route="/v1/query"') ? body : null;
    });
  });

  it('has every metric and label that rules and dashboard read', () => {
    const metrics = parseScrape(scrape);
    const recorded = rules.flatMap(({ record }) => record ?? []);
    const own = expressions.flatMap(selectorsIn).filter(({ metric }) => !foreignMetrics.includes(metric));
    expect(own.length).toBeGreaterThan(60);
    expect(own.filter(({ metric }) => !metrics.has(metric) && !recorded.includes(metric))).toEqual([]);
    const unknownLabels = own.flatMap(({ metric, labels }) => {
      const known = metrics.get(metric) ?? new Set();
      return known.size === 0
        ? []
        : labels
            .filter((label) => !known.has(label) && !addedLabels.includes(label))
            .map((label) => ({ metric, label }));
    });
    expect(unknownLabels).toEqual([]);
  });

  it('passes promtool check metrics, but for names that were promised before', () => {
    const { output } = runPromtoolOn(scrape, 'check', 'metrics');
    const findings = output.split('\n').filter((line) => line.startsWith('attune_'));
    expect(findings).toEqual([]);
  });

  it('names no tenant in the metrics that begin with attune_', () => {
    const lines = scrape.split('\n').filter((line) => line.startsWith('attune_'));
    expect(lines.filter((line) => /tenant_id=|"tenant-1"/.test(line))).toEqual([]);
    expect(scrape).toContain('config_updates_total{tenant_id="tenant-1"}');
  });

  it('counts a query with its stages, its tokens and its request', () => {
    for (const line of [
      'attune_queries_total{mode="whole",outcome="answered",fallback="false"} 1',
      'attune_query_stage_seconds_count{stage="retrieve"} 1',
      'attune_query_seconds_count{mode="whole",outcome="answered"} 1',
      'attune_http_requests_total{method="POST",route="/v1/query",status="200"} 1',
      'attune_http_request_duration_seconds_count{method="PATCH",route="/v1/config",status="4xx"} 1',
    ])
      expect(scrape).toContain(`\n${line}\n`);
  });

  it('says in docs/reference/metrics.md what each metric means, in the same words', () => {
    const page = readFileSync(join(projectRoot, 'docs/reference/metrics.md'), 'utf8');
    const own = [...scrape.matchAll(/^# HELP (\S+) (.+)$/gm)].filter(
      ([, name]) => !/^(process|nodejs)_/.test(name!),
    );
    const missing = own.filter(([, name, help]) => !page.includes(`\`${name}\``) || !page.includes(help!));
    expect(missing.map(([, name]) => name)).toEqual([]);
    const documented = [...page.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name!);
    expect(documented.filter((name) => !own.some(([, known]) => known === name))).toEqual([]);
  });

  it('answers in OpenMetrics when Prometheus asks for it', async () => {
    const response = await fetch(`${app.replica.url}/metrics`, {
      headers: {
        authorization: `Bearer ${app.replica.platformKey}`,
        accept: 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5',
      },
    });
    expect(response.headers.get('content-type')).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
    const body = await response.text();
    expect(body).toMatch(/^# TYPE attune_queries counter$/m);
    expect(body).toMatch(/^attune_queries_total\{/m);
    expect(body.endsWith('\n# EOF\n')).toBe(true);
  });
});
