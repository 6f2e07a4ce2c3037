/** What coherence costs with many tenants: loads of the database, and the hits of those whom a change does not concern. */
import { ReplicaCluster, type ClusterReplica, StatementLog, waitFor } from '#testing';
import { startBulkUpdate, waitUntilEnded } from '../e2e/bulk/bulk-operations.js';
import type { ConfigurationResponse } from '../app/test-app.js';

/** `BULK_TENANTS=10000` for what the product promises; the usual run makes do with less. */
const tenantCount = Number(process.env['BULK_TENANTS'] ?? 2_000);
const concurrency = 32;

let cluster: ReplicaCluster;

beforeAll(async () => {
  cluster = await ReplicaCluster.start();
});
afterAll(() => cluster.close());

async function versionAt(replica: ClusterReplica, id: string): Promise<number> {
  const { status, body } = await replica
    .client()
    .get<ConfigurationResponse>(`/v1/platform/tenants/${id}/config`);
  expect(status).toBe(200);
  return body.version;
}

/** Calls `act` for each, a few at a time. */
async function forEachConcurrently<T>(
  items: readonly T[],
  act: (item: T) => Promise<unknown>,
): Promise<void> {
  const left = items.values();
  const work = async () => {
    for (const item of left) await act(item);
  };
  await Promise.all(Array.from({ length: concurrency }, work));
}

/** The sum over all labels. */
async function readMetric(replica: ClusterReplica, name: string): Promise<number> {
  const { body } = await replica.client().get<string>('/metrics');
  const lines = body.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  expect(lines).not.toEqual([]);
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

describe('three replicas with many tenants', () => {
  it('refresh all tenants soon after a bulk change with few queries, and keep the entries of other tenants', async () => {
    const [tenants, others] = [
      await cluster.addTenants('many', tenantCount),
      await cluster.addTenants('other', 50),
    ];
    for (const member of cluster.replicas)
      await forEachConcurrently([...tenants, ...others], (id) => versionAt(member, id));
    const selector = { tenant_ids: tenants };
    const operation = await startBulkUpdate(cluster.api, { selector, changes: { temperature: 0.4 } });
    const statements = cluster.replicas.map(({ postgres }) => new StatementLog(postgres));
    expect(await waitUntilEnded(cluster.api, operation)).toMatchObject({
      state: 'completed',
      updated: tenantCount,
    });
    await Promise.all(
      cluster.replicas.map(async (member) => {
        await forEachConcurrently(others, (id) => versionAt(member, id));
        await forEachConcurrently(tenants, (id) => waitFor(async () => (await versionAt(member, id)) === 2));
      }),
    );
    for (const [index, each] of statements.entries()) {
      each.stop();
      const { name } = cluster.replicas[index]!;
      process.stdout.write(
        `${name}: ${each.dataStatements.length} queries after a bulk change of ${tenantCount} tenants\n`,
      );
      expect(each.dataStatements.length).toBeLessThan(tenantCount / 2);
      const ofOthers = new RegExp(`SELECT.*FROM tenant_configurations.*other-\\d`, 's');
      expect(each.matching(ofOthers)).toEqual([]);
    }
  });

  it('answer 1,000 requests of 50 tenants with a hit ratio over 85 % and at most a tenth of the reads', async () => {
    const [member] = cluster.replicas;
    const [spare, ...tenants] = await cluster.addTenants('busy', 51);
    const tokens = new Map<string, string>();
    for (const id of [spare!, ...tenants]) tokens.set(id, await cluster.tenantAdminToken(id));
    const ask = async (id: string) => {
      expect((await member.client(tokens.get(id)).get('/v1/config')).status).toBe(200);
    };
    const reads = (statements: StatementLog) =>
      statements.dataStatements.filter((text) => text.includes('SELECT')).length;
    const cold = new StatementLog(member.postgres);
    await ask(spare!);
    cold.stop();
    const names = ['config_cache_hits_total', 'config_cache_requests_total'];
    const before = await Promise.all(names.map((name) => readMetric(member, name)));
    const warm = new StatementLog(member.postgres);
    await forEachConcurrently(
      Array.from({ length: 1_000 }, (_, index) => tenants[index % 50]!),
      ask,
    );
    warm.stop();
    const [hits, requests] = (await Promise.all(names.map((name) => readMetric(member, name)))).map(
      (value, index) => value - before[index]!,
    );
    process.stdout.write(
      `${hits} hits of ${requests} requests; ${reads(warm)} reads of Postgres, ${reads(cold)} for one tenant\n`,
    );
    expect(requests).toBeGreaterThanOrEqual(1_000);
    expect(hits! / requests!).toBeGreaterThan(0.85);
    expect(reads(warm)).toBeLessThanOrEqual((1_000 * reads(cold)) / 10);
  });
});
