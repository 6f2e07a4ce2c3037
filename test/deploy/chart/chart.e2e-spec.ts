import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { chartFolder, renderChart, runHelm } from './helm.js';
import { findObject, podsOf } from './kubernetes-object.js';
import { policies } from './policies.js';
import { validateObject } from './validate-object.js';

/** Values that people use, which `helm` and these tests try: deploy/chart/ci. */
const valueFiles = readdirSync(join(chartFolder, 'ci')).map((name) => join(chartFolder, 'ci', name));
const cases: [name: string, args: string[]][] = [
  ['the default values', []],
  ...valueFiles.map((file): [string, string[]] => [file.split('/').at(-1)!, ['--values', file]]),
];

describe('deploy/chart', () => {
  it.each(cases)('passes helm lint --strict with %s', (_name, args) => {
    const { isOk, stdout, stderr } = runHelm('lint', '--strict', '--quiet', chartFolder, ...args);
    expect(isOk ? '' : stdout + stderr).toBe('');
  });

  it.each(cases)(
    'renders with %s only objects that Kubernetes accepts and that keep every policy',
    (_name, args) => {
      const objects = renderChart(...args);
      expect(objects.flatMap(validateObject)).toEqual([]);
      const violations = policies.flatMap(({ title, find }) =>
        find(objects).map((what) => `${title}: ${what}`),
      );
      expect(violations).toEqual([]);
    },
  );

  it.each(policies.map((policy) => [policy.title, policy] as const))(
    'has a policy that notices its breaking: %s',
    (_title, policy) => {
      const objects = renderChart('--set', 'serviceMonitor.enabled=true');
      expect(policy.find(objects)).toEqual([]);
      policy.break(objects);
      expect(policy.find(objects)).not.toEqual([]);
    },
  );

  it('brings the alert rules and the dashboard that are tested against a running service', () => {
    const objects = renderChart('--set', 'prometheusRule.enabled=true,dashboard.enabled=true');
    const readFile = (path: string): string => readFileSync(join(chartFolder, '..', path), 'utf8');
    expect(findObject(objects, 'PrometheusRule').spec).toEqual(parse(readFile('prometheus/rules.yml')));
    const dashboard = objects.find(({ metadata }) => metadata.name === 'shop-attune-dashboard');
    expect(dashboard?.data).toEqual({ 'attune.json': readFile('grafana/dashboard.json') });
    expect(dashboard?.metadata.labels).toMatchObject({ grafana_dashboard: '1' });
  });

  it('the chart gives what Prometheus reads the job that the alert rules ask for', () => {
    const { endpoints } = findObject(renderChart('--set', 'serviceMonitor.enabled=true'), 'ServiceMonitor')
      .spec as unknown as { endpoints: { relabelings: object[] }[] };
    expect(endpoints.map(({ relabelings }) => relabelings)).toEqual([
      [{ targetLabel: 'job', replacement: 'attune' }],
    ]);
  });

  it('would not be rendered with a member that Kubernetes does not know, or with a wrong type', () => {
    const deployment = findObject(renderChart(), 'Deployment');
    Object.assign(podsOf([deployment])[0]!.spec, { terminationGracePeriod: 333 });
    expect(validateObject(deployment)).toEqual([
      'apps/v1 Deployment: /spec/template/spec/terminationGracePeriod is unknown',
    ]);
    Object.assign(deployment.spec, { replicas: '3' });
    expect(validateObject(deployment)).toEqual(['apps/v1 Deployment: data/spec/replicas must be integer']);
  });
});
