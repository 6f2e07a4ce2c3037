import {
  type DynamicModule,
  type INestApplicationContext,
  Module,
  type Provider,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CoherentCache } from '#cache';
import { Database } from '#database';
import { HttpModule, type Principal } from '#http';
import { meteringConfig } from '#metering';
import { TelemetryModule } from '#telemetry';
import { BlastRadius, ModelEnvironment, TenancyModule } from '#tenancy';
import { sectionProviders } from '#testing';
import { tenancySections } from '../../tenancy/testing/tenancy-sections.js';
import { configurationConfig } from '../src/configuration.config.js';
import { ConfigurationModule } from '../src/configuration.module.js';
import { ConfigurationTrial } from '../src/trial/configuration-trial.js';
import { configPorts } from './config-ports.js';
import { ScriptedTrial } from './scripted-trial.js';
import { PatchConfigurationService } from '../src/change/patch-configuration.service.js';
import type { ChangeOutcome } from '../src/change/change.js';
import {
  RollBackService,
  type RollBackResult,
  type RollBackTarget,
} from '../src/change/roll-back.service.js';
import { HistoryService } from '../src/read/history.service.js';
import { ConfigReader } from '../src/read/config-reader.js';
import type { CompiledConfiguration } from '../src/compile/compiled-configuration.js';

const sections = [...tenancySections, configurationConfig, meteringConfig];

@Module({})
class Root {}

/** The services of configuration on a database, as one replica has them, without HTTP. */
export interface ConfigServices {
  readonly reader: ConfigReader;
  readonly history: HistoryService;
  /** In the place of `rag`. */
  readonly trial: ScriptedTrial;
  patch(author: Principal, body: object, accepted?: number[]): Promise<CompiledConfiguration>;
  rollBack(
    author: Principal,
    target: RollBackTarget,
    forced?: { reason: string },
  ): Promise<Pick<RollBackResult, 'kept'> & { configuration: CompiledConfiguration }>;
  /** Any other service. */
  get<Service>(type: Type<Service>): Service;
  close(): Promise<void>;
}

/** An author of changes to this tenant. */
export function anAuthor(tenantId: string, role: Principal['role'] = 'tenant_admin'): Principal {
  return { actor: `key:${role}`, subject: role, role, tenantId };
}

/** What a library above `config` adds. */
interface ExtraModules {
  readonly imports: Type[];
  readonly ports: Provider[];
}

/** Without `operations`, for tests that do not need it. */
const withoutOperations: ExtraModules = {
  imports: [],
  ports: [
    { provide: BlastRadius, useValue: null },
    { provide: ModelEnvironment, useValue: null },
  ],
};

/** @param variables Variables of the environment. The hourly limit of changes is off unless they set it. */
export async function startConfigServices(
  database: Database,
  variables: Readonly<Record<string, string>> = {},
  extra = withoutOperations,
): Promise<ConfigServices> {
  const trial = new ScriptedTrial();
  const nest = await NestFactory.createApplicationContext(
    createRoot(
      [
        { provide: ConfigurationTrial, useValue: trial },
        { provide: Database, useValue: database },
        ...sectionProviders(sections, { CONFIG_CHANGES_PER_HOUR: '0', ...variables }),
        ...configPorts,
        ...extra.ports,
      ],
      extra.imports,
    ),
    { logger: false, abortOnError: false },
  );
  const cache = nest.get(CoherentCache, { strict: false });
  database.onCommit((changes) => cache.publishCommitted(changes));
  return toServices(nest, trial);
}

function createRoot(ports: Provider[], imports: Type[]): DynamicModule {
  return {
    module: Root,
    global: true,
    imports: [TelemetryModule, HttpModule, TenancyModule, ConfigurationModule, ...imports],
    providers: ports,
    exports: ports.map((port) => ('provide' in port ? port.provide : port)),
  };
}

function toServices(nest: INestApplicationContext, trial: ScriptedTrial): ConfigServices {
  const patches = nest.get(PatchConfigurationService, { strict: false });
  const rollbacks = nest.get(RollBackService, { strict: false });
  return {
    trial,
    reader: nest.get(ConfigReader, { strict: false }),
    history: nest.get(HistoryService, { strict: false }),
    patch: async (author, body, acceptedVersions) =>
      changedConfiguration(
        await patches.patch(
          { tenantId: author.tenantId!, author, acceptedVersions: acceptedVersions ?? null },
          body,
        ),
      ),
    rollBack: async (author, target, forced) => {
      const { force, reason } = { force: forced !== undefined, reason: forced?.reason ?? null };
      const { outcome, kept } = await rollbacks.rollBack(
        { tenantId: author.tenantId!, author, acceptedVersions: null, force, reason, gate: false },
        target,
      );
      return { kept, configuration: changedConfiguration(outcome) };
    },
    get: (type) => nest.get(type, { strict: false }),
    close: () => nest.close(),
  };
}

/** The configuration after the change. */
function changedConfiguration(outcome: ChangeOutcome): CompiledConfiguration {
  if ('configuration' in outcome) return outcome.configuration;
  throw new Error(`The change waits for approval as ${outcome.request.id}`);
}
