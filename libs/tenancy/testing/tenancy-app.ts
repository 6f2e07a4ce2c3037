import {
  Controller,
  Get,
  Module,
  type OnModuleInit,
  Post,
  type DynamicModule,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CacheModule, CoherentCache } from '#cache';
import { Database, DatabaseModule } from '#database';
import {
  HttpModule,
  StartupNotices,
  createHttpAdapter,
  Access,
  CurrentPrincipal,
  CurrentTenant,
  type Principal,
} from '#http';
import type { FieldError } from '#kernel';
import { TelemetryModule } from '#telemetry';
import { ApiClient, type TestDatabase, sectionProviders } from '#testing';
import { type Model, type Plan, initialSettings } from '#settings';
import { PlatformDefaultsRepository } from '../src/catalogue/platform-defaults.repository.js';
import { SharedSettingsTransaction } from '../src/catalogue/shared-settings-transaction.js';
import { BlastRadius, type BlastRadiusReport } from '../src/catalogue/blast-radius.js';
import { ModelEnvironment } from '../src/catalogue/model-environment.js';
import { tenancySections } from './tenancy-sections.js';
import { TenancyModule } from '../src/tenancy.module.js';
import { type PlanChange, PlanChangeCheck } from '../src/tenants/plan-change-check.js';
import { TenantUpdateQueue, type WaitingTenantUpdate } from '../src/tenants/tenant-update-queue.js';

/** Refuses the plan `basic` for every tenant whose id begins with `clamp-`. */
class FakePlanChangeCheck extends PlanChangeCheck {
  async findErrors({ tenantId, to }: PlanChange): Promise<FieldError[]> {
    if (to.id !== 'basic' || !tenantId.startsWith('clamp-')) return [];
    return [
      {
        field: 'max_tokens',
        rule: 'plan_ceiling',
        max: 2000,
        value: 4000,
        message: 'At most 2000 on basic.',
      },
    ];
  }
}

/** Answers with the same request every time. */
class FakeTenantUpdateQueue extends TenantUpdateQueue {
  openApprovalOff = (): Promise<WaitingTenantUpdate> => Promise.resolve({ id: 'a-change-request' });
}

const noEffect = { matched: 0, changed: 0, failing: 0, approval_required: { changed: 0, sample: [] } };

/** Reports one tenant on every plan and every model but `unused`, for which nothing changes. */
class FakeBlastRadius extends BlastRadius {
  async previewPlan({ id }: Plan): Promise<BlastRadiusReport> {
    if (id === 'unused') return { ...noEffect, sample: [] };
    return { ...noEffect, matched: 1, sample: [{ tenant_id: `on-${id}`, changes: [] }] };
  }

  previewModel({ id }: Model): Promise<BlastRadiusReport> {
    return this.previewPlan({ id } as Plan);
  }
}

/** Accepts variables that begin with `MODEL_KEY_`, and knows of no obstacle. */
class FakeModelEnvironment extends ModelEnvironment {
  findErrors({ api_key_env: value }: Model): FieldError[] {
    if (value === null || value.startsWith('MODEL_KEY_')) return [];
    return [{ field: 'api_key_env', rule: 'enum', message: 'Not a key of a model.', value }];
  }

  findObstacle(): null {
    return null;
  }
}

/** A route of each kind; the answer contains what its handler received. */
@Controller('v1/probe')
class ProbeController {
  @Get('public')
  @Access('public')
  open(): object {
    return { open: true };
  }

  @Get('any')
  @Access('any')
  whoAmI(@CurrentPrincipal() principal: Principal): object {
    return principal;
  }

  @Get('member')
  @Access('member')
  read(@CurrentPrincipal() principal: Principal, @CurrentTenant() tenantId: string): object {
    return { ...principal, tenantId };
  }

  @Post('member')
  @Access('member')
  ask(@CurrentTenant() tenantId: string): object {
    return { tenantId };
  }

  @Get('admin')
  @Access('tenant_admin')
  administer(@CurrentTenant() tenantId: string): object {
    return { tenantId };
  }

