import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CacheModule, CoherentCache } from '#cache';
import { Database, DatabaseModule } from '#database';
import { HttpModule, createHttpAdapter } from '#http';
import { meteringConfig } from '#metering';
import { Metrics, TelemetryModule } from '#telemetry';
import { BlastRadius, ModelEnvironment, TenancyModule } from '#tenancy';
import { ApiClient, type TestDatabase, createTestDatabase, sectionProviders, waitFor } from '#testing';
import { tenancySections } from '../../../tenancy/testing/tenancy-sections.js';
import { ScriptedTrial } from '../../testing/scripted-trial.js';
import { configPorts } from '../../testing/config-ports.js';
import { InMemoryFlagSource } from '../../testing/in-memory-flag-source.js';
import { configurationConfig } from '../configuration.config.js';
import { ConfigurationModule } from '../configuration.module.js';
import { ConfigReader } from '../read/config-reader.js';
import { ConfigurationTrial } from '../trial/configuration-trial.js';
import { FlagSource } from './flag-source.js';

interface ConfigurationBody extends Record<string, unknown> {
  readonly version: number;
  readonly sources: Record<string, string>;
}

@Module({})
class Root {
  constructor(database: Database, cache: CoherentCache) {
    database.onCommit((changes) => cache.publishCommitted(changes));
  }
}

@Module({})
class Ports {}

const platformKey = `atn_${'0'.repeat(16)}_${'p'.repeat(48)}`;

async function startApp(databaseUrl: string, flags: FlagSource): Promise<NestFastifyApplication> {
  const variables = {
    DATABASE_URL: databaseUrl,
    ATTUNE_PLATFORM_API_KEY: platformKey,
    CONFIG_CHANGES_PER_HOUR: '0',
  };
  const sections = [...tenancySections, configurationConfig, meteringConfig];
  const providers = [
    ...sectionProviders(sections, variables),
    { provide: ConfigurationTrial, useValue: new ScriptedTrial() },
    { provide: FlagSource, useValue: flags },
    { provide: BlastRadius, useValue: null },
    { provide: ModelEnvironment, useValue: null },
    ...configPorts,
  ];
  const ports: DynamicModule = {
    module: Ports,
    global: true,
    imports: [ConfigurationModule],
    providers,
    exports: providers,
  };
  const root: DynamicModule = {
    module: Root,
    imports: [
      ports,
      TelemetryModule,
      HttpModule,
      DatabaseModule,
      CacheModule,
      TenancyModule,
      ConfigurationModule,
    ],
  };
  const host = await createHttpAdapter({ onResponse: () => undefined });
  const options = { logger: false, abortOnError: false, bodyParser: false } as const;
  const nest = await NestFactory.create<NestFastifyApplication>(root, host, options);
  await nest.listen(0, '127.0.0.1');
  return nest;
}

