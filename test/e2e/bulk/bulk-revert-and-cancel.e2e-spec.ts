import {
  type BulkOperation,
  bulkPath,
  withChunksBlocked,
  listItems,
  selectTenants,
  getOutcome,
  revertBulkUpdate,
  runBulkUpdate,
  startBulkUpdate,
} from './bulk-operations.js';
import { expectProblem } from '../../app/expect-problem.js';
import { type TestTenant, getConfiguration, getHistory, useTestApp } from '../../app/test-app.js';

const app = useTestApp('reverted');

describe('POST /v1/platform/bulk-updates/{id}/revert', () => {
  it('restores every tenant unchanged since, absences and owners included, and lists the others', async () => {
    const [fresh, had, touched, other, locked] = [
      await app.createTenant(),
      await app.createTenant(),
      await app.createTenant(),
      await app.createTenant(),
      await app.createTenant(),
    ];
    await had.admin.patch('/v1/config', { temperature: 0.9, prompt_variables: { a: 1 } });
    const update = await runBulkUpdate(app.platform, {
      selector: selectTenants(fresh, had, touched, other, locked),
      changes: { temperature: 0.2, prompt_variables: { b: 2 } },
    });
    expect(update).toMatchObject({ updated: 5 });
    await touched.admin.patch('/v1/config', { temperature: 0.3, override_allowed: true });
    await other.admin.patch('/v1/config', { max_tokens: 700 });
    await locked.admin.patch('/v1/config', { override_allowed: false });
    const revert = await revertBulkUpdate(app.platform, update);
    expect(revert).toMatchObject({
      kind: 'revert',
      reverts: update.id,
      state: 'completed',
      reason: 'Revert of: a test',
      matched: 5,
      done: 5,
      updated: 3,
      conflict: 1,
      skipped_locked: 1,
    });
    expect((await getConfiguration(fresh.admin)).own).toEqual({});
    expect((await getConfiguration(had.admin)).own).toEqual({ temperature: 0.9, prompt_variables: { a: 1 } });
    expect((await getConfiguration(other.admin)).own).toEqual({ max_tokens: 700 });
    expect((await getConfiguration(touched.admin)).own).toMatchObject({ temperature: 0.3 });
    expect((await getConfiguration(locked.admin)).own).toMatchObject({ temperature: 0.2 });
    expect(await getOutcome(app.platform, revert, touched)).toMatchObject({
      outcome: 'conflict',
      detail: 'The tenant changed temperature meanwhile and keeps its values.',
    });
    const read = await app.platform.get<BulkOperation>(`${bulkPath}/${update.id}`);
    const list = await app.platform.get<{ items: BulkOperation[] }>(bulkPath);
    const listed = list.body.items.find(({ id }) => id === update.id);
    expect([read.body.reverted_by, listed?.reverted_by, revert.reverted_by]).toEqual([
      revert.id,
      revert.id,
      null,
    ]);
    const [entry] = await getHistory(had.admin);
    expect(entry).toMatchObject({ action: 'bulk_revert', bulk_id: revert.id });
    expect(await setBy(had)).toEqual({ temperature: 'tenant_admin', prompt_variables: 'tenant_admin' });
  });

  async function setBy({ id }: TestTenant): Promise<object | undefined> {
    const sql = 'SELECT set_by FROM tenant_configurations WHERE tenant_id = $1';
    return (await app.asSuperuser<{ set_by: object }>(sql, [id]))[0]?.set_by;
  }

  it('answers once for one update, and not for a revert', async () => {
    const update = await runBulkUpdate(app.platform, {
      selector: selectTenants(await app.createTenant()),
      changes: { temperature: 0.2 },
    });
    const revert = await revertBulkUpdate(app.platform, update);
    expectProblem(await app.platform.post(`${bulkPath}/${update.id}/revert`), 409, 'conflict');
    expectProblem(await app.platform.post(`${bulkPath}/${revert.id}/revert`), 409, 'conflict');
  });

  it('answers 409 until the update has ended', async () => {
    await withChunksBlocked(app.database, async () => {
      const update = await startBulkUpdate(app.platform, {
        selector: selectTenants(await app.createTenant()),
        changes: { temperature: 1 },
      });
      expectProblem(await app.platform.post(`${bulkPath}/${update.id}/revert`), 409, 'conflict');
    });
  });

  it('voids the change requests of the update that still wait', async () => {
    const [bound, free] = [await app.createTenant(), await app.createTenant()];
    await app.platform.patch(`/v1/platform/tenants/${bound.id}`, { approval_required: true });
    const update = await runBulkUpdate(app.platform, {
      selector: selectTenants(bound, free),
      changes: { max_tokens: 640 },
    });
    expect(update).toMatchObject({ approval_required: 1, updated: 1 });
    expect(await revertBulkUpdate(app.platform, update)).toMatchObject({
      state: 'completed',
      matched: 1,
      updated: 1,
    });
    const { body } = await bound.admin.get<{ items: object[] }>('/v1/config/change-requests');
    expect(body.items).toMatchObject([
      { state: 'void', bulk_id: update.id, void_reason: expect.any(String) as string },
    ]);
    expect(await getConfiguration(bound.admin)).toMatchObject({ version: 1, max_tokens: 1000 });
  });

  it('creates a change request where the tenant’s policy asks for one, and takes back what was approved', async () => {
    const tenant = await app.createTenant();
    await app.platform.patch(`/v1/platform/tenants/${tenant.id}`, { approval_required: true });
    const update = await runBulkUpdate(app.platform, {
      selector: selectTenants(tenant),
      changes: { temperature: 0.2 },
    });
    expect(update).toMatchObject({ approval_required: 1 });
    await approveAsAnotherPerson(tenant);
    expect((await getConfiguration(tenant.admin)).own).toEqual({ temperature: 0.2 });
    await app.platform.patch(`/v1/platform/tenants/${tenant.id}`, { approval_required: false });
    await approveAsAnotherPerson(tenant);
    expect(await revertBulkUpdate(app.platform, update)).toMatchObject({ matched: 1, updated: 1 });
    expect((await getConfiguration(tenant.admin)).own).toEqual({});
  });
});

