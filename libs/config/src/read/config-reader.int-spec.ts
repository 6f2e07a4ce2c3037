import { CoherentCache } from '#cache';
import { openDatabase } from '#database';
import { FaultProxy, createTestDatabase } from '#testing';
import { type ConfigServices, startConfigServices } from '../../testing/config-services.js';
import { type TestStore, testStores } from '../../testing/test-stores.js';
import { RunningRollouts } from '../overlays/running-rollouts.js';
import type { CompiledConfiguration } from '../compile/compiled-configuration.js';
import { StoredConfigurationCache } from './stored-configuration-cache.js';

/** More than a compilation of parts in memory takes. */
const maxTurns = 40;

/** A part of a configuration, how to change it, and what of the configuration shows the change. */
interface Layer {
  readonly kind: string;
  readonly key: string;
  readonly table: string;
  readonly change: string;
  readonly readMarker: (configuration: CompiledConfiguration) => unknown;
}

const layers: Layer[] = [
  {
    kind: 'configuration',
    key: 'acme',
    table: `tenant_configurations WHERE tenant_id = 'acme'`,
    change: `UPDATE tenant_configurations SET settings = jsonb_build_object('max_tokens', $1::int) WHERE tenant_id = 'acme'`,
    readMarker: ({ settings }) => settings.max_tokens,
  },
  {
    kind: 'tenant',
    key: 'acme',
    table: `tenants WHERE tenant_id = 'acme'`,
    change: `UPDATE tenants SET name = $1 WHERE tenant_id = 'acme'`,
    readMarker: ({ inputs }) => Number(inputs.tenant.name),
  },
  {
    kind: 'plan',
    key: 'pro',
    table: `plans WHERE id = 'pro'`,
    change: `UPDATE plans SET defaults = jsonb_build_object('prompt_variables', jsonb_build_object('round', $1::text)) WHERE id = 'pro'`,
    readMarker: ({ settings }) => Number(settings.prompt_variables['round']),
  },
  {
    kind: 'platform_defaults',
    key: 'all',
    table: `platform_defaults WHERE id = 'all'`,
    change: `UPDATE platform_defaults SET settings = settings || jsonb_build_object('max_documents', $1::int)`,
    readMarker: ({ settings }) => settings.max_documents,
  },
  {
    kind: 'catalogue',
    key: 'all',
    table: `catalogue WHERE id = 'all'`,
    change: `UPDATE models SET context_window = $1 WHERE id = 'gpt-3.5-turbo'`,
    readMarker: ({ model }) => model.context_window,
  },
];

describe('ConfigReader', () => {
  let store: TestStore;
  let services: ConfigServices;
  let round = 1_000;

  beforeAll(async () => {
    store = await testStores[0]![1]();
    services = await startConfigServices(store.database);
    await store.asSuperuser(`INSERT INTO tenants (tenant_id, name, plan) VALUES ('acme', 'Acme', 'pro')`);
  });

  afterAll(async () => {
    await services.close();
    await store.close();
  });

  async function current(): Promise<CompiledConfiguration> {
    return services.reader.current('acme');
  }

  /** Leaves every input cached, but no configuration that was compiled from them. */
  async function dropCompiled(): Promise<void> {
    await current();
    services.get(RunningRollouts).suspend();
    services.get(RunningRollouts).resume();
  }

  /** Changes the input with plain SQL, so that this replica receives no message. */
  async function change({ change: sql, table }: Layer): Promise<number> {
    await store.asSuperuser(sql, [(round += 1)]);
    const [row] = await store.asSuperuser<{ version: number }>(`SELECT version::int FROM ${table}`);
    return row!.version;
  }

  it.each(layers)(
    'does not cache a configuration whose $kind changes while it is compiled',
    async (layer) => {
      const { kind, key, readMarker } = layer;
      const cache = services.get(CoherentCache);
      for (let turns = 0; turns < maxTurns; turns += 1) {
        await dropCompiled();
        const version = await change(layer);
        const compiling = current();
        for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
        await cache.publishCommitted([{ kind, key, version }]);
        await compiling;
        expect([turns, readMarker(await current())]).toEqual([turns, round]);
      }
    },
  );

  it('loads a required minimum version even when no message announced it', async () => {
    const stored = services.get(StoredConfigurationCache);
    await current();
    const version = await change(layers[0]!);
    expect(await stored.ensureVersion('acme', version)).toBe(true);
    expect(await stored.ensureVersion('acme', version + 1)).toBe(false);
    expect((await current()).version).toBe(version);
  });

  it('compiles a configuration once while nothing changes', async () => {
    const first = await current();
    expect(services.reader.current('acme')).toBe(first);
  });
});

describe('ConfigReader without a copy of the tenant while the database is unavailable', () => {
  it('returns the defaults for display, and refuses queries and changes', async () => {
    const server = await createTestDatabase();
    const link = await FaultProxy.forTarget(server.url);
    const database = await openDatabase({ databaseUrl: link.url, migrationDatabaseUrl: null, dataDir: '' });
    const services = await startConfigServices(database);
    const { reader } = services;
    try {
      link.cut();
      expect((await reader.current('acme')).inputs.origin).toBe('defaults');
      await expect(reader.forQuery('acme', 'key:1')).rejects.toMatchObject({ slug: 'unavailable' });
      await expect(reader.getForChange('acme')).rejects.toMatchObject({ slug: 'unavailable' });
    } finally {
      await link.restore();
      await services.close();
      await database.close();
      await link.close();
      await server.drop();
    }
  });
});
