import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type Replica,
  type TestDatabase,
  addTenants,
  createTestDatabase,
  startReplica,
  testRedisUrl,
  waitFor,
} from '#testing';
import { Client } from 'pg';
import {
  type BulkOperation,
  bulkPath,
  waitUntilEnded,
  startBulkUpdate,
  sumOutcomes,
} from '../e2e/bulk/bulk-operations.js';
import { querySql } from '../app/test-app.js';

/** How many replicas are killed; more than the usual few with `BULK_KILLS=20`. */
const kills = Number(process.env['BULK_KILLS'] ?? 3);
const victimsAtOnce = 3;
/** A chunk and a bit. */
const tenantsEach = 4_200;
/** About as long as an operation runs; some are killed before it, some after. */
const maxWaitMs = 1_000;

let database: TestDatabase;
let survivor: Replica;
let env: Record<string, string>;

beforeAll(async () => {
  database = await createTestDatabase();
  env = {
    DATABASE_URL: database.url,
    MIGRATION_DATABASE_URL: database.migrationUrl,
    REDIS_URL: testRedisUrl(),
    ATTUNE_PLATFORM_API_KEY: `atn_${'a'.repeat(12)}_${'b'.repeat(48)}`,
  };
  survivor = await startReplica({ env });
});
afterAll(async () => {
  await survivor?.stop();
  await database?.drop();
});

let count = 0;

/** An operation over tenants of its own, begun by the replica, which so is the first to take it. */
async function startRound(replica: Replica): Promise<BulkOperation> {
  const tenantIds = await addTenants(database, `round-${(count += 1)}`, tenantsEach);
  return startBulkUpdate(replica.api, { selector: { tenant_ids: tenantIds }, changes: { temperature: 0.4 } });
}

/** Every tenant of the operation: how many versions it got, how many entries of the operation, and with which outcome. */
function readChangedTenants({ id }: BulkOperation): Promise<object[]> {
  return querySql(
    database.superuserUrl,
    `SELECT outcome, (c.version - i.base_version)::int AS versions, (SELECT count(*)::int FROM tenant_configuration_history h
       WHERE h.tenant_id = i.tenant_id AND h.bulk_id = $1) AS entries, count(*)::int AS tenants
     FROM bulk_operation_items i JOIN tenant_configurations c USING (tenant_id) WHERE operation_id = $1 GROUP BY 1, 2, 3`,
    [id],
  );
}

async function expectAppliedOnce(operation: BulkOperation): Promise<void> {
  const completed = await waitUntilEnded(survivor.api, operation);
  expect(completed).toMatchObject({ state: 'completed', matched: tenantsEach, updated: tenantsEach });
  expect(sumOutcomes(completed)).toBe(tenantsEach);
  expect(await readChangedTenants(operation)).toEqual([
    { outcome: 'updated', versions: 1, entries: 1, tenants: tenantsEach },
  ]);
}

/** Begins an operation, lets it come to its second chunk, and calls `then` while that is under way. */
async function duringSecondChunk(replica: Replica, then: () => Promise<void>): Promise<BulkOperation> {
  const blocker = new Client({ connectionString: database.superuserUrl });
  await blocker.connect();
  await blocker.query('BEGIN');
  const tenantIds = await addTenants(database, 'chunked', tenantsEach);
  const sql = 'SELECT FROM tenant_configurations WHERE tenant_id = $1 FOR UPDATE';
  await blocker.query(sql, [tenantIds.at(-1)]);
  const selector = { tenant_ids: tenantIds };
  const operation = await startBulkUpdate(replica.api, { selector, changes: { temperature: 0.4 } });
  try {
    await waitFor(async () => {
      const { body } = await survivor.api.get<BulkOperation>(`${bulkPath}/${operation.id}`);
      return body.done > 0;
    });
    await then();
  } finally {
    await blocker.end();
  }
  return operation;
}

describe('a bulk operation whose replica is killed', () => {
  it.each(Array.from({ length: Math.ceil(kills / victimsAtOnce) }, (_, round) => round + 1))(
    'continues on another replica that updates every tenant exactly once (round %i)',
    async (round) => {
      const victims = await Promise.all(
        Array.from({ length: Math.min(victimsAtOnce, kills - (round - 1) * victimsAtOnce) }, () =>
          startReplica({ env }),
        ),
      );
      const operations = round === 1 ? [await duringSecondChunk(victims[0]!, () => victims[0]!.kill())] : [];
      for (const victim of victims.slice(operations.length)) operations.push(await startRound(victim));
      await Promise.all(victims.map(killSometime));
      for (const operation of operations) await expectAppliedOnce(operation);
    },
    120_000,
  );

  async function killSometime(victim: Replica): Promise<void> {
    await pause(randomInt(maxWaitMs));
    if (victim.process.signalCode === null) await victim.kill();
  }

  it('continues at once when the replica shuts down gracefully', async () => {
    const leaving = await startReplica({ env });
    const operation = await startRound(leaving);
    expect(await leaving.stop()).toBe(0);
    await expectAppliedOnce(operation);
  });
});