/** Approves the tenant's pending request, as if another person had made it. */
async function approveAsAnotherPerson({ id }: TestTenant): Promise<void> {
  const sql = `UPDATE change_requests SET requested_by = 'key:somebody-else' WHERE tenant_id = $1 AND state = 'pending' RETURNING id`;
  const [request] = await app.asSuperuser<{ id: string }>(sql, [id]);
  const { status } = await app.platform.post(`/v1/platform/change-requests/${request?.id}/approve`, {});
  expect(status).toBe(200);
}

describe('POST /v1/platform/bulk-updates/{id}/cancel', () => {
  it('stops an operation before it starts, and answers 409 when it has ended', async () => {
    const tenant = await app.createTenant();
    const operation = await withChunksBlocked(app.database, async () => {
      const { id } = await startBulkUpdate(app.platform, {
        selector: selectTenants(tenant),
        changes: { temperature: 0.1 },
      });
      return app.platform.post<BulkOperation>(`${bulkPath}/${id}/cancel`);
    });
    expect(operation).toMatchObject({ status: 200, body: { state: 'cancelled', matched: 1, done: 0 } });
    expect(await listItems(app.platform, operation.body)).toEqual([
      { tenant_id: tenant.id, outcome: null, version: null, detail: null },
    ]);
    expectProblem(await app.platform.post(`${bulkPath}/${operation.body.id}/cancel`), 409, 'conflict');
    const next = await runBulkUpdate(app.platform, {
      selector: selectTenants(tenant),
      changes: { max_tokens: 900 },
    });
    expect(next).toMatchObject({ updated: 1 });
    expect((await getConfiguration(tenant.admin)).own).toEqual({ max_tokens: 900 });
  });
});
