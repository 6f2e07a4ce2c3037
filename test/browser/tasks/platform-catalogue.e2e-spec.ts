import { getConfiguration } from '../../app/test-app.js';
import { useBrowserApp } from '../browser-app.js';
import { startRollout } from '../start-rollout.js';
import { useHands } from './use-hands.js';
import { ways } from './ways.js';

const app = useBrowserApp();
const reader = { name: 'reader', role: 'platform_reader' };
let count = 0;

/** A name that no earlier task has used. */
const nameOf = (kind: string): string => `${kind}-${(count += 1)}`;

async function read(path: string): Promise<{ status: number; body: Record<string, unknown> }> {
  return app.platform.get<Record<string, unknown>>(`/v1/platform/${path}`);
}

describe.each(ways)('$person', (way) => {
  const open = useHands(app, way);

  it('makes a plan with a default and a ceiling, and deletes it', async () => {
    const id = nameOf('plan');
    const hand = await open('platform_admin', `/plans/${id}`);
    await hand.region('Models').tick('standard');
    const defaults = hand.region('Default settings');
    await defaults.choose('Setting', 'Temperature (temperature)');
    await defaults.fill('Temperature', '0.4');
    const ceilings = hand.region('Ceilings');
    await ceilings.choose('Setting', 'Longest answer (max_tokens)');
    await ceilings.fill('Longest answer', '1500');
    await (await hand.open('Save, no tenant changes')).confirm('Save, no tenant changes');
    await hand.see(`The plan ${id} is saved.`);
    expect((await read(`plans/${id}`)).body).toMatchObject({
      defaults: { temperature: 0.4 },
      ceilings: { max_tokens: 1500 },
    });
    await (await hand.open('Delete')).confirm(`Delete ${id}`);
    await hand.see(`${id} is deleted.`);
    expect((await read(`plans/${id}`)).status).toBe(404);
  });

  it('adds a model', async () => {
    const id = nameOf('model');
    const hand = await open('platform_admin', `/models/${id}`);
    await hand.see('Enter the address of the model first, or choose another provider.');
    await hand.choose('Tier', 'standard');
    await hand.fill('Address', 'https://models.example/v1');
    await hand.fill('Context window, tokens', '64000');
    await (await hand.open('Save, no tenant changes')).confirm('Save, no tenant changes');
    await hand.see(`${id} is saved.`);
    expect((await read(`models/${id}`)).body).toMatchObject({
      tier: 'standard',
      base_url: 'https://models.example/v1',
      context_window: 64_000,
      state: 'active',
    });
  });

  it('retires a model, and deletes it', async () => {
    const id = nameOf('model');
    const body = { provider: 'sandbox', tier: 'economy', input_usd_per_mtok: 0, output_usd_per_mtok: 0 };
    const limits = { context_window: 8_000, max_output_tokens: 1_000, temperature: { min: 0, max: 2 } };
    await app.platform.put(`/v1/platform/models/${id}`, { ...body, ...limits });
    const hand = await open('platform_admin', `/models/${id}`);
    await hand.press('Who uses it?');
    await (await hand.open('Retire, no tenant changes')).confirm('Retire, no tenant changes');
    await hand.see(`${id} is retired.`);
    expect((await read(`models/${id}`)).body).toMatchObject({ state: 'retired' });
    await (await hand.open('Delete')).confirm(`Delete ${id}`);
    await hand.see(`${id} is deleted.`);
    expect((await read(`models/${id}`)).status).toBe(404);
  });

  it('changes a default', async () => {
    const hand = await open('platform_admin', '/defaults');
    await hand.choose('Setting', 'Vectors against keywords (retrieval_alpha)');
    await hand.fill('Vectors against keywords', '0.9');
    await (await hand.open(/^Save, /)).confirm(/^Save, /);
    await hand.see('The defaults are changed.');
    expect((await read('defaults')).body).toMatchObject({ retrieval_alpha: 0.9 });
    await app.platform.patch('/v1/platform/defaults', { retrieval_alpha: 0.5 });
  });

  it('makes a rollout, raises it and promotes it', async () => {
    const { id, admin } = await app.createTenant();
    const name = nameOf('rollout');
    const selector = encodeURIComponent(JSON.stringify({ tenant_ids: [id] }));
    const hand = await open('platform_admin', `/rollouts/new?selector=${selector}`);
    await hand.choose('Setting', 'Chunks in the prompt (retrieval_top_k)');
    await hand.fill('Chunks in the prompt', '7');
    await hand.fill('Name', name);
    await hand.choose('Share at the beginning, %', '10');
    await (await hand.open('Give it to 10 % of tenants')).confirm('Give it to 10 % of tenants');
    await hand.see(`The rollout ${name} has begun.`);
    await hand.page.waitForURL(/rollouts\/[0-9a-f]{32}$/);
    const path = `rollouts/${new URL(hand.page.url()).pathname.split('/').at(-1)}`;
    expect((await read(path)).body).toMatchObject({ name, state: 'running', percentage: 10 });
    await (await hand.open('Give it to 50 %')).confirm('Give it to 50 % of tenants');
    await hand.see(`${name} is given to 50 % of tenants.`);
    expect((await read(path)).body).toMatchObject({ percentage: 50 });
    await (await hand.open('Promote')).confirm('Promote, 1 tenant change');
    await hand.see(`${name} is promoted.`);
    await hand.see('promoted');
    expect((await read(path)).body).toMatchObject({ state: 'promoted' });
    expect(await getConfiguration(admin)).toMatchObject({ retrieval_top_k: 7 });
  });

  it('aborts a rollout', async () => {
    const { id } = await app.createTenant();
    const rollout = await startRollout(app, 'seven chunks', [id]);
    const hand = await open('platform_admin', `/rollouts/${rollout}`);
    await (await hand.open('Abort')).confirm('Abort seven chunks');
    await hand.see('aborted');
    expect((await read(`rollouts/${rollout}`)).body).toMatchObject({ state: 'aborted' });
  });

  it('adds an identity provider with a mapping, and deletes it', async () => {
    const id = nameOf('provider');
    const hand = await open('platform_admin', '/identity');
    const sheet = await hand.open('Add a connection');
    await sheet.fill('Id', id);
    await sheet.fill('Label', 'Acme login');
    await sheet.fill('Issuer', 'https://login.example');
    await sheet.fill('Client id', 'attune');
    await sheet.fill('Client secret', 'not a secret');
    await sheet.confirm(`Add ${id}`);
    await hand.fill('Value', 'support');
    await hand.choose('Role', 'platform_reader');
    await hand.press('Add a mapping');
    await (await hand.open('Review 1 change')).confirm('Save 1 mapping');
    await hand.see('Acme login has 1 mapping now.');
    const mappings = { items: [{ value: 'support', role: 'platform_reader' }] };
    expect((await read(`identity/connections/${id}/mappings`)).body).toMatchObject(mappings);
    await (await hand.open('Delete')).confirm(`Delete ${id}`);
    await hand.see('Acme login is deleted.');
    expect((await read(`identity/connections/${id}`)).status).toBe(404);
  });

  it('makes a key of the platform, and revokes it', async () => {
    const name = nameOf('watcher');
    const hand = await open('platform_admin', '/platform-keys');
    const sheet = await hand.open('Create a key');
    await sheet.fill('Name', name);
    await sheet.confirm('Create a key for a platform reader');
    const watcher = app.platform.as(await hand.store());
    await hand.see(`The key ${name} is made.`);
    expect((await watcher.get('/v1/platform/overview')).status).toBe(200);
    const revocation = await hand.open(`Revoke ${name}`);
    await revocation.see(/It was (last|never) used/);
    await revocation.confirm('Revoke 1 key');
    await hand.see(`The key ${name} is revoked`);
    expect((await watcher.get('/v1/platform/overview')).status).toBe(401);
  });

  it('signs out, and in again with a key', async () => {
    const { key } = (await app.platform.post<{ key: string }>('/v1/platform/api-keys', reader)).body;
    const hand = await open({ key }, '/tenants?q=acme');
    const statusOf = async (): Promise<number> =>
      (await hand.page.request.get(`${app.replica.url}/v1/session`)).status();
    await hand.openNavigation();
    await hand.press(/^Sign out/);
    await hand.see(/^API key/);
    expect(await statusOf()).toBe(401);
    await hand.fill('API key', key);
    await hand.press('Sign in');
    await hand.page.getByRole('heading', { level: 1, name: 'Tenants' }).waitFor();
    expect(await statusOf()).toBe(200);
  });
});
