import { getConfiguration, getHistory } from '../../app/test-app.js';
import { bulkPath, selectTenants, withChunksBlocked } from '../../e2e/bulk/bulk-operations.js';
import { useBrowserApp } from '../browser-app.js';
import { startRollout } from '../start-rollout.js';
import { useHands } from './use-hands.js';
import { ways } from './ways.js';

const app = useBrowserApp();
let created = 0;

/** A tenant as the platform has it. */
async function readTenant(id: string): Promise<object> {
  return (await app.platform.get<object>(`/v1/platform/tenants/${id}`)).body;
}

/** The key of a second platform admin. Whoever made a tenant's key may not decide about its requests. */
async function createAdminKey(): Promise<string> {
  const body = { name: 'second admin', role: 'platform_admin' };
  return (await app.platform.post<{ key: string }>('/v1/platform/api-keys', body)).body.key;
}

/** A tenant that waits for a decision about its temperature, in a list of nothing else. */
async function createRequest() {
  const tenant = await app.createTenant();
  await app.platform.patch(`/v1/platform/tenants/${tenant.id}`, { approval_required: true });
  await tenant.admin.patch('/v1/config', { temperature: 0.3, reason: 'calmer' });
  const requests = async (): Promise<object[]> =>
    (await tenant.admin.get<{ items: object[] }>('/v1/config/change-requests')).body.items;
  return { ...tenant, requests };
}

