import { allTenants } from '#database';
import { type ConfigServices, anAuthor, startConfigServices } from '../../testing/config-services.js';
import { type Store, stores } from '../../testing/stores.js';
import { PlatformDefaults } from './platform-defaults.js';
import type { CompiledConfiguration } from './compiled-configuration.js';

const platform = { actor: 'key:platform', role: 'platform_admin' };

describe.each(stores)('ConfigReader on %s', (_name, open) => {
  let store: Store;
  let services: ConfigServices;

  beforeAll(async () => {
    store = await open();
    services = await startConfigServices(store.database);
    await store.asSuperuser(`INSERT INTO tenants (tenant_id, name, plan) VALUES ('acme', 'Acme', 'pro')`);
  });

  afterAll(async () => {
    await services.close();
    await store.close();
  });

  function asPlatform(sql: string, values: readonly unknown[]): Promise<unknown> {
    return store.database.asPlatform(allTenants, () => store.database.query(sql, values));
  }

  async function current(): Promise<CompiledConfiguration> {
    return services.reader.current('acme');
  }

  /** What each layer is made to say in one round; every change commits while configurations are being compiled. */
  function changes(round: number): (() => Promise<unknown>)[] {
    const tone = JSON.stringify({ prompt_variables: { plan: `round ${round}` } });
    return [
      () => services.patch(anAuthor('acme'), { max_tokens: 100 + round }),
      () => asPlatform(`UPDATE plans SET defaults = $1::jsonb WHERE id = 'pro'`, [tone]),
      () => services.get(PlatformDefaults).change({ retrieval_top_k: 1 + (round % 20) }, platform),
      () =>
        asPlatform(`UPDATE tenants SET verified_domain = $1 WHERE tenant_id = 'acme'`, [`r${round}.example`]),
      () => asPlatform(`UPDATE models SET context_window = $1 WHERE id = 'gpt-3.5-turbo'`, [10_000 + round]),
    ];
  }

  function said({ settings, parts, model }: CompiledConfiguration): unknown {
    return {
      own: settings.max_tokens,
      plan: settings.prompt_variables,
      platform: settings.retrieval_top_k,
      tenant: parts.tenant.verified_domain,
      model: model.context_window,
    };
  }

  it('keeps no configuration of parts that changed while it was compiled', async () => {
    for (let round = 1; round <= 8; round += 1) {
      const settled = changes(round).map(async (change, index) => {
        const reading = Array.from({ length: index }, current);
        await change();
        return Promise.all([...reading, current()]);
      });
      await Promise.all(settled);
      expect(said(await current())).toEqual({
        own: 100 + round,
        plan: { plan: `round ${round}` },
        platform: 1 + (round % 20),
        tenant: `r${round}.example`,
        model: 10_000 + round,
      });
    }
  });

  it('compiles once for as long as nothing changes', async () => {
    const first = await current();
    expect(await current()).toBe(first);
    expect(services.reader.current('acme')).toBe(first);
  });
});
