import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ConfigurationModule } from '#config';
import { DatabaseModule } from '#database';
import { HttpModule, UndeclaredInputGuard, createHttpAdapter } from '#http';
import { Environment } from '#kernel';
import { TelemetryModule } from '#telemetry';
import { AccessGuard, TenancyModule } from '#tenancy';
import { ApiClient, type TestDatabase, createTestDatabase } from '#testing';
import { RagModule } from '../src/rag.module.js';

@Module({})
class RagAppModule {
  static withVariables(variables: Readonly<Record<string, string>>): DynamicModule {
    return {
      module: RagAppModule,
      global: true,
      imports: [TelemetryModule, DatabaseModule, HttpModule, TenancyModule, ConfigurationModule, RagModule],
      providers: [
        { provide: Environment, useValue: Environment.read(variables) },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_GUARD, useClass: UndeclaredInputGuard },
      ],
      exports: [Environment],
    };
  }
}

const platformKey = `atn_${'0'.repeat(16)}_${'p'.repeat(48)}`;

export interface RagApp {
  readonly app: NestFastifyApplication;
  readonly database: TestDatabase;
  readonly platform: ApiClient;
  /** A new tenant's admin. */
  newTenant(): Promise<ApiClient>;
  close(): Promise<void>;
}

/** The product's API over a database of its own. */
export async function startRagApp(variables: Readonly<Record<string, string>> = {}): Promise<RagApp> {
  const database = await createTestDatabase();
  const host = await createHttpAdapter({ onResponse: () => undefined });
  const given = { DATABASE_URL: database.url, ATTUNE_PLATFORM_API_KEY: platformKey, ...variables };
  const options = { logger: false, abortOnError: false, bodyParser: false } as const;
  const app = await NestFactory.create<NestFastifyApplication>(
    RagAppModule.withVariables(given),
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
      const order = { tenant_id: `tenant-${(tenants += 1)}`, name: 'Tenant', plan: 'pro' };
      const { body } = await platform.post<{ admin_key: { key: string } }>('/v1/platform/tenants', order);
      return platform.as(body.admin_key.key);
    },
    close: async () => {
      await app.close();
      await database.drop();
    },
  };
}
