import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ConfigurationModule, ConfigurationTrial, RolloutObserver, configurationConfig } from '#config';
import { DatabaseModule } from '#database';
import { HttpModule, createHttpAdapter } from '#http';
import { meteringConfig } from '#metering';
import { TelemetryModule } from '#telemetry';
import { BlastRadius, ModelEnvironment, TenancyModule } from '#tenancy';
import { ApiClient, type TestDatabase, createTestDatabase, sectionProviders } from '#testing';
import { tenancySections } from '../../tenancy/testing/tenancy-sections.js';
import { configPorts } from '../../config/testing/config-ports.js';
import { ragConfig } from '../src/rag.config.js';
import { RagModule } from '../src/rag.module.js';
import { ConfiguredModelEnvironment } from '../src/llm/configured-model-environment.js';
import { RagTrial } from '../src/trial/rag-trial.js';

const sections = [...tenancySections, configurationConfig, meteringConfig, ragConfig];

/** The modules of rag and everything below them, with fakes for the ports that `operations` fills. */
@Module({})
export class RagAppModule {
  static withVariables(
    variables: Readonly<Record<string, string>>,
    modules: readonly Type<object>[] = [],
  ): DynamicModule {
    const ports = [
      ...sectionProviders(sections, variables),
      ...configPorts,
      { provide: ConfigurationTrial, useExisting: RagTrial },
      { provide: BlastRadius, useValue: null },
      { provide: ModelEnvironment, useExisting: ConfiguredModelEnvironment },
      { provide: RolloutObserver, useValue: { record: () => undefined } },
    ];
    return {
      module: RagAppModule,
      global: true,
      imports: [
        TelemetryModule,
        DatabaseModule,
        HttpModule,
        TenancyModule,
        ConfigurationModule,
        RagModule,
        ...modules,
      ],
      providers: ports,
      exports: ports.map(({ provide }) => provide),
    };
  }
}

const platformKey = `atn_${'0'.repeat(16)}_${'p'.repeat(48)}`;

/** The running API and its database. */
export interface RagApp {
  readonly app: NestFastifyApplication;
  readonly database: TestDatabase;
  readonly platform: ApiClient;
  /** Creates a tenant. Returns a client with its admin key. */
  newTenant(): Promise<ApiClient>;
  close(): Promise<void>;
}

/** Starts the API of rag on a new database, with these modules above it. */
export async function startRagApp(
  variables: Readonly<Record<string, string>> = {},
  modules: readonly Type<object>[] = [],
): Promise<RagApp> {
  const database = await createTestDatabase();
  const host = await createHttpAdapter({ onResponse: () => undefined });
  const allVariables = { DATABASE_URL: database.url, ATTUNE_PLATFORM_API_KEY: platformKey, ...variables };
  const options = { logger: false, abortOnError: false, bodyParser: false } as const;
  const app = await NestFactory.create<NestFastifyApplication>(
    RagAppModule.withVariables(allVariables, modules),
    host,
    options,
  );
  app.enableShutdownHooks();
  await app.listen(0, '127.0.0.1');
  const platform = new ApiClient(await app.getUrl(), platformKey);
  let tenants = 0;
  return {
    app,
    database,
    platform,
    newTenant: async () => {
      const tenant = { tenant_id: `tenant-${(tenants += 1)}`, name: 'Tenant', plan: 'pro' };
      const { body } = await platform.post<{ admin_key: { key: string } }>('/v1/platform/tenants', tenant);
      return platform.as(body.admin_key.key);
    },
    close: async () => {
      await app.close();
      await database.drop();
    },
  };
}
