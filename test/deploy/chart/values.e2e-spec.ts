import { renderChart } from './helm.js';
import { type KubernetesObject, findObject, podsOf } from './kubernetes-object.js';

function renderWith(values: object): KubernetesObject[] {
  return renderChart(
    ...Object.entries(values).flatMap(([key, value]) => ['--set-json', `${key}=${JSON.stringify(value)}`]),
  );
}

function refusalOf(values: object): string {
  try {
    renderWith(values);
    return 'none';
  } catch (error) {
    return (error as Error).message;
  }
}

function podOf(values: object) {
  return podsOf([findObject(renderWith(values), 'Deployment')])[0]!.spec;
}

describe('deploy/chart', () => {
  it('passes the numbers and texts of config to the pods as they were written', () => {
    const { data } = findObject(
      renderWith({
        config: {
          STREAM_DEADLINE_MS: 3_600_000,
          DEFAULT_TEMPERATURE: 0.2,
          ATTUNE_DEMO: false,
          CORS_ORIGINS: 'https://a.example',
        },
      }),
      'ConfigMap',
    );
    expect(data).toMatchObject({
      STREAM_DEADLINE_MS: '3600000',
      DEFAULT_TEMPERATURE: '0.2',
      ATTUNE_DEMO: 'false',
      CORS_ORIGINS: 'https://a.example',
    });
  });

  it('lets a pod end its longest stream, however long that is', () => {
    const graceOf = (values: object) => podOf(values).terminationGracePeriodSeconds;
    expect(graceOf({})).toBe(5 + 8 + 300 + 20);
    expect(graceOf({ 'config.STREAM_DEADLINE_MS': 600_000 })).toBe(5 + 8 + 600 + 20);
    expect(graceOf({ preStopSeconds: 30, 'config.SHUTDOWN_DRAIN_MS': 20_500 })).toBe(30 + 21 + 300 + 20);
    expect(graceOf({ terminationGracePeriodSeconds: 900 })).toBe(900);
  });

  it('restarts the pods when a variable changes, and only then', () => {
    const checksumOf = (values: object) =>
      findObject(renderWith(values), 'Deployment').spec.template?.metadata.annotations?.['checksum/config'];
    expect(checksumOf({ 'config.LOG_LEVEL': 'debug' })).not.toBe(checksumOf({}));
    expect(checksumOf({ replicaCount: 5 })).toBe(checksumOf({}));
  });

  it('keeps the time limit of an Ingress above that of a query', () => {
    const timeoutOf = (values: object) =>
      findObject(renderWith({ 'ingress.enabled': true, ...values }), 'Ingress').metadata.annotations?.[
        'nginx.ingress.kubernetes.io/proxy-read-timeout'
      ];
    expect(timeoutOf({})).toBe('60');
    expect(timeoutOf({ 'config.QUERY_DEADLINE_MS': 600_000 })).toBe('630');
  });

  it.each([
    ['a misspelt value', { replicaCounts: 2 }, 'replicaCounts'],
    ['a misspelt variable', { 'config.SHUTDOWN_DRAIN': 1 }, 'SHUTDOWN_DRAIN'],
    ['a secret among the variables', { 'config.OPENAI_API_KEY': 'hush' }, 'OPENAI_API_KEY'],
    [
      'a password in place of the name of a Secret',
      { 'secrets.REDIS_URL': 'redis://:hush@redis' },
      'REDIS_URL',
    ],
    [
      'the owner’s login for the replicas',
      { 'secrets.MIGRATION_DATABASE_URL': { existingSecret: 'x' } },
      'MIGRATION_DATABASE_URL',
    ],
    [
      'several replicas without Redis',
      { 'secrets.REDIS_URL': null },
      'several replicas notify each other through Redis',
    ],
    ['no database', { 'secrets.DATABASE_URL': null }, 'secrets.DATABASE_URL is missing'],
    ['less time than a stream may take', { terminationGracePeriodSeconds: 60 }, 'must be at least 333'],
    ['a route without a gateway', { 'httpRoute.enabled': true }, 'httpRoute.parentRefs is missing'],
    ['two ways to migrate', { 'migration.mode': 'both' }, 'migration'],
  ])('refuses with a message: %s', (_what, values, message) => {
    expect(refusalOf(values)).toContain(message);
  });

  it.each([
    ['job', ['Job']],
    ['start', ['Deployment']],
    ['none', []],
  ])('migrates by the mode %s with the owner’s login in: %j', (mode, owners) => {
    const withOwner = podsOf(renderWith({ 'migration.mode': mode })).filter(({ spec }) =>
      JSON.stringify(spec).includes('MIGRATION_DATABASE_URL'),
    );
    expect(withOwner.map(({ name }) => name.split(' ')[0])).toEqual(owners);
  });
});
