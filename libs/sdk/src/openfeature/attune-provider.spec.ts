import { type Client, OpenFeature, ProviderEvents, ProviderStatus } from '@openfeature/server-sdk';
import { waitFor } from '../../../testing/src/index.js';
import { TestService } from '../../testing/test-service.js';
import { quickTimings } from '../../testing/use-test-service.js';
import { AttuneProvider, type AttuneProviderOptions } from './index.js';

let service: TestService;
let client: Client;
/** What the provider itself emits. OpenFeature adds PROVIDER_READY after initialize. */
const events: [string, unknown][] = [];

beforeEach(async () => {
  service = await TestService.start({
    temperature: 0.7,
    model_name: 'gpt-4',
    rerank_enabled: true,
    prompt_variables: { company: 'Acme' },
    ui_logo_url: null,
    monthly_budget_usd: 'unlimited',
  });
  client = OpenFeature.getClient();
  events.length = 0;
});

afterEach(async () => {
  await OpenFeature.close();
  await service.close();
});

function aProvider(options: Partial<AttuneProviderOptions> = {}): AttuneProvider {
  const provider = new AttuneProvider({
    url: service.url,
    key: 'atn_test_key',
    timings: quickTimings,
    ...options,
  });
  for (const event of Object.values(ProviderEvents))
    provider.events.addHandler(event, (details) => void events.push([event, details]));
  return provider;
}

const names = () => events.map(([name]) => name);

describe('AttuneProvider', () => {
  it('the provider returns each setting with its type and its origin', async () => {
    await OpenFeature.setProviderAndWait(aProvider());
    expect(await client.getNumberDetails('temperature', 0)).toMatchObject({
      value: 0.7,
      reason: 'STATIC',
      flagMetadata: { config_version: 1, config_source: 'network', stale: false },
    });
    expect(await client.getStringValue('model_name', '')).toBe('gpt-4');
    expect(await client.getBooleanValue('rerank_enabled', false)).toBe(true);
    expect(await client.getObjectValue('prompt_variables', {})).toEqual({ company: 'Acme' });
  });

  it('the provider returns the caller’s default for a setting without a value', async () => {
    await OpenFeature.setProviderAndWait(aProvider());
    expect(await client.getStringDetails('ui_logo_url', 'none')).toMatchObject({
      value: 'none',
      reason: 'DEFAULT',
    });
    expect(await client.getNumberDetails('monthly_budget_usd', 500)).toMatchObject({
      value: 500,
      reason: 'DEFAULT',
      flagMetadata: { unlimited: true },
    });
  });

  it('the provider refuses unknown names and wrong types, with the default as value', async () => {
    await OpenFeature.setProviderAndWait(aProvider());
    expect(await client.getNumberDetails('temprature', 1)).toMatchObject({
      value: 1,
      errorCode: 'FLAG_NOT_FOUND',
    });
    expect(await client.getNumberDetails('model_name', 1)).toMatchObject({
      value: 1,
      errorCode: 'TYPE_MISMATCH',
    });
    expect(await client.getNumberDetails('version', 1)).toMatchObject({ errorCode: 'FLAG_NOT_FOUND' });
  });

  it('the provider leaves PROVIDER_READY to OpenFeature, names the settings that changed, and emits nothing for a change of none', async () => {
    await OpenFeature.setProviderAndWait(aProvider());
    service.change({ temperature: 0.3 });
    await waitFor(() => names().includes(ProviderEvents.ConfigurationChanged));
    service.change({});
    service.change({ rerank_enabled: false });
    await waitFor(() => names().filter((name) => name === ProviderEvents.ConfigurationChanged).length === 2);
    expect(events).toMatchObject([
      [ProviderEvents.ConfigurationChanged, { flagsChanged: ['temperature'] }],
      [ProviderEvents.ConfigurationChanged, { flagsChanged: ['rerank_enabled'] }],
    ]);
  });

  it('the provider is stale while the stream is lost, and ready when it is back', async () => {
    await OpenFeature.setProviderAndWait(aProvider());
    service.refuseStream = { status: 503 };
    service.endStreams();
    await waitFor(() => client.providerStatus === ProviderStatus.STALE);
    expect(await client.getNumberDetails('temperature', 0)).toMatchObject({ value: 0.7, reason: 'STALE' });
    service.refuseStream = null;
    await waitFor(() => client.providerStatus === ProviderStatus.READY);
  });

  it('the provider is fatal when the key is refused, and ready once the service takes it', async () => {
    service.refuseAll = { status: 401 };
    await expect(OpenFeature.setProviderAndWait(aProvider())).rejects.toThrow(/unauthenticated/);
    expect(client.providerStatus).toBe(ProviderStatus.FATAL);
    service.refuseAll = null;
    await waitFor(() => client.providerStatus === ProviderStatus.READY);
    expect(await client.getNumberValue('temperature', 0)).toBe(0.7);
  });

  it('the provider is in error while the service does not answer, and ready once it does', async () => {
    service.refuseAll = { status: 503 };
    await expect(OpenFeature.setProviderAndWait(aProvider({ initializeTimeoutMs: 100 }))).rejects.toThrow(
      /Not ready after 100 ms/,
    );
    expect(client.providerStatus).toBe(ProviderStatus.ERROR);
    expect(await client.getNumberDetails('temperature', 9)).toMatchObject({
      value: 9,
      errorCode: 'PROVIDER_NOT_READY',
    });
    service.refuseAll = null;
    await waitFor(() => client.providerStatus === ProviderStatus.READY);
  });

  it('the provider starts stale on a bootstrap when the service does not answer', async () => {
    service.refuseAll = { status: 503 };
    const bootstrap = { tenant_id: 'acme', version: 1, temperature: 0.4 };
    await OpenFeature.setProviderAndWait(aProvider({ bootstrap: bootstrap as never }));
    await waitFor(() => client.providerStatus === ProviderStatus.STALE);
    expect(await client.getNumberDetails('temperature', 0)).toMatchObject({ value: 0.4, reason: 'STALE' });
    service.refuseAll = null;
    await waitFor(() => client.providerStatus === ProviderStatus.READY);
  });

  it('the provider emits a fatal error when the key is revoked later', async () => {
    await OpenFeature.setProviderAndWait(aProvider());
    service.refuseAll = { status: 403 };
    service.endStreams();
    await waitFor(() => client.providerStatus === ProviderStatus.FATAL);
    expect(events.at(-1)).toMatchObject([ProviderEvents.Error, { errorCode: 'PROVIDER_FATAL' }]);
  });

  it('the provider can be initialized again after it was closed', async () => {
    const provider = aProvider();
    await OpenFeature.setProviderAndWait(provider);
    await provider.onClose();
    await waitFor(() => service.openStreams === 0);
    expect(provider.client).toBeNull();
    await provider.initialize();
    await waitFor(() => service.openStreams === 1);
    await provider.onClose();
  });
});
