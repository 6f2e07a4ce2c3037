import { createHash, randomBytes } from 'node:crypto';
import { ApiClient, addTenants, waitFor } from '#testing';
import { Client } from 'pg';
import {
  type BulkOperation,
  bulkPath,
  waitUntilEnded,
  withChunksBlocked,
  listItems,
  revertBulkUpdate,
  runBulkUpdate,
  startBulkUpdate,
  sumOutcomes,
} from './bulk-operations.js';
import { type Problem, type ConfigurationResponse, useTestApp } from '../../app/test-app.js';

const tenantCount = 10_000;
const concurrentChanges = 200;

const app = useTestApp();
let tenants: string[];

beforeAll(async () => {
  tenants = await addTenants(app.database, 'many', tenantCount, 'basic');
});

/** The tenants' own admins, their keys put in by plain SQL. */
async function createAdminClients(ids: readonly string[]): Promise<ApiClient[]> {
  const keys = ids.map(() => ({
    id: randomBytes(8).toString('hex'),
    secret: randomBytes(24).toString('hex'),
  }));
  const hashes = keys.map(({ secret }) => createHash('sha256').update(secret).digest('hex'));
  await app.asSuperuser(
    `INSERT INTO api_keys (id, tenant_id, name, role, secret_sha256, created_by)
     SELECT id, tenant_id, 'key', 'tenant_admin', decode(hash, 'hex'), 'test' FROM unnest($1::text[], $2::text[], $3::text[]) k (id, tenant_id, hash)`,
    [keys.map(({ id }) => id), ids, hashes],
  );
  return keys.map(({ id, secret }) => app.platform.as(`atn_${id}_${secret}`));
}

async function forEachConcurrently<T>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const waiting = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of waiting) await work(item, index);
  };
  await Promise.all(Array.from({ length: 8 }, lane));
}

/** How many new versions and history entries of the operation each of its tenants has, as pairs, and how many tenants have them. */
function versionsBy(
  { id }: BulkOperation,
  base = 1,
): Promise<{ versions: number; entries: number; tenants: number }[]> {
  return app.asSuperuser(
    `SELECT versions, entries, count(*)::int AS tenants FROM (
       SELECT (c.version - $2)::int AS versions, (SELECT count(*)::int FROM tenant_configuration_history h
         WHERE h.tenant_id = c.tenant_id AND h.bulk_id = $1) AS entries
       FROM tenant_configurations c WHERE c.tenant_id LIKE 'many-%') each GROUP BY 1, 2 ORDER BY 1, 2`,
    [id, base],
  );
}

