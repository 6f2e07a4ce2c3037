import { createHash, randomBytes } from 'node:crypto';
import { ApiClient, addTenants, waitFor } from '#testing';
import { Client } from 'pg';
import {
  type Operation,
  bulkPath,
  ended,
  holdingChunks,
  itemsOf,
  revertBulk,
  runBulk,
  startBulk,
  sumOf,
} from './bulk-operations.js';
import { type Problem, type Shown, type Stage, openStage } from './stage.js';

const thousands = 10_000;
const changers = 200;

let stage: Stage;
let platform: ApiClient;
let tenants: string[];

beforeAll(async () => {
  stage = await openStage();
  ({ platform } = stage);
  tenants = await addTenants(stage.database, 'many', thousands, 'basic');
});
afterAll(() => stage.close());

/** The tenants' own admins, their keys put in by plain SQL. */
async function adminsOf(ids: readonly string[]): Promise<ApiClient[]> {
  const keys = ids.map(() => ({
    id: randomBytes(8).toString('hex'),
    secret: randomBytes(24).toString('hex'),
  }));
  const hashes = keys.map(({ secret }) => createHash('sha256').update(secret).digest('hex'));
  await stage.asSuperuser(
    `INSERT INTO api_keys (id, tenant_id, name, role, secret_sha256, created_by)
     SELECT id, tenant_id, 'key', 'tenant_admin', decode(hash, 'hex'), 'test' FROM unnest($1::text[], $2::text[], $3::text[]) k (id, tenant_id, hash)`,
    [keys.map(({ id }) => id), ids, hashes],
  );
  return keys.map(({ id, secret }) => platform.as(`atn_${id}_${secret}`));
}

async function inLanes<T>(
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
  { id }: Operation,
  base = 1,
): Promise<{ versions: number; entries: number; tenants: number }[]> {
  return stage.asSuperuser(
    `SELECT versions, entries, count(*)::int AS tenants FROM (
       SELECT (c.version - $2)::int AS versions, (SELECT count(*)::int FROM tenant_configuration_history h
         WHERE h.tenant_id = c.tenant_id AND h.bulk_id = $1) AS entries
       FROM tenant_configurations c WHERE c.tenant_id LIKE 'many-%') each GROUP BY 1, 2 ORDER BY 1, 2`,
    [id, base],
  );
}

