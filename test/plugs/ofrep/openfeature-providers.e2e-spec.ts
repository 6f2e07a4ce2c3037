import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { OpenFeature as ServerFeatures } from '@openfeature/server-sdk';
import { ClientProviderEvents, type Provider, OpenFeature as WebFeatures } from '@openfeature/web-sdk';
import { EventSource } from 'eventsource';
import { waitFor } from '#testing';
import { type TestTenant, changePlan, useTestApp } from '../../app/test-app.js';

type Value = string | number | boolean | object;

/** What both kinds of client have in common. */
interface Resolved {
  readonly value: unknown;
  readonly errorCode?: string | undefined;
  readonly reason?: string | undefined;
  readonly variant?: string | undefined;
}

const app = useTestApp('feature');
const globals = globalThis as { EventSource?: unknown };

beforeAll(() => {
  globals.EventSource = EventSource;
});
afterAll(async () => {
  await Promise.all([WebFeatures.close(), ServerFeatures.close()]);
  delete globals.EventSource;
});

/** The options of both providers. */
function optionsFor({ adminKey }: TestTenant) {
  return {
    baseUrl: app.replica.url,
    headers: [['Authorization', `Bearer ${adminKey}`]] as [string, string][],
  };
}

/** Asks with the method for the type of the fallback. */
type Resolve = (key: string, fallback: Value) => Promise<Resolved>;

/** A client of the web SDK in a domain of its own. It keeps its flags and listens to changes. */
async function openWebClient(tenant: TestTenant) {
  const provider = new OFREPWebProvider({ ...optionsFor(tenant), cacheMode: 'disabled' }) as Provider;
  await WebFeatures.setProviderAndWait(tenant.id, provider, { targetingKey: 'user-1' });
  return WebFeatures.getClient(tenant.id);
}

/** A client of the server SDK, which asks for each flag. */
async function openServerClient(tenant: TestTenant) {
  await ServerFeatures.setProviderAndWait(tenant.id, new OFREPProvider(optionsFor(tenant)));
  return ServerFeatures.getClient(tenant.id);
}

/** Another value of the same type, so that a default is not taken for the setting. */
function defaultLike(value: unknown): Value {
  const byType: Record<string, Value> = { number: -1, string: 'none', boolean: false };
  return byType[typeof value] ?? { none: true };
}

const methods = { number: 'getNumberDetails', string: 'getStringDetails', boolean: 'getBooleanDetails' };

function resolveWith(client: object, key: string, fallback: Value): Promise<Resolved> {
  const method = (methods as Record<string, string>)[typeof fallback] ?? 'getObjectDetails';
  return (client as Record<string, Resolve>)[method]!(key, fallback);
}

async function settingsOf({ admin }: TestTenant): Promise<[string, unknown][]> {
  const { body: schema } = await admin.get<{ properties: object }>('/v1/config/schema');
  const { body } = await admin.get<Record<string, unknown>>('/v1/config');
  return Object.keys(schema.properties)
    .filter((key) => key in body)
    .map((key) => [key, body[key]]);
}

describe("OpenFeature's providers for OFREP", () => {
  it.each([
    ['web', openWebClient, undefined],
    // Its version on npm does not know flags without a value yet, but takes the default as it should.
    ['server', openServerClient, 'GENERAL'],
  ])('read every setting with its type in the %s SDK', async (_, open, withoutValue) => {
    const tenant = await app.createTenant();
    await tenant.admin.patch('/v1/config', {
      prompt_variables: { tone: 'dry' },
      ui_primary_color: '#123456',
    });
    const client = await open(tenant);
    const settings = await settingsOf(tenant);
    expect(settings.length).toBeGreaterThanOrEqual(15);
    for (const [key, value] of settings) {
      const fallback = defaultLike(value === 'unlimited' ? 1 : value);
      const { value: resolved, errorCode } = await resolveWith(client, key, fallback);
      const hasValue = value !== null && value !== 'unlimited';
      const expected = hasValue ? [value, undefined] : [fallback, withoutValue];
      expect([key, resolved, errorCode]).toEqual([key, ...expected]);
    }
  });

  it.each([
    ['web', openWebClient],
    ['server', openServerClient],
  ])('say why a setting has its value in the %s SDK', async (_, open) => {
    const tenant = await app.createTenant();
    await tenant.admin.patch('/v1/config', { temperature: 0.12 });
    const client = await open(tenant);
    expect(await resolveWith(client, 'temperature', 1)).toMatchObject({
      value: 0.12,
      reason: 'STATIC',
      variant: 'tenant',
    });
    expect(await resolveWith(client, 'temprature', 1)).toMatchObject({
      value: 1,
      errorCode: 'FLAG_NOT_FOUND',
    });
    expect(await resolveWith(client, 'temperature', 'warm')).toMatchObject({ errorCode: 'TYPE_MISMATCH' });
  });

  it('report a change to a page that does not poll, also when another layer makes it', async () => {
    const tenant = await app.createTenant('basic');
    const client = await openWebClient(tenant);
    const changed: string[] = [];
    client.addHandler(ClientProviderEvents.ConfigurationChanged, (details) => {
      changed.push(...(details?.flagsChanged ?? []));
    });
    await tenant.admin.patch('/v1/config', { temperature: 0.13 });
    await waitFor(() => client.getNumberValue('temperature', 1) === 0.13);
    expect(changed).toContain('temperature');
    await changePlan(app.platform, 'basic', { retrieval_top_k: 4 });
    expect(await waitFor(() => client.getNumberValue('retrieval_top_k', 1) === 4)).toBe(true);
  });

  it('read the settings of two tenants on one address apart', async () => {
    const tenants = [await app.createTenant(), await app.createTenant()];
    for (const [index, { admin }] of tenants.entries())
      await admin.patch('/v1/config', { max_tokens: 300 + index });
    const web = await Promise.all(tenants.map(openWebClient));
    const server = await Promise.all(tenants.map(openServerClient));
    expect(web.map((client) => client.getNumberValue('max_tokens', 0))).toEqual([300, 301]);
    const fromServer = server.map((client) => client.getNumberValue('max_tokens', 0));
    expect(await Promise.all(fromServer)).toEqual([300, 301]);
  });

  it('refuse to start in the web SDK, and name the error in the server SDK, with a key that is not valid', async () => {
    const tenant = { ...(await app.createTenant()), id: 'nobody', adminKey: 'atn_000000000000_wrong' };
    await expect(openWebClient(tenant)).rejects.toThrow();
    const client = await openServerClient(tenant);
    expect(await resolveWith(client, 'temperature', 9)).toMatchObject({ value: 9, errorCode: 'GENERAL' });
  });
});
