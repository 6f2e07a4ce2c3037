import { Logger } from '@nestjs/common';
import { CoherentCache, InProcessBus } from '#cache';
import { PlatformDefaultsRepository, SharedSettingsTransaction } from '#tenancy';
import { type ConfigServices, startConfigServices } from '../../testing/config-services.js';
import { type TestStore, testStores } from '../../testing/test-stores.js';
import { ConfigurationConfig } from '../configuration.config.js';
import { PlatformDefaultsService } from './platform-defaults.service.js';

const author = { actor: 'key:platform', role: 'platform_admin' };

describe.each(testStores)('PlatformDefaultsService on %s', (_name, open) => {
  let store: TestStore;
  let services: ConfigServices;

  beforeAll(async () => {
    store = await open();
    services = await startConfigServices(store.database);
  });

  afterAll(async () => {
    await services.close();
    await store.close();
  });

  /** As a replica finds them that starts with these variables. */
  async function started(variables: Record<string, string>): Promise<PlatformDefaultsService> {
    const cache = new CoherentCache(new InProcessBus());
    const config = new ConfigurationConfig(variables);
    const defaults = new PlatformDefaultsService(
      cache,
      store.database,
      config,
      services.get(SharedSettingsTransaction),
      services.get(PlatformDefaultsRepository),
    );
    await defaults.onModuleInit();
    return defaults;
  }

  it.each([
    [{ DEFAULT_TEMPERATURE: '3' }, /DEFAULT_TEMPERATURE: .*at most 2/],
    [{ DEFAULT_MODEL_NAME: 'nobody' }, /DEFAULT_MODEL_NAME: .*not in the catalogue/],
    [
      { DEFAULT_MODEL_NAME: 'claude-3-haiku-20240307', DEFAULT_TEMPERATURE: '1.5' },
      /DEFAULT_TEMPERATURE: .*0 to 1/,
    ],
    [{ DEFAULT_SYSTEM_PROMPT_TEMPLATE: 'Hello {nobody}' }, /DEFAULT_SYSTEM_PROMPT_TEMPLATE: .*\{nobody\}/],
  ])('refuses to start with the variables %j', async (variables, message) => {
    await store.asSuperuser('DELETE FROM platform_defaults');
    await expect(started(variables)).rejects.toThrow(message);
    expect(await store.asSuperuser('SELECT FROM platform_defaults')).toEqual([]);
  });

  it('fills the defaults from the environment once, and keeps later changes of platform admins', async () => {
    await store.asSuperuser('DELETE FROM platform_defaults');
    const first = await started({ DEFAULT_MODEL_NAME: 'gpt-4o' });
    expect(await first.current()).toMatchObject({ model_name: 'gpt-4o', temperature: 0.7 });
    await first.change({ model_name: null, temperature: 0 }, author);
    // A later start has other variables, and a model in them that is not there any more.
    const later = await started({ DEFAULT_MODEL_NAME: 'nobody' });
    expect(await later.current()).toMatchObject({ model_name: 'gpt-3.5-turbo', temperature: 0 });
  });

  it('a later start warns of each variable that it ignores because the stored default differs', async () => {
    await store.asSuperuser('DELETE FROM platform_defaults');
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    await started({ DEFAULT_TEMPERATURE: '0.5', DEFAULT_MAX_TOKENS: '900' });
    expect(warn).not.toHaveBeenCalled();
    await started({ DEFAULT_TEMPERATURE: '0.6', DEFAULT_MAX_TOKENS: '900' });
    expect(warn.mock.calls).toEqual([[expect.stringMatching(/^DEFAULT_TEMPERATURE: ignored/)]]);
    warn.mockRestore();
  });

  it('fills the defaults once when several replicas start together', async () => {
    await store.asSuperuser('DELETE FROM platform_defaults');
    await Promise.all([started({}), started({}), started({})]);
    expect(await store.asSuperuser('SELECT version::int FROM platform_defaults')).toEqual([{ version: 1 }]);
  });

  it('PlatformDefaultsService merges a patch of prompt variables key by key, and limits their total number', async () => {
    const defaults = await started({});
    const variables = (from: number, to: number): Record<string, string> =>
      Object.fromEntries(Array.from({ length: to - from }, (_, index) => [`v${from + index}`, 'x']));
    await defaults.change({ prompt_variables: variables(0, 50) }, author);
    await expect(defaults.change({ prompt_variables: variables(50, 51) }, author)).rejects.toMatchObject({
      fieldErrors: [{ field: 'prompt_variables', rule: 'too_many' }],
    });
    const next = await defaults.change({ prompt_variables: { v0: null, ...variables(50, 51) } }, author);
    expect(next.prompt_variables).toEqual(variables(1, 51));
    await defaults.change({ prompt_variables: null }, author);
  });

  it('makes no new version for a patch that changes nothing', async () => {
    const defaults = await started({});
    const { temperature } = await defaults.current();
    const version = (): Promise<unknown> => store.asSuperuser('SELECT version::int FROM platform_defaults');
    const before = await version();
    await defaults.change({ temperature }, author);
    expect(await version()).toEqual(before);
    await defaults.change({ temperature: temperature + 0.1 }, author);
    expect(await version()).not.toEqual(before);
  });
});
