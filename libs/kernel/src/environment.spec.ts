import { inspect } from 'node:util';
import { Environment, EnvironmentError } from './environment.js';

const settingNames = ['model_name', 'temperature'];

function faultsOf(variables: Record<string, string>): string[] {
  try {
    Environment.read(variables, settingNames);
    return [];
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
}

const server = 'postgres://app@db/attune';

describe('the environment', () => {
  it('needs no variable at all', () => {
    expect(Environment.read({})).toMatchObject({
      port: 3000,
      managementPort: null,
      databaseUrl: null,
      migrationDatabaseUrl: null,
      redisUrl: null,
      dataDir: '.attune',
      platformApiKey: null,
      demo: true,
      jwtSecret: null,
      embeddings: 'local',
      queryDeadlineMs: 30_000,
      configChangesPerHour: 10,
      configTestsPerHour: 20,
      dnsServers: null,
      settingDefaults: {},
    });
  });

  it('takes an empty variable as unset, and trims the others', () => {
    const variables = {
      PORT: '',
      REDIS_URL: '  ',
      DATA_DIR: ' data ',
      ATTUNE_FOO: '',
      DEFAULT_TEMPERATURE: '',
    };
    expect(Environment.read(variables, settingNames)).toMatchObject({
      port: 3000,
      redisUrl: null,
      dataDir: 'data',
      settingDefaults: {},
    });
  });

  it('takes the server and the key of the attune command, which the product itself leaves alone', () => {
    const variables = { ATTUNE_URL: 'https://attune.example', ATTUNE_API_KEY: 'atn_key' };
    expect(Environment.read(variables)).toMatchObject({
      attuneUrl: 'https://attune.example',
      attuneApiKey: 'atn_key',
    });
    expect(faultsOf({ ATTUNE_URL: 'attune.example' })).toEqual([
      'ATTUNE_URL must be a URL that starts with http:// or https://.',
    ]);
  });

  it('shows the demo only on the embedded database, unless told', () => {
    expect(Environment.read({ DATABASE_URL: server }).demo).toBe(false);
    expect(Environment.read({ DATABASE_URL: server, ATTUNE_DEMO: 'true' }).demo).toBe(true);
    expect(Environment.read({ ATTUNE_DEMO: 'false' }).demo).toBe(false);
  });

  it('embeds with OpenAI where its key is, and as told where it is told', () => {
    expect(Environment.read({ OPENAI_API_KEY: 'sk' }).embeddings).toBe('openai');
    expect(Environment.read({ OPENAI_API_KEY: 'sk', EMBEDDINGS: 'local' }).embeddings).toBe('local');
  });

  it('reads a default for each setting by its name', () => {
    const { settingDefaults } = Environment.read(
      { DEFAULT_MODEL_NAME: 'gpt-4', DEFAULT_TEMPERATURE: '0' },
      settingNames,
    );
    expect(settingDefaults).toEqual({ model_name: 'gpt-4', temperature: '0' });
  });

  it.each([
    [{ PORT: '0' }],
    [{ PORT: '65535' }],
    [{ JWT_SECRET: '€'.repeat(11) }],
    [{ RERANKER: 'local' }],
    [{ VECTOR_STORE: 'postgres' }],
    [{ VECTOR_STORE: 'pinecone', PINECONE_API_KEY: 'k', PINECONE_INDEX: 'docs' }],
    [{ VECTOR_STORE: 'pinecone', PINECONE_API_KEY: 'k', PINECONE_HOST: 'docs-1.svc.pinecone.io' }],
    [{ RERANKER: 'pinecone', PINECONE_API_KEY: 'k', RERANKER_MODEL: 'm' }],
    [{ RERANKER: 'http', RERANKER_URL: 'http://tei:8080', RERANKER_API_KEY: 'k' }],
    [{ PINECONE_API_KEY: 'k' }],
    [{ REDIS_URL: 'rediss://r:6380/2' }],
    [{ REDIS_URL: 'redis+cluster://me:secret@r1:1,r2:2' }],
    [{ REDIS_URL: 'redis+sentinel://r1,r2/master' }],
    [{ DATABASE_URL: 'postgresql://a@b/c' }],
    [{ QUERY_DEADLINE_MS: '100' }],
    [{ CONFIG_CHANGES_PER_HOUR: '0' }],
    [{ MANAGEMENT_PORT: '9090' }],
    [{ LOG_LEVEL: 'debug' }],
    [{ DATABASE_OUTAGE_MS: '500' }],
    [{ DNS_SERVERS: '10.0.0.2' }],
    [{ DNS_SERVERS: '255.255.255.255:65535' }],
    [{ DNS_SERVERS: '10.0.0.2:5353, ::1,[fe80::1]:53' }],
    [{ ATTUNE_PLATFORM_API_KEY: `atn_abcdefgh_${'A'.repeat(32)}` }],
    [{ EMBEDDINGS: 'openai-compatible', EMBEDDINGS_BASE_URL: 'http://e', EMBEDDINGS_MODEL: 'm' }],
    [{ DATABASE_URL: server, MIGRATION_DATABASE_URL: server }],
    [{ JWT_JWKS_URL: 'https://i/k', JWT_ISSUER: 'i', JWT_AUDIENCE: 'a' }],
    [{ HOME: '/root', NODE_ENV: 'production', npm_config_default: 'x' }],
  ])('accepts %j', (variables) => {
    expect(faultsOf(variables as Record<string, string>)).toEqual([]);
  });

  it.each([
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '3e3'],
    ['PORT', '0x10'],
    ['PORT', '80.5'],
    ['MANAGEMENT_PORT', 'x'],
    ['MANAGEMENT_PORT', '0'],
    ['LOG_LEVEL', 'loud'],
    ['DATABASE_OUTAGE_MS', '100'],
    ['DNS_SERVERS', 'dns.example'],
    ['DNS_SERVERS', '10.0.0.2:0'],
    ['DNS_SERVERS', '10.0.0.2:65536'],
    ['DNS_SERVERS', '10.0.0.2,'],
    ['DNS_SERVERS', '10.0.0.256'],
    ['DNS_SERVERS', '10.0.0'],
    ['DNS_SERVERS', '10.0.0.1.2'],
    ['DNS_SERVERS', '1::2::3'],
    ['DNS_SERVERS', '[::1]:99999'],
    ['DNS_SERVERS', '[10.0.0.1]'],
    ['DATABASE_URL', 'mysql://a'],
    ['DATABASE_URL', 'nonsense'],
    ['REDIS_URL', 'http://r'],
    ['REDIS_URL', 'redis+cluster://r1,,r2'],
    ['REDIS_URL', 'redis+sentinel://r1'],
    ['ATTUNE_PLATFORM_API_KEY', 'atn_short_key'],
    ['ATTUNE_DEMO', 'yes'],
    ['JWT_SECRET', 'x'.repeat(31)],
    ['JWT_JWKS_URL', 'ftp://a'],
    ['OPENAI_BASE_URL', 'a.example'],
    ['ANTHROPIC_BASE_URL', 'a.example'],
    ['EMBEDDINGS', 'cohere'],
    ['RERANKER', 'cohere'],
    ['RERANKER_URL', 'tei:8080'],
    ['VECTOR_STORE', 'qdrant'],
    ['PINECONE_INDEX', 'Two Words'],
    ['PINECONE_HOST', 'http://'],
    ['LAUNCHDARKLY_SDK_KEY', 'two words'],
    ['CONFIG_CHANGES_PER_HOUR', '-1'],
    ['CONFIG_TESTS_PER_HOUR', 'many'],
    ['QUERY_DEADLINE_MS', '99'],
    ['ATTUNE_DEMOS', 'true'],
    ['DEFAULT_TEMPRATURE', '0'],
  ])('refuses and names %s=%s', (name, value) => {
    expect(faultsOf({ [name]: value })).toEqual([expect.stringMatching(new RegExp(`^${name}\\b`))]);
  });

  it.each([
    [{ MIGRATION_DATABASE_URL: server }, ['MIGRATION_DATABASE_URL', 'DATABASE_URL']],
    [{ JWT_SECRET: 'x'.repeat(32), JWT_JWKS_URL: 'https://i/k' }, ['JWT_SECRET', 'JWT_JWKS_URL']],
    [{ JWT_ISSUER: 'i' }, ['JWT_ISSUER', 'JWT_SECRET']],
    [{ PORT: '8080', MANAGEMENT_PORT: '8080' }, ['MANAGEMENT_PORT', 'PORT']],
    [{ JWT_AUDIENCE: 'a' }, ['JWT_AUDIENCE', 'JWT_SECRET']],
    [{ EMBEDDINGS: 'openai' }, ['EMBEDDINGS', 'OPENAI_API_KEY']],
    [{ EMBEDDINGS: 'openai-compatible' }, ['EMBEDDINGS_BASE_URL', 'EMBEDDINGS_MODEL']],
    [{ EMBEDDINGS: 'openai-compatible', EMBEDDINGS_BASE_URL: 'http://e' }, ['EMBEDDINGS_MODEL']],
    [{ EMBEDDINGS_BASE_URL: 'http://e' }, ['EMBEDDINGS']],
    [{ VECTOR_STORE: 'pinecone' }, ['VECTOR_STORE', 'PINECONE_API_KEY', 'PINECONE_INDEX']],
    [{ VECTOR_STORE: 'pinecone', PINECONE_API_KEY: 'k' }, ['PINECONE_INDEX', 'PINECONE_HOST']],
    [{ PINECONE_API_KEY: 'k', PINECONE_INDEX: 'docs' }, ['PINECONE_INDEX', 'VECTOR_STORE']],
    [{ RERANKER: 'pinecone' }, ['RERANKER', 'PINECONE_API_KEY']],
    [{ RERANKER: 'http' }, ['RERANKER', 'RERANKER_URL']],
    [{ RERANKER_URL: 'http://tei:8080' }, ['RERANKER_URL', 'RERANKER']],
    [{ RERANKER_MODEL: 'm' }, ['RERANKER_MODEL', 'RERANKER']],
  ])('refuses the contradiction %j and names its parts', (variables, names) => {
    const faults = faultsOf(variables as Record<string, string>);
    expect(faults).toHaveLength(1);
    for (const name of names) expect(faults[0]).toContain(name);
  });

  it('names every faulty variable at once', () => {
    const faults = faultsOf({ PORT: 'x', REDIS_URL: 'x', ATTUNE_X: '1', DEFAULT_X: '1', JWT_ISSUER: 'i' });
    expect(faults.map((fault) => /^\w+/.exec(fault)?.[0]).toSorted()).toEqual([
      'ATTUNE_X',
      'DEFAULT_X',
      'JWT_ISSUER',
      'PORT',
      'REDIS_URL',
    ]);
  });

  it('says nothing of a secret that is wrong', () => {
    const secret = 'hush-hush-hush';
    const faults = faultsOf({
      JWT_SECRET: secret,
      ATTUNE_PLATFORM_API_KEY: `atn_${secret}`,
      DATABASE_URL: `mysql://u:${secret}@h/d`,
      MIGRATION_DATABASE_URL: `mysql://u:${secret}@h/d`,
      REDIS_URL: `http://:${secret}@r`,
      RERANKER_URL: `ftp://u:${secret}@h`,
      OPENAI_BASE_URL: `ftp://u:${secret}@h`,
    });
    expect(faults.join('\n')).not.toContain(secret);
    expect(faults.length).toBeGreaterThanOrEqual(7);
  });

  it('gives the key that a model names, and shows no variable of the host when printed', () => {
    const environment = Environment.read({ VLLM_KEY: 'vllm-secret', HOST_TOKEN: 'host-secret' });
    expect(environment.findSecret('VLLM_KEY')).toBe('vllm-secret');
    expect(environment.findSecret('NOT_SET')).toBeNull();
    const printed = [
      inspect(environment, { depth: 9, showHidden: true }),
      JSON.stringify(environment),
    ].join();
    expect(printed).not.toMatch(/vllm-secret|host-secret/);
  });

  it('shows none of its own secrets when printed', () => {
    const environment = Environment.read({
      OPENAI_API_KEY: 'own-secret',
      ANTHROPIC_API_KEY: 'own-secret',
      JWT_SECRET: `own-secret${'x'.repeat(32)}`,
      DATABASE_URL: 'postgres://app:own-secret@db/attune',
      REDIS_URL: 'redis://:own-secret@r',
      PINECONE_API_KEY: 'own-secret',
      RERANKER: 'http',
      RERANKER_URL: 'http://tei:8080',
      RERANKER_API_KEY: 'own-secret',
    });
    expect([inspect(environment), JSON.stringify(environment)].join()).not.toContain('own-secret');
  });
});
