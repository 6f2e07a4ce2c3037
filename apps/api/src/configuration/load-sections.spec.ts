import { inspect } from 'node:util';
import { EnvironmentError, type Variables } from '#kernel';
import { apiConfig } from './api.config.js';
import { isSecretVariable, loadSections } from './load-sections.js';

function errorsOf(variables: Variables): readonly string[] {
  try {
    loadSections(variables);
    return [];
  } catch (error) {
    if (error instanceof EnvironmentError) return error.errors;
    throw error;
  }
}

describe('loadSections', () => {
  it('needs no variable at all', () => {
    expect(errorsOf({})).toEqual([]);
  });

  it('binds each section to the given variables and to its own token', () => {
    const [api] = loadSections({ PORT: '8080' });
    expect(api).toHaveProperty('KEY', apiConfig.KEY);
    expect(api!()).toMatchObject({ port: 8080, managementPort: null, logLevel: 'info' });
  });

  it.each([
    [{ MANAGEMENT_PORT: '9090' }],
    [{ LOG_LEVEL: 'debug' }],
    [{ SHUTDOWN_DRAIN_MS: '0' }],
    [{ TRUSTED_PROXIES: 'none', CORS_ORIGINS: '' }],
    [{ TRUSTED_PROXIES: 'uniquelocal, 10.1.2.3,192.168.0.0/16, fd00::/8,::1' }],
    [{ CORS_ORIGINS: 'https://app.example, http://localhost:5173' }],
    [{ PUBLIC_URL: 'https://attune.example' }],
    [{ PUBLIC_URL: 'http://localhost:3000/' }],
    [{ PUBLIC_URL: 'https://tools.example/attune' }],
    [{ METRICS_TOKEN: 'x'.repeat(16) }],
    [{ ATTUNE_URL: 'https://attune.example', ATTUNE_API_KEY: 'atn_key' }],
    [{ ATTUNE_FOO: '', DEFAULT_FOO: ' ' }],
    [{ HOME: '/root', NODE_ENV: 'production' }],
    [
      {
        ATTUNE_SERVICE_HOST: '10.0.0.5',
        ATTUNE_SERVICE_PORT: '3000',
        ATTUNE_SERVICE_PORT_HTTP: '3000',
        ATTUNE_PORT: 'tcp://10.0.0.5:3000',
        ATTUNE_PORT_3000_TCP: 'tcp://10.0.0.5:3000',
        ATTUNE_PORT_3000_TCP_ADDR: '10.0.0.5',
        ATTUNE_API_SERVICE_HOST: '10.0.0.6',
        DEFAULT_HTTP_BACKEND_SERVICE_HOST: '10.0.0.7',
        DEFAULT_HTTP_BACKEND_PORT: 'tcp://10.0.0.7:80',
        MANAGEMENT_PORT: 'tcp://10.0.0.8:9090',
      },
    ],
    [{ ATTUNE_NAME: '/web/attune', ATTUNE_ENV_NODE_VERSION: '24' }],
  ])('accepts %j', (variables: Record<string, string>) => {
    expect(errorsOf(variables)).toEqual([]);
  });

  it.each([
    [{ PORT: '65536' }, 'PORT must be a whole number from 0 to 65535, not "65536".'],
    [{ MANAGEMENT_PORT: '0' }, 'MANAGEMENT_PORT must be a whole number from 1 to 65535, not "0".'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be one of debug, info, warn, error, not "loud".'],
    [{ SHUTDOWN_DRAIN_MS: '1s' }, 'SHUTDOWN_DRAIN_MS must be a whole number from 0 to 600000, not "1s".'],
    [{ METRICS_TOKEN: 'short' }, 'METRICS_TOKEN must have at least 16 bytes.'],
    ...['nginx', '10.0.0.0/33', 'none,loopback', '10.0.0.0/8/8', ',', '*', '10.0.0.0/'].map(
      (text): [Record<string, string>, string] => [
        { TRUSTED_PROXIES: text },
        `TRUSTED_PROXIES must be a list of addresses, networks such as 10.0.0.0/8, loopback, linklocal, uniquelocal, separated by commas; "${text.split(',')[0]}" is none of them.`,
      ],
    ),
    ...[
      '*',
      'https://*.example',
      'app.example',
      'https://app.example/',
      'https://APP.example',
      'ftp://app.example',
      'null',
    ].map((text): [Record<string, string>, string] => [
      { CORS_ORIGINS: text },
      `CORS_ORIGINS must be a list of origins such as https://app.example, without a path, separated by commas; "${text}" is none of them.`,
    ]),
    ...[
      'attune.example',
      'ftp://attune.example',
      'https://me@attune.example',
      'https://attune.example?a=1',
      'https://attune.example/#top',
    ].map((text): [Record<string, string>, string] => [
      { PUBLIC_URL: text },
      'PUBLIC_URL must be a URL such as https://attune.example, without user, query and fragment.',
    ]),
    [{ ATTUNE_URL: 'a.example' }, 'ATTUNE_URL must be a URL that starts with http:// or https://.'],
    [{ ATTUNE_DEMOS: 'true' }, 'ATTUNE_DEMOS is not a variable of Attune.'],
    [{ ATTUNE_PORT: '3000' }, 'ATTUNE_PORT is not a variable of Attune.'],
    [
      { PORT: '8080', MANAGEMENT_PORT: '8080' },
      'MANAGEMENT_PORT and PORT are the same; the management port is another one.',
    ],
  ])('refuses %j', (variables: Record<string, string>, error) => {
    expect(errorsOf(variables)).toEqual([error]);
  });

  it('reports the errors of all sections in one error', () => {
    const errors = errorsOf({
      PORT: 'x',
      DATABASE_URL: 'x',
      REDIS_URL: 'x',
      EGRESS_ALLOW: 'x/y',
      JWT_ISSUER: 'i',
      DEFAULT_X: '1',
      QUERY_DEADLINE_MS: 'x',
      RERANKER: 'x',
      ATTUNE_X: '1',
    });
    expect(errors.map((error) => /^\w+/.exec(error)![0])).toEqual([
      'ATTUNE_X',
      'PORT',
      'DATABASE_URL',
      'REDIS_URL',
      'EGRESS_ALLOW',
      'JWT_ISSUER',
      'DEFAULT_X',
      'QUERY_DEADLINE_MS',
      'RERANKER',
    ]);
  });

  it('returns sections that show no secret when they are printed', () => {
    const sections = loadSections({
      OPENAI_API_KEY: 'hush',
      JWT_SECRET: `hush${'x'.repeat(32)}`,
      DATABASE_URL: 'postgres://app:hush@db/attune',
      REDIS_URL: 'redis://:hush@r',
      LAUNCHDARKLY_SDK_KEY: 'hush',
      HTTPS_PROXY: 'http://user:hush@proxy:3128',
      METRICS_TOKEN: `hush${'x'.repeat(16)}`,
      HOST_TOKEN: 'hush',
    }).map((section) => section());
    expect(
      [inspect(sections, { depth: 9, showHidden: true }), JSON.stringify(sections)].join(),
    ).not.toContain('hush');
  });
});

describe('isSecretVariable', () => {
  it.each([
    ['JWT_SECRET', {}, true],
    ['OTEL_EXPORTER_OTLP_HEADERS', {}, true],
    ['MODEL_KEY_VLLM', {}, true],
    ['VLLM_TOKEN', { MODEL_API_KEYS: 'VLLM_TOKEN' }, true],
    ['VLLM_TOKEN', {}, false],
    ['SSL_CERT', {}, false],
    ['PORT', { MODEL_API_KEYS: 'not a list' }, false],
  ])('says whether %s can be a file with %j: %s', (name, variables, expected) => {
    expect(isSecretVariable(name, variables)).toBe(expected);
  });
});
