/** The client against the running service. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '#testing';
import { type Attune, type AttuneOptions, AttuneError, type ConfigurationChange, createAttune } from '#sdk';
import { type TestTenant, useTestApp } from '../app/test-app.js';
import { InstalledClient } from './installed-client.js';

const app = useTestApp('client', { EMBEDDINGS: 'local' });
const clients: Attune[] = [];

afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));

function open(tenant: TestTenant, options: Partial<AttuneOptions> = {}): Attune {
  const client = createAttune({ url: app.replica.url, key: tenant.adminKey, tenant: tenant.id, ...options });
  clients.push(client);
  return client;
}

describe.each(['stream', 'poll'] as const)('a client in the mode %s', (mode) => {
  const timings = { pollMs: 50 };

  it('a client has every setting as GET /v1/config has it', async () => {
    const tenant = await app.createTenant();
    const attune = open(tenant, { mode, timings });
    expect(await attune.ready()).toEqual({ source: 'network', stale: false, version: 1, reason: mode });
    const { body } = await tenant.admin.get<Record<string, unknown>>('/v1/config');
    expect(attune.settings().length).toBeGreaterThanOrEqual(19);
    for (const name of attune.settings())
      expect({ name, value: attune.get(name) }).toEqual({ name, value: body[name] });
  });

  it('a client sees changes of the tenant, and of its plan under the same version', async () => {
    const plan = { allowed_tiers: ['economy'], allowed_models: [], ceilings: {}, locked_settings: [] };
    const path = `/v1/platform/plans/client-${mode}`;
    await app.platform.put(path, { ...plan, defaults: { retrieval_top_k: 4 } });
    const tenant = await app.createTenant(`client-${mode}`);
    const attune = open(tenant, { mode, timings });
    await attune.ready();
    const changes: ConfigurationChange[] = [];
    attune.on('change', (change) => changes.push(change));
    await tenant.admin.patch('/v1/config', { max_tokens: 700 });
    await waitFor(() => attune.get('max_tokens') === 700);
    await app.platform.put(path, { ...plan, defaults: { retrieval_top_k: 6 } });
    await waitFor(() => attune.get('retrieval_top_k') === 6);
    expect(changes.map(({ version, changed }) => [version, changed])).toEqual([
      [2, ['max_tokens']],
      [2, ['retrieval_top_k']],
    ]);
  });

  it('a client reads its own write at once', async () => {
    const tenant = await app.createTenant();
    const attune = open(tenant, { mode, timings: { pollMs: 60_000 } });
    await attune.ready();
    for (const value of [500, 600, 700]) {
      const { body } = await tenant.admin.patch<{ version: number }>('/v1/config', { max_tokens: value });
      await attune.atLeast(body.version);
      expect(attune.get('max_tokens')).toBe(value);
    }
  });

  it('a client whose key is revoked becomes fatal, and keeps its values', async () => {
    const tenant = await app.createTenant();
    const attune = open(tenant, { mode, timings });
    await attune.ready();
    await app.platform.del(`/v1/platform/tenants/${tenant.id}/api-keys/${tenant.adminKeyId}`);
    await waitFor(() => attune.status().state === 'fatal');
    expect(attune.status().reason).toBe('unauthenticated');
    expect(attune.get('temperature')).toBe(0.7);
  });

  it('a client of a suspended tenant still reads, and its questions are refused', async () => {
    const tenant = await app.createTenant();
    await app.platform.patch(`/v1/platform/tenants/${tenant.id}`, { status: 'suspended' });
    const attune = open(tenant, { mode, timings });
    expect(await attune.ready({ requireFresh: true })).toMatchObject({ stale: false });
    await expect(attune.ask('Anybody there?')).rejects.toMatchObject({
      status: 403,
      code: 'tenant-suspended',
    });
  });
});

describe('a client', () => {
  it('a client is refused the configuration of another tenant than the one that it names', async () => {
    const [one, other] = [await app.createTenant(), await app.createTenant()];
    const attune = open(one, { tenant: other.id });
    await expect(attune.ready()).rejects.toThrow(/does not belong to the tenant/);
    expect(attune.get('temperature')).toBeUndefined();
  });

  it('a client with a key of another scope becomes fatal with the reason forbidden', async () => {
    const tenant = await app.createTenant();
    const key = { name: 'usage only', role: 'member', scopes: ['usage:read'] };
    const { body } = await tenant.admin.post<{ key: string }>('/v1/api-keys', key);
    const attune = open(tenant, { key: body.key });
    await expect(attune.ready()).rejects.toMatchObject({ status: { state: 'fatal', reason: 'forbidden' } });
  });

  it('a client explains which layer a value comes from', async () => {
    const tenant = await app.createTenant();
    const attune = open(tenant);
    await attune.ready();
    await attune.atLeast(
      (await tenant.admin.patch<{ version: number }>('/v1/config', { temperature: 0.3 })).body.version,
    );
    expect(await attune.explain('temperature')).toMatchObject({ value: 0.3, layer: 'tenant', version: 2 });
    expect(await attune.explain('retrieval_alpha')).toMatchObject({ layer: 'platform' });
  });

  it('a client asks a question, and receives the answer whole or streamed', async () => {
    const tenant = await app.createTenant();
    await tenant.admin.post('/v1/documents', {
      id: 'opening',
      title: 'Opening hours',
      text: 'The shop opens at nine.',
    });
    const attune = open(tenant);
    const whole = await attune.ask('When does the shop open?', { userId: 'user-42' });
    expect(whole.sources.map(({ doc_id: id }) => id)).toEqual(['opening']);
    const tokens: string[] = [];
    let last: unknown;
    for await (const event of attune.ask('When does the shop open?', { stream: true })) {
      if (event.type === 'token') tokens.push(event.text);
      last = event;
    }
    expect(last).toMatchObject({ type: 'done', answer: { answer: tokens.join('') } });
  });

  it('a client’s impossible question is an AttuneError with the service’s problem', async () => {
    const tenant = await app.createTenant();
    const error = await open(tenant)
      .ask('')
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AttuneError);
    expect(error).toMatchObject({
      status: 400,
      code: 'invalid-input',
      problem: { errors: expect.arrayContaining([expect.objectContaining({ field: 'question' })]) },
    });
  });
});

describe('docs/connect/typescript-sdk.md', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/connect/typescript-sdk.md'), 'utf8');
  const examples = Array.from(guide.matchAll(/^```ts\n([\s\S]*?)^```$/gm), ([, code]) => code!);
  let client: InstalledClient;

  beforeAll(async () => {
    client = await InstalledClient.create();
  }, 120_000);

  afterAll(() => client.remove());

  it('the guide’s examples run in their order against the service, with the installed package', async () => {
    const tenant = await app.createTenant();
    await tenant.admin.post('/v1/documents', {
      id: 'gpl',
      title: 'GPL',
      text: 'You may sell software under the GPL.',
    });
    const given = `const [url, key] = ${JSON.stringify([app.replica.url, tenant.adminKey])};`;
    const code = examples.join('\n').replaceAll("'acme-law'", JSON.stringify(tenant.id));
    const imports = code.match(/^import .*$/gm)!.join('\n');
    const body = code.replaceAll(/^import .*$/gm, '');
    const end = 'console.log("\\ntop k", topK); await OpenFeature.close();';
    const output = await client.run('guide.mjs', [imports, given, body, end].join('\n'));
    expect(examples.length).toBeGreaterThanOrEqual(5);
    expect(output).toContain('network false\n');
    expect(output).toContain('version 2: temperature (');
    expect(output).toContain('\n0.3\n');
    expect(output).toContain('\ntenant 0.3\n');
    expect(output).toContain('ready → closed: closed');
    expect(output).toContain('\ntop k 5\n');
    expect(readFileSync(join(client.project, 'attune-settings'), 'utf8')).toMatch(/^attune-configuration 1 /);
  }, 60_000);
});
