import { allTenants } from '#database';
import { encodeCursor } from '#http';
import { anAuthor, startConfigServices } from '../../testing/config-services.js';
import {
  ChangeRequestScene,
  firstPage,
  neutralApprover,
  rejectionOf,
} from '../../testing/change-request-scene.js';
import { testStores } from '../../testing/test-stores.js';
import { ChangePipeline } from '../change/change-pipeline.js';
import { DecideChangeRequestService } from './decisions/decide-change-request.service.js';

describe.each(testStores)('ChangeRequestsService on %s', (_name, open) => {
  let scene: ChangeRequestScene;

  beforeAll(async () => {
    scene = await ChangeRequestScene.open(open);
  });
  afterAll(() => scene.close());

  it('lists requests newest first, in pages, by state, and those of all tenants for the platform', async () => {
    const [id, other] = [await scene.createTenant(), await scene.createTenant()];
    const createdIds: string[] = [];
    for (const max_tokens of [201, 202, 203, 204, 205])
      createdIds.unshift((await scene.requestChange(id, { max_tokens })).id);
    await scene.requestChange(other, { max_tokens: 200 });
    await scene.withdraw(id, createdIds[1]!);
    const requests = scene.requests;
    const listedIds: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await requests.listForTenant(id, { ...firstPage, limit: 2, cursor });
      listedIds.push(...page.items.map((each) => each.id));
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    expect(listedIds).toEqual(createdIds);
    const pending = await requests.listForTenant(id, { ...firstPage, state: 'pending' });
    expect(pending.items.map((each) => each.id)).toEqual(createdIds.filter((_, at) => at !== 1));
    const everyone = await requests.listAll({ ...firstPage, limit: 2, tenantId: null });
    expect(everyone.items.map(({ tenant_id }) => tenant_id)).toEqual([other, id]);
    expect((await requests.listAll({ ...firstPage, tenantId: other })).items).toHaveLength(1);
  });

  it.each([
    ['x'],
    ['2026', 'abcdefgh'],
    ['2026-02-30T00:00:00.000000Z', 'abcdefgh'],
    ['0000-01-01T00:00:00.000000Z', 'abcdefgh'],
    ['2026-01-01T00:00:00.000000Z', "' or 1=1"],
  ])('refuses a cursor that it never returned: %j', async (...keys) => {
    const search = { ...firstPage, cursor: encodeCursor(keys) };
    expect(await rejectionOf(async () => scene.requests.listForTenant('anybody', search))).toMatchObject({
      slug: 'invalid-input',
    });
  });

  it('neither finds nor withdraws the request of another tenant', async () => {
    const [id, other] = [await scene.createTenant(), await scene.createTenant()];
    const request = await scene.requestChange(id, { temperature: 0.2 });
    const requests = scene.requests;
    for (const strange of [request.id, 'nothing', '', 'ffffffffffffffffffffffffffffffff', "' or 1=1"]) {
      expect(await rejectionOf(() => requests.getForTenant(other, strange))).toMatchObject({
        slug: 'not-found',
      });
      expect(await rejectionOf(() => scene.withdraw(other, strange))).toMatchObject({ slug: 'not-found' });
    }
    expect(await requests.getForTenant(id, request.id)).toMatchObject({ state: 'pending' });
  });

  it('stores a request during the deletion of its tenant before it, or finds no tenant', async () => {
    for (let round = 0; round < 10; round += 1) {
      const id = await scene.createTenant();
      const [asked, removed] = await Promise.allSettled([
        scene.requestChange(id, { temperature: 0.2 }),
        scene.runSql(id, `SELECT attune_delete_tenant('${id}')`),
      ]);
      expect(removed).toMatchObject({ status: 'fulfilled' });
      if (asked.status === 'rejected') expect(asked.reason).toMatchObject({ slug: 'not-found' });
      expect(await scene.runSql(allTenants, `SELECT FROM change_requests WHERE tenant_id = '${id}'`)).toEqual(
        [],
      );
    }
  });

  it('does not apply the hourly limit to requests, nor count approved ones', async () => {
    const id = await scene.createTenant();
    await scene.approve((await scene.requestChange(id, { max_tokens: 201 })).id);
    const later = await scene.requestChange(id, { temperature: 0.2 });
    await scene.runSql(id, 'UPDATE tenants SET approval_required = false');
    const strict = await startConfigServices(scene.store.database, { CONFIG_CHANGES_PER_HOUR: '1' });
    const change = (max_tokens: number) => strict.patch(anAuthor(id), { max_tokens });
    const decision = { id: later.id, approver: neutralApprover, comment: null };
    try {
      expect(await change(202)).toMatchObject({ version: 3 });
      expect(await rejectionOf(() => change(203))).toMatchObject({ slug: 'rate-limited' });
      expect(await strict.get(DecideChangeRequestService).approve(decision)).toMatchObject({
        state: 'applied',
      });
    } finally {
      await strict.close();
    }
  });

  it('voids the request for a setting that no longer exists', async () => {
    const id = await scene.createTenant();
    const [row] = (await scene.runSql(
      id,
      `INSERT INTO change_requests (tenant_id, base_version, patch, diff, settings_after, kind, requested_by, requested_by_role)
       VALUES ('${id}', 1, '{"colour": "red"}', '[]', '{"colour": "red"}', 'update', 'key:other', 'platform_admin') RETURNING id`,
    )) as { id: string }[];
    expect(await rejectionOf(() => scene.approve(row!.id))).toMatchObject({
      details: { state: 'void', void_reason: 'colour is no longer a setting' },
    });
  });

  it('does not let a tenant withdraw a request of the platform', async () => {
    const id = await scene.createTenant();
    const request = await scene.requestChange(id, { temperature: 0.2 }, anAuthor(id, 'platform_admin'));
    expect(await rejectionOf(() => scene.withdraw(id, request.id))).toMatchObject({
      slug: 'conflict',
      details: { state: 'pending' },
    });
  });

  it('refuses a change that a replica with an outdated policy lets pass', async () => {
    const id = await scene.createTenant();
    const { version } = await scene.storedConfiguration(id);
    const pipeline = scene.services.get(ChangePipeline);
    const draft = await pipeline.open({
      tenantId: id,
      author: anAuthor(id),
      acceptedVersions: null,
      force: false,
      reason: null,
      gate: false,
    });
    Object.assign(draft.inputs.tenant, { approval_required: false });
    const change = pipeline.commit(draft, {
      settings: { temperature: 1 },
      override_allowed: true,
      action: 'update',
      fromVersion: null,
    });
    expect(await rejectionOf(() => change)).toMatchObject({
      slug: 'concurrent-update',
      message: expect.stringContaining('Approval'),
    });
    expect(await scene.storedConfiguration(id)).toMatchObject({ version });
  });

  describe('the table change_requests', () => {
    async function as(role: 'asTenant' | 'asPlatform', id: string, sql: string): Promise<number> {
      return scene.store.database[role](id, async () => (await scene.store.database.query(sql)).length);
    }
    const decide = (state: string) =>
      `UPDATE change_requests SET state = '${state}', decided_by = 'x', decided_at = now() RETURNING id`;

    it('lets a tenant only withdraw requests, and only pending ones', async () => {
      const id = await scene.createTenant();
      await scene.requestChange(id, { temperature: 0.2 });
      for (const state of ['applied', 'rejected', 'void', 'pending'])
        await expect(as('asTenant', id, decide(state))).rejects.toThrow(/row-level security|violates/);
      const forbidden = ["comment = 'x'", "patch = '{}'", "requested_by = 'x'", 'applied_version = 9'];
      for (const column of forbidden)
        await expect(as('asTenant', id, `UPDATE change_requests SET ${column}`)).rejects.toThrow(
          'permission denied',
        );
      await expect(as('asTenant', id, 'DELETE FROM change_requests')).rejects.toThrow('permission denied');
      expect(await as('asTenant', id, decide('withdrawn'))).toBe(1);
      expect(await as('asTenant', id, decide('withdrawn'))).toBe(0);
      expect(await as('asPlatform', id, decide('rejected'))).toBe(0);
    });

    it('lets the platform decide on requests of a tenant, but neither withdraw nor change them', async () => {
      const id = await scene.createTenant();
      await scene.requestChange(id, { temperature: 0.2 });
      await expect(as('asPlatform', id, decide('withdrawn'))).rejects.toThrow(/row-level security/);
      await expect(as('asPlatform', id, `UPDATE change_requests SET patch = '{}'`)).rejects.toThrow(
        'permission denied',
      );
      await expect(as('asPlatform', id, decide('applied'))).rejects.toThrow('violates');
      expect(await as('asPlatform', id, decide('rejected'))).toBe(1);
    });

    it('does not let a tenant insert a request of the platform', async () => {
      const id = await scene.createTenant();
      const insert = (
        role: string,
      ) => `INSERT INTO change_requests (tenant_id, base_version, patch, diff, settings_after, kind, requested_by, requested_by_role)
        VALUES ('${id}', 1, '{}', '[]', '{}', 'update', 'x', '${role}')`;
      await expect(as('asTenant', id, insert('platform_admin'))).rejects.toThrow('row-level security');
      expect(await as('asTenant', id, `${insert('tenant_admin')} RETURNING id`)).toBe(1);
    });

    it('loses the requests of a deleted tenant, and the audit log keeps who decided', async () => {
      const id = await scene.createTenant();
      const request = await scene.requestChange(id, { temperature: 0.2 });
      await scene.approve(request.id);
      const audited = () =>
        scene.store.asSuperuser<{ action: string; actor: string }>(
          `SELECT action, actor FROM audit_log WHERE target = $1 ORDER BY id`,
          [request.id],
        );
      const acts = [
        { action: 'change_request.request', actor: 'key:tenant_admin' },
        { action: 'change_request.approve', actor: 'key:approver' },
      ];
      expect(await audited()).toEqual(acts);
      await scene.store.database.asPlatform(id, () =>
        scene.store.database.query('SELECT attune_delete_tenant($1)', [id]),
      );
      expect(await scene.store.asSuperuser('SELECT FROM change_requests WHERE tenant_id = $1', [id])).toEqual(
        [],
      );
      expect(await audited()).toEqual(acts);
      expect(await rejectionOf(() => scene.approve(request.id))).toMatchObject({ slug: 'not-found' });
    });
  });
});