  @Get('platform/:tenant_id')
  @Access('platform_admin')
  lookAt(@CurrentTenant() tenantId: string): object {
    return { tenantId };
  }
}

@Module({})
class FakePortsModule {}

/** Connects database and cache as the host does, and fills in the platform's defaults as #config does. */
@Module({})
class TestRootModule implements OnModuleInit {
  constructor(
    private readonly database: Database,
    cache: CoherentCache,
    private readonly sharedSettings: SharedSettingsTransaction,
    private readonly defaults: PlatformDefaultsRepository,
  ) {
    database.onCommit((changes) => cache.publishCommitted(changes));
  }

  onModuleInit(): Promise<void> {
    const fillIn = async (): Promise<void> => {
      if (!(await this.defaults.find())) await this.defaults.insert(initialSettings(), 'system');
    };
    return this.database.runAtStartup(() =>
      this.sharedSettings.write({ actor: 'system', role: 'system' }, fillIn),
    );
  }
}

export interface TenancyApp {
  readonly nest: NestFastifyApplication;
  /** With the platform admin's key. */
  readonly platform: ApiClient;
  /** The lines printed at the start and later. */
  readonly notices: readonly string[];
  close(): Promise<void>;
}

export interface TenancyAppOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Controllers in addition to the probe's. */
  readonly controllers?: readonly Type<object>[];
}

export const testPlatformKey = `atn_${'0'.repeat(16)}_${'p'.repeat(48)}`;

/** One replica with nothing but tenancy, on its own port. */
export async function startTenancyApp(
  database: Pick<TestDatabase, 'url'>,
  { env = {}, controllers = [] }: TenancyAppOptions = {},
): Promise<TenancyApp> {
  const variables = { DATABASE_URL: database.url, ATTUNE_PLATFORM_API_KEY: testPlatformKey, ...env };
  const root: DynamicModule = {
    module: TestRootModule,
    imports: [fakePorts(variables), TelemetryModule, DatabaseModule, HttpModule, CacheModule, TenancyModule],
    controllers: [ProbeController, ...controllers],
  };
  const host = await createHttpAdapter({ onResponse: () => undefined });
  const nest = await NestFactory.create<NestFastifyApplication>(root, host, {
    logger: false,
    abortOnError: false,
    bodyParser: false,
  });
  nest.enableShutdownHooks();
  await nest.listen(0, '127.0.0.1').catch(async (error: unknown) => {
    await nest.close();
    throw error;
  });
  const notices: string[] = [];
  notices.push(...nest.get(StartupNotices).takePending((lines) => notices.push(...lines)));
  const platform = new ApiClient(await nest.getUrl(), variables.ATTUNE_PLATFORM_API_KEY || null);
  return { nest, platform, notices, close: () => nest.close() };
}

function fakePorts(variables: Readonly<Record<string, string>>): DynamicModule {
  const providers = [
    ...sectionProviders(tenancySections, variables),
    { provide: PlanChangeCheck, useClass: FakePlanChangeCheck },
    { provide: BlastRadius, useClass: FakeBlastRadius },
    { provide: TenantUpdateQueue, useClass: FakeTenantUpdateQueue },
    { provide: ModelEnvironment, useClass: FakeModelEnvironment },
  ];
  return {
    module: FakePortsModule,
    global: true,
    providers,
    exports: providers.map(({ provide }) => provide),
  };
}

export interface CreatedTenant {
  readonly tenant_id: string;
  readonly admin_key: { readonly id: string; readonly key: string };
}

/** Creates a tenant through the API; the client has its admin's key. */
export async function createTenant(
  { platform }: TenancyApp,
  tenantId: string,
  plan = 'pro',
): Promise<{ tenant: CreatedTenant; admin: ApiClient }> {
  const request = { tenant_id: tenantId, name: tenantId, plan };
  const { status, body } = await platform.post<CreatedTenant>('/v1/platform/tenants', request);
  if (status !== 201) throw new Error(`The tenant was not created: ${status} ${JSON.stringify(body)}`);
  return { tenant: body, admin: platform.as(body.admin_key.key) };
}
