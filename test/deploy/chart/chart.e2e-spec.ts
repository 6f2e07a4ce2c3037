import { readdirSync } from 'node:fs';
import { join } from 'node:path';
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
    const { isOk, output } = runHelm('lint', '--strict', '--quiet', chartFolder, ...args);
    expect(isOk ? '' : output).toBe('');
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