describe('a bulk update of ten thousand tenants', () => {
  let update: BulkOperation;

  it('writes one new version and one history entry for each tenant, or an outcome with the reason', async () => {
    await app.asSuperuser(`UPDATE tenants SET approval_required = true WHERE tenant_id = ANY($1)`, [
      tenants.slice(0, 100),
    ]);
    await app.asSuperuser(
      `UPDATE tenant_configurations SET override_allowed = false WHERE tenant_id = ANY($1)`,
      [tenants.slice(100, 300)],
    );
    update = await runBulkUpdate(app.platform, {
      selector: { plans: ['basic'] },
      changes: { temperature: 0.11 },
    });
    expect(update).toMatchObject({
      state: 'completed',
      matched: tenantCount,
      done: tenantCount,
      updated: tenantCount - 300,
      approval_required: 100,
      skipped_locked: 200,
    });
    expect(sumOutcomes(update)).toBe(tenantCount);
    expect(await versionsBy(update)).toEqual([
      { versions: 0, entries: 0, tenants: 100 },
      { versions: 1, entries: 0, tenants: 200 },
      { versions: 1, entries: 1, tenants: tenantCount - 300 },
    ]);
    const items = await listItems(app.platform, update, 'approval_required');
    expect(items.map(({ tenant_id: id }) => id)).toEqual(tenants.slice(0, 100));
    const requests = await app.asSuperuser('SELECT FROM change_requests WHERE bulk_id = $1', [update.id]);
    expect(requests).toHaveLength(100);
  });

  it('can be reverted for all tenants but those that changed the setting since', async () => {
    const admins = await createAdminClients(tenants.slice(300, 310));
    await forEachConcurrently(admins, async (admin, index) => {
      const { status } = await admin.patch('/v1/config', {
        temperature: 0.5 + index / 100,
        override_allowed: true,
      });
      expect(status).toBe(200);
    });
    const revert = await revertBulkUpdate(app.platform, update);
    expect(revert).toMatchObject({
      state: 'completed',
      matched: tenantCount - 300,
      updated: tenantCount - 310,
      conflict: 10,
    });
    const [left] = await app.asSuperuser<{ settings: number }>(
      `SELECT count(*)::int AS settings FROM tenant_configurations WHERE tenant_id LIKE 'many-%' AND settings <> '{}'`,
    );
    expect(left).toEqual({ settings: 10 });
  });

  it('keeps the tenants’ own changes during the run', async () => {
    const [same, other] = [
      tenants.slice(4000, 4000 + concurrentChanges),
      tenants.slice(6000, 6000 + concurrentChanges),
    ];
    const admins = await createAdminClients([...same, ...other]);
    await forEachConcurrently(admins, async (admin) => void (await admin.get('/v1/config')));
    const operation = await withChunksBlocked(app.database, async () => {
      const begun = await startBulkUpdate(app.platform, {
        selector: { plans: ['basic'] },
        changes: { temperature: 0.22 },
      });
      await forEachConcurrently(admins, async (admin, index) => {
        const patch =
          index < concurrentChanges ? { temperature: 1 + index / 1000 } : { max_tokens: 500 + index };
        expect((await admin.patch('/v1/config', patch)).status).toBe(200);
      });
      return begun;
    });
    const done = await waitUntilEnded(app.platform, operation);
    expect(done).toMatchObject({
      state: 'completed',
      matched: tenantCount,
      done: tenantCount,
      conflict: concurrentChanges,
    });
    expect(sumOutcomes(done)).toBe(tenantCount);
    const conflicts = await listItems(app.platform, done, 'conflict');
    expect(conflicts.map(({ tenant_id: id }) => id)).toEqual(same);
    await forEachConcurrently(admins, async (admin, index) => {
      const { body } = await admin.get<ConfigurationResponse>('/v1/config?include=sources');
      const own =
        index < concurrentChanges
          ? { temperature: 1 + index / 1000 }
          : { temperature: 0.22, max_tokens: 500 + index };
      expect(body.own).toEqual(own);
    });
  });

  it('loses no tenant change that races with the chunks', async () => {
    const racers = tenants.filter((_, index) => index > 1000 && index % 100 === 55);
    const admins = await createAdminClients(racers);
    const begun = await startBulkUpdate(app.platform, {
      selector: { plans: ['basic'] },
      changes: { retrieval_top_k: 7 },
    });
    const answers: number[] = [];
    await forEachConcurrently(admins, async (admin, index) => {
      const { status } = await admin.patch<Problem>('/v1/config', { retrieval_alpha: index / 1000 });
      answers[index] = status;
    });
    const done = await waitUntilEnded(app.platform, begun);
    expect(sumOutcomes(done)).toBe(tenantCount);
    await forEachConcurrently(admins, async (admin, index) => {
      const { body } = await admin.get<ConfigurationResponse>('/v1/config?include=sources');
      expect([200, 409]).toContain(answers[index]);
      const own = answers[index] === 200 ? { retrieval_alpha: index / 1000 } : {};
      expect(body.own).toMatchObject({ ...own, retrieval_top_k: 7 });
      if (answers[index] === 409) expect(body.own).not.toHaveProperty('retrieval_alpha');
    });
  });

  it('leaves the tenants after the current chunk unchanged when it is cancelled', async () => {
    const blocker = new Client({ connectionString: app.database.superuserUrl });
    await blocker.connect();
    await blocker.query('BEGIN');
    // Somebody's long transaction in the second chunk holds the run up there.
    await blocker.query('SELECT FROM tenant_configurations WHERE tenant_id = $1 FOR UPDATE', [tenants[5000]]);
    const started = await startBulkUpdate(app.platform, {
      selector: { plans: ['basic'] },
      changes: { max_tokens: 1234 },
    });
    await waitFor(async () => (await getBulkOperation(started)).done > 0);
    // Cancelled before the second chunk begins, it would wait for nobody.
    await waitFor(async () => (await waiting()) >= 1);
    const cancelling = app.platform.post<BulkOperation>(`${bulkPath}/${started.id}/cancel`);
    await waitFor(async () => (await waiting()) >= 2);
    await blocker.query('ROLLBACK');
    await blocker.end();
    const { status, body: cancelled } = await cancelling;
    expect([status, cancelled.state]).toEqual([200, 'cancelled']);
    expect(cancelled.done).toBeLessThan(tenantCount);
    expect(sumOutcomes(cancelled)).toBe(cancelled.done);
    const changed = await app.asSuperuser(`SELECT FROM tenant_configuration_history WHERE bulk_id = $1`, [
      started.id,
    ]);
    expect(changed).toHaveLength(cancelled.updated);
    expect(await getBulkOperation(started)).toEqual(cancelled);
    const reverted = await revertBulkUpdate(app.platform, started);
    expect(reverted).toMatchObject({
      state: 'completed',
      matched: cancelled.updated,
      updated: cancelled.updated,
    });
  });

  async function getBulkOperation({ id }: BulkOperation): Promise<BulkOperation> {
    return (await app.platform.get<BulkOperation>(`${bulkPath}/${id}`)).body;
  }

  /** Statements of the product that wait for a lock: the chunk's, and the cancellation's behind it. */
  async function waiting(): Promise<number> {
    const sql = `SELECT count(*)::int AS statements FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    return (await app.asSuperuser<{ statements: number }>(sql))[0]?.statements ?? 0;
  }
});