describe('GET /v1/config with feature flags', () => {
  const flags = new InMemoryFlagSource();
  let database: TestDatabase;
  let app: NestFastifyApplication;
  let platform: ApiClient;
  let acme: ApiClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    app = await startApp(database.url, flags);
    platform = new ApiClient(await app.getUrl(), platformKey);
    acme = await aTenant('acme');
    await acme.patch('/v1/config', { retrieval_top_k: 4, temperature: 0.4 });
  });
  beforeEach(async () => {
    flags.setFlags({});
    await waitFor(async () => !Object.values((await readWithSources(acme)).body.sources).includes('flag'));
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  async function aTenant(id: string, plan = 'pro'): Promise<ApiClient> {
    const tenant = { tenant_id: id, name: id, plan };
    const { body } = await platform.post<{ admin_key: { key: string } }>('/v1/platform/tenants', tenant);
    return platform.as(body.admin_key.key);
  }

  const readWithSources = (client: ApiClient) => client.get<ConfigurationBody>('/v1/config?include=sources');

  it('shows a flag at once as the source of its setting, under a new ETag and the same version', async () => {
    const before = await readWithSources(acme);
    flags.setFlags({ 'retrieval-top-k': 9 });
    const { body, headers } = await readWithSources(acme);
    expect(body).toMatchObject({
      retrieval_top_k: 9,
      version: before.body.version,
      sources: { retrieval_top_k: 'flag', temperature: 'tenant' },
      own: { retrieval_top_k: 4, temperature: 0.4 },
    });
    expect(headers.get('etag')).not.toBe(before.headers.get('etag'));
    expect((await acme.get('/v1/config', { 'if-none-match': before.headers.get('etag')! })).status).toBe(200);
    flags.setFlags({});
    expect((await readWithSources(acme)).body).toEqual(before.body);
  });

  it('evaluates flags for each tenant and plan', async () => {
    const basic = await aTenant('basic-tenant', 'basic');
    flags.setFlags({ 'rag-model-selection': 'gpt-4o' }, ({ targetingKey }) => targetingKey === 'acme');
    expect((await readWithSources(acme)).body).toMatchObject({
      model_name: 'gpt-4o',
      sources: { model_name: 'flag' },
    });
    expect((await readWithSources(basic)).body.sources['model_name']).toBe('platform');
  });

  it('keeps a flag over a later change of the tenant, and stores nothing of the flag', async () => {
    flags.setFlags({ 'llm-temperature': 0.9 });
    const changed = await acme.patch<ConfigurationBody>('/v1/config', { temperature: 0.5 });
    expect(changed.body['temperature']).toBe(0.9);
    const history = await acme.get<{ items: { changes: unknown }[] }>('/v1/config/history?limit=1');
    expect(history.body.items[0]!.changes).toEqual([{ field: 'temperature', from: 0.4, to: 0.5 }]);
    flags.setFlags({});
    expect((await readWithSources(acme)).body['temperature']).toBe(0.5);
    await acme.patch('/v1/config', { temperature: 0.4 });
  });

  it('ignores and counts flag values that break a rule', async () => {
    const before = (await readWithSources(acme)).body;
    flags.setFlags({
      'retrieval-top-k': '12',
      'llm-temperature': 7,
      'rag-model-selection': 'claude-opus-4-6',
    });
    expect((await readWithSources(acme)).body).toEqual(before);
    const metrics = await app.get(Metrics).toPrometheusText();
    for (const flag of ['retrieval-top-k', 'llm-temperature', 'rag-model-selection'])
      expect(metrics).toMatch(new RegExp(`config_flag_values_ignored_total\\{flag="${flag}"\\} [1-9]`));
  });

  it('does not let flags change locked settings or exceed ceilings', async () => {
    const plan = {
      allowed_tiers: ['economy'],
      allowed_models: [],
      defaults: {},
      ceilings: { retrieval_top_k: 8 },
      locked_settings: ['temperature'],
    };
    expect((await platform.put('/v1/platform/plans/certified', plan)).status).toBe(200);
    const certified = await aTenant('certified-tenant', 'certified');
    flags.setFlags({ 'llm-temperature': 0.1, 'retrieval-top-k': 9 });
    expect((await readWithSources(certified)).body.sources).toMatchObject({
      temperature: 'platform',
      retrieval_top_k: 'platform',
    });
    flags.setFlags({ 'retrieval-top-k': 8 });
    expect((await readWithSources(certified)).body.sources['retrieval_top_k']).toBe('flag');
  });

  it('evaluates no flag on a warm read', async () => {
    let evaluations = 0;
    flags.setFlags({ 'retrieval-top-k': 9 }, () => (evaluations += 1) > 0);
    const reader = app.get(ConfigReader, { strict: false });
    await reader.current('acme');
    const before = evaluations;
    expect(before).toBeGreaterThan(0);
    const warm = reader.current('acme');
    expect(warm).not.toBeInstanceOf(Promise);
    expect(warm).toMatchObject({ sources: { retrieval_top_k: 'flag' } });
    expect(evaluations).toBe(before);
  });
});
