import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CoherentCache } from '#cache';
import { Database } from '#database';
import { HttpModule } from '#http';
import { Environment } from '#kernel';
import { type Principal, TenancyModule } from '#tenancy';
import { ConfigurationModule } from '../src/config.module.js';
import { PatchConfiguration } from '../src/change/patch-configuration.service.js';
import { RollBack, type RolledBack, type Target } from '../src/change/roll-back.service.js';
import { History } from '../src/history.service.js';
import { ConfigReader } from '../src/read/config-reader.js';
import type { CompiledConfiguration } from '../src/read/compiled-configuration.js';

@Module({})
class Root {}

/** The services of configuration on a database, as one replica has them, without HTTP. */
export interface ConfigServices {
  readonly reader: ConfigReader;
  readonly history: History;
  patch(author: Principal, body: object, accepted?: number[]): Promise<CompiledConfiguration>;
  rollBack(author: Principal, target: Target, forced?: { reason: string }): Promise<RolledBack>;
  close(): Promise<void>;
}

/** An author of changes to this tenant. */
export function anAuthor(tenantId: string, role: Principal['role'] = 'tenant_admin'): Principal {
  return { actor: `key:${role}`, subject: role, role, tenantId };
}

export async function startConfigServices(database: Database): Promise<ConfigServices> {
  const surroundings = [
    { provide: Database, useValue: database },
    { provide: Environment, useValue: Environment.read({}) },
  ];
  const root: DynamicModule = {
    module: Root,
    global: true,
    imports: [HttpModule, TenancyModule, ConfigurationModule],
    providers: surroundings,
    exports: surroundings,
  };
  const nest = await NestFactory.createApplicationContext(root, { logger: false, abortOnError: false });
  const cache = nest.get(CoherentCache, { strict: false });
  database.onCommit((changes) => cache.committed(changes));
  const patches = nest.get(PatchConfiguration, { strict: false });
  const rollbacks = nest.get(RollBack, { strict: false });
  return {
    reader: nest.get(ConfigReader, { strict: false }),
    history: nest.get(History, { strict: false }),
    patch: (author, body, accepted) =>
      patches.patch({ tenantId: author.tenantId!, author, accepted: accepted ?? null }, body),
    rollBack: (author, target, forced) => {
      const { force, reason } = { force: forced !== undefined, reason: forced?.reason ?? null };
      return rollbacks.rollBack(
        { tenantId: author.tenantId!, author, accepted: null, force, reason },
        target,
      );
    },
    close: () => nest.close(),
  };
}