describe('ten thousand tenants', () => {
  let update: Operation;

  it('have one new version and one history entry each, or the outcome that says why not', async () => {
    await stage.asSuperuser(`UPDATE tenants SET approval_required = true WHERE tenant_id = ANY($1)`, [
      tenants.slice(0, 100),
    ]);
    await stage.asSuperuser(
      `UPDATE tenant_configurations SET override_allowed = false WHERE tenant_id = ANY($1)`,
      [tenants.slice(100, 300)],
    );
    update = await runBulk(platform, { selector: { plans: ['basic'] }, changes: { temperature: 0.11 } });
    expect(update).toMatchObject({
      state: 'completed',
      matched: thousands,
      done: thousands,
      updated: thousands - 300,
      approval_required: 100,
      skipped_locked: 200,
    });
    expect(sumOf(update)).toBe(thousands);
    expect(await versionsBy(update)).toEqual([
      { versions: 0, entries: 0, tenants: 100 },
      { versions: 1, entries: 0, tenants: 200 },
      { versions: 1, entries: 1, tenants: thousands - 300 },
    ]);
    const items = await itemsOf(platform, update, 'approval_required');
    expect(items.map(({ tenant_id: id }) => id)).toEqual(tenants.slice(0, 100));
    const requests = await stage.asSuperuser('SELECT FROM change_requests WHERE bulk_id = $1', [update.id]);
    expect(requests).toHaveLength(100);
  });

  it('are restored by a revert, all but those who changed the setting since', async () => {
    const admins = await adminsOf(tenants.slice(300, 310));
    await inLanes(admins, async (admin, index) => {
      const { status } = await admin.patch('/v1/config', {
        temperature: 0.5 + index / 100,
        override_allowed: true,
      });
      expect(status).toBe(200);
    });
    const revert = await revertBulk(platform, update);
    expect(revert).toMatchObject({
      state: 'completed',
      matched: thousands - 300,
      updated: thousands - 310,
      conflict: 10,
    });
    const [left] = await stage.asSuperuser<{ settings: number }>(
      `SELECT count(*)::int AS settings FROM tenant_configurations WHERE tenant_id LIKE 'many-%' AND settings <> '{}'`,
    );
    expect(left).toEqual({ settings: 10 });
  });

  it('keep their own changes that are made during a run', async () => {
    const [same, other] = [tenants.slice(4000, 4000 + changers), tenants.slice(6000, 6000 + changers)];
    const admins = await adminsOf([...same, ...other]);
    await inLanes(admins, async (admin) => void (await admin.get('/v1/config')));
    const operation = await holdingChunks(stage.database, async () => {
      const begun = await startBulk(platform, {
        selector: { plans: ['basic'] },
        changes: { temperature: 0.22 },
      });
      await inLanes(admins, async (admin, index) => {
        const patch = index < changers ? { temperature: 1 + index / 1000 } : { max_tokens: 500 + index };
        expect((await admin.patch('/v1/config', patch)).status).toBe(200);
      });
      return begun;
    });
    const done = await ended(platform, operation);
    expect(done).toMatchObject({
      state: 'completed',
      matched: thousands,
      done: thousands,
      conflict: changers,
    });
    expect(sumOf(done)).toBe(thousands);
    const conflicts = await itemsOf(platform, done, 'conflict');
    expect(conflicts.map(({ tenant_id: id }) => id)).toEqual(same);
    await inLanes(admins, async (admin, index) => {
      const { body } = await admin.get<Shown>('/v1/config?include=sources');
      const own =
        index < changers ? { temperature: 1 + index / 1000 } : { temperature: 0.22, max_tokens: 500 + index };
      expect(body.own).toEqual(own);
    });
  });

  it('lose no own change that races with the chunks themselves', async () => {
    const racers = tenants.filter((_, index) => index > 1000 && index % 100 === 55);
    const admins = await adminsOf(racers);
    const begun = await startBulk(platform, {
      selector: { plans: ['basic'] },
      changes: { retrieval_top_k: 7 },
    });
    const answers: number[] = [];
    await inLanes(admins, async (admin, index) => {
      const { status } = await admin.patch<Problem>('/v1/config', { retrieval_alpha: index / 1000 });
      answers[index] = status;
    });
    const done = await ended(platform, begun);
    expect(sumOf(done)).toBe(thousands);
    await inLanes(admins, async (admin, index) => {
      const { body } = await admin.get<Shown>('/v1/config?include=sources');
      expect([200, 409]).toContain(answers[index]);
      const own = answers[index] === 200 ? { retrieval_alpha: index / 1000 } : {};
      expect(body.own).toMatchObject({ ...own, retrieval_top_k: 7 });
      if (answers[index] === 409) expect(body.own).not.toHaveProperty('retrieval_alpha');
    });
  });

  it('are left as they are behind the chunk at which a run is cancelled', async () => {
    const blocker = new Client({ connectionString: stage.database.superuserUrl });
    await blocker.connect();
    await blocker.query('BEGIN');
    // Somebody's long transaction in the second chunk holds the run up there.
    await blocker.query('SELECT FROM tenant_configurations WHERE tenant_id = $1 FOR UPDATE', [tenants[5000]]);
    const begun = await startBulk(platform, {
      selector: { plans: ['basic'] },
      changes: { max_tokens: 1234 },
    });
    await waitFor(async () => (await shown(begun)).done > 0);
    // Cancelled before the second chunk begins, it would wait for nobody.
    await waitFor(async () => (await waiting()) >= 1);
    const cancelling = platform.post<Operation>(`${bulkPath}/${begun.id}/cancel`);
    await waitFor(async () => (await waiting()) >= 2);
    await blocker.query('ROLLBACK');
    await blocker.end();
    const { status, body: cancelled } = await cancelling;
    expect([status, cancelled.state]).toEqual([200, 'cancelled']);
    expect(cancelled.done).toBeLessThan(thousands);
    expect(sumOf(cancelled)).toBe(cancelled.done);
    const changed = await stage.asSuperuser(`SELECT FROM tenant_configuration_history WHERE bulk_id = $1`, [
      begun.id,
    ]);
    expect(changed).toHaveLength(cancelled.updated);
    expect(await shown(begun)).toEqual(cancelled);
    const reverted = await revertBulk(platform, begun);
    expect(reverted).toMatchObject({
      state: 'completed',
      matched: cancelled.updated,
      updated: cancelled.updated,
    });
  });

  async function shown({ id }: Operation): Promise<Operation> {
    return (await platform.get<Operation>(`${bulkPath}/${id}`)).body;
  }

  /** Statements of the product that wait for a lock: the chunk's, and the cancellation's behind it. */
  async function waiting(): Promise<number> {
    const sql = `SELECT count(*)::int AS statements FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    return (await stage.asSuperuser<{ statements: number }>(sql))[0]?.statements ?? 0;
  }
});