describe.each(ways)('$person', (way) => {
  const open = useHands(app, way);

  it('creates a tenant with labels, and stores the key of its admin', async () => {
    const id = `new-${(created += 1)}`;
    const hand = await open('platform_admin', '/tenants');
    const sheet = await hand.open('Create a tenant');
    await sheet.fill('Id', id);
    await sheet.fill('Name', 'New customer');
    await sheet.choose('Plan', 'enterprise');
    await sheet.fill('Labels', 'region:eu');
    await sheet.confirm(`Create ${id}`);
    const key = await hand.store();
    await hand.see(`${id} is created.`);
    const expected = { name: 'New customer', plan: 'enterprise', labels: { region: 'eu' } };
    expect(await readTenant(id)).toMatchObject(expected);
    expect((await app.platform.as(key).get('/v1/config')).status).toBe(200);
  });

  it('moves a tenant to a plan that cuts a setting', async () => {
    const { id, admin } = await app.createTenant();
    await admin.patch('/v1/config', { max_tokens: 4000 });
    const hand = await open('platform_admin', `/tenants/${id}/administration`);
    const sheet = await hand.open('Move to another plan');
    await sheet.choose('New plan', 'basic');
    await sheet.tick(/cuts these settings/);
    await sheet.confirm(/^Move to basic, cut/);
    await hand.see(`${id} is on basic now.`);
    expect(await readTenant(id)).toMatchObject({ plan: 'basic' });
  });

  it('renames and labels a tenant, suspends it and activates it', async () => {
    const { id } = await app.createTenant();
    const hand = await open('platform_admin', `/tenants/${id}/administration`);
    const sheet = await hand.open('Change');
    await sheet.fill('Name', 'Acme');
    await sheet.fill('Labels', 'region:eu');
    await sheet.confirm('Save');
    await hand.see(`${id} is changed.`);
    expect(await readTenant(id)).toMatchObject({ name: 'Acme', labels: { region: 'eu' } });
    await (await hand.open('Suspend')).confirm(`Suspend: ${id}`);
    await hand.see(`${id} is suspended now.`);
    expect(await readTenant(id)).toMatchObject({ status: 'suspended' });
    await (await hand.open('Activate')).confirm(`Activate: ${id}`);
    await hand.see(`${id} is active now.`);
    expect(await readTenant(id)).toMatchObject({ status: 'active' });
  });

  it('deletes a tenant', async () => {
    const { id } = await app.createTenant();
    const hand = await open('platform_admin', `/tenants/${id}/administration`);
    const sheet = await hand.open('Delete the tenant');
    expect(await hand.page.getByRole('button', { name: `Delete ${id} for ever` }).isDisabled()).toBe(true);
    await sheet.fill(`Type ${id} to confirm`, id);
    await sheet.confirm(`Delete ${id} for ever`);
    await hand.page.waitForURL(/\/tenants$/);
    expect((await app.platform.get(`/v1/platform/tenants/${id}`)).status).toBe(404);
  });

  it('tries a bulk update, runs it, and reverts it', async () => {
    const { id, admin } = await app.createTenant();
    const selector = encodeURIComponent(JSON.stringify({ tenant_ids: [id] }));
    const hand = await open('platform_admin', `/bulk-updates/new?selector=${selector}`);
    await hand.choose('Setting', 'Longest answer (max_tokens)');
    await hand.fill('Longest answer', '900');
    const sheet = await hand.open('Change 1 tenant');
    await sheet.startIn('Reason');
    await sheet.fill('Reason', 'cheaper answers');
    await sheet.confirm('Change 1 tenant');
    await hand.see('completed');
    expect(await getConfiguration(admin)).toMatchObject({ version: 2, max_tokens: 900 });
    await (await hand.open('Revert 1 tenant')).confirm('Revert 1 tenant');
    await hand.see('another bulk update');
    await hand.see('completed');
    expect(await getConfiguration(admin)).toMatchObject({ version: 3, max_tokens: 1000 });
  });

  it('cancels a bulk update that is running', async () => {
    const tenant = await app.createTenant();
    await withChunksBlocked(app.database, async () => {
      const body = { selector: selectTenants(tenant), changes: { max_tokens: 900 }, reason: 'a mistake' };
      const { body: operation } = await app.platform.post<{ id: string }>(bulkPath, body);
      const hand = await open('platform_admin', `/bulk-updates/${operation.id}`);
      await (await hand.open('Cancel the rest')).confirm('Cancel the rest');
      await hand.see('The operation is cancelled.');
      const { body: after } = await app.platform.get(`${bulkPath}/${operation.id}`);
      expect(after).toMatchObject({ state: 'cancelled' });
    });
    expect(await getConfiguration(tenant.admin)).toMatchObject({ version: 1 });
  });

  it('approves a request', async () => {
    const { id, admin } = await createRequest();
    const hand = await open({ key: await createAdminKey() }, `/approvals?tenant=${id}`);
    await (await hand.open('Approve')).confirm(`Approve for ${id}`);
    await hand.see(/^The request of .* is approved\./);
    expect(await getConfiguration(admin)).toMatchObject({ version: 2, temperature: 0.3 });
  });

  it('rejects a request with a comment', async () => {
    const { id, requests } = await createRequest();
    const hand = await open({ key: await createAdminKey() }, `/approvals?tenant=${id}`);
    const sheet = await hand.open('Reject');
    await sheet.fill('Comment', 'Ask the customer first.');
    await sheet.confirm('Reject');
    await hand.see(`The request of ${id} is rejected.`);
    expect(await requests()).toMatchObject([{ state: 'rejected', comment: 'Ask the customer first.' }]);
  });

  it('finds an act in the audit log, and opens it', async () => {
    const { id } = await app.createTenant();
    const hand = await open('platform_admin', '/audit');
    await hand.fill('Tenant', id);
    await hand.fill('Act', 'tenant.*');
    await hand.page.waitForURL(`**/audit?*tenant_id=${id}*`);
    const act = await hand.open(`Details of tenant.create ${id}`);
    await act.see('After');
    await act.press('Close');
    const { body } = await app.platform.get<{ items: object[] }>(
      `/v1/platform/audit?limit=20&tenant_id=${id}&action=tenant.*`,
    );
    expect(body.items).toHaveLength(1);
  });

  it('forces a setting on a locked tenant in an emergency', async () => {
    const { id, admin } = await app.createTenant();
    await admin.patch('/v1/config', { override_allowed: false });
    const part = (await open('platform_admin', '/emergency')).region('Force one setting on one tenant');
    await part.fill('Tenant', id);
    await part.press('Find it');
    await part.choose('Setting', 'Temperature (temperature)');
    await part.fill('Temperature', '0.1');
    const sheet = await part.open('Force Temperature');
    await sheet.fill('Reason', 'wrong answers');
    await sheet.confirm(`Force it on ${id}`);
    await part.whole.see(`${id} has it now, version 3.`);
    expect(await getConfiguration(admin)).toMatchObject({ version: 3, temperature: 0.1 });
    expect((await getHistory(admin))[0]).toMatchObject({ version: 3, reason: 'wrong answers' });
  });

  it('suspends a tenant and aborts a rollout in an emergency', async () => {
    const { id } = await app.createTenant();
    const rollout = await startRollout(app, `seven chunks of ${id}`, [id]);
    const hand = await open('platform_admin', '/emergency');
    const part = hand.region('Suspend a tenant');
    await part.fill('Id of the tenant', id);
    await part.press('Find it');
    await (await part.open(`Suspend ${id}`)).confirm(`Suspend: ${id}`);
    await hand.see(`${id} is suspended now.`);
    expect(await readTenant(id)).toMatchObject({ status: 'suspended' });
    await (await hand.open(`Abort seven chunks of ${id}`)).confirm(`Abort seven chunks of ${id}`);
    await hand.see(/ is aborted\./);
    const { body } = await app.platform.get(`/v1/platform/rollouts/${rollout}`);
    expect(body).toMatchObject({ state: 'aborted' });
  });
});
