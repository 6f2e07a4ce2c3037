/** The first table of docs/reference/coherence-tests.md, over the whole product: one test for each of its faults. */
import {
  ReplicaCluster,
  type ClusterReplica,
  StatementLog,
  holdCommitResponseAfter,
  holdNextResponse,
  waitFor,
} from '#testing';
import { querySql } from '../app/test-app.js';
import { ClusterTenant } from './cluster-tenant.js';
import { rounds } from './rounds.js';

let cluster: ReplicaCluster;
let [replicaOne, replicaTwo, replicaThree]: ClusterReplica[] = [];

beforeAll(async () => {
  cluster = await ReplicaCluster.start();
  [replicaOne, replicaTwo, replicaThree] = cluster.replicas;
});
afterEach(() => cluster.restore());
afterAll(() => cluster.close());

function readStatementsOf({ id }: ClusterTenant): RegExp {
  return new RegExp(`SELECT.*FROM tenant_configurations.*${id}`, 's');
}

/** The database has it, whoever was told. */
async function waitUntilCommitted({ id }: ClusterTenant, version: number): Promise<void> {
  const sql = 'SELECT FROM tenant_configurations WHERE tenant_id = $1 AND version = $2';
  await waitFor(async () => (await querySql(cluster.database.superuserUrl, sql, [id, version])).length > 0);
}

/** Everything that was published before has reached this replica. */
async function waitUntilNotified(from: ClusterReplica, at: ClusterReplica): Promise<void> {
  const marker = await ClusterTenant.createWarm(cluster, 'marker');
  await marker.waitForVersion(await marker.changeAt(from, 200), [at]);
}

describe.each(rounds)('replica coherence, round %i:', () => {
  it('a replica discards a load that read the old value and ended after the change', async () => {
    const tenant = await ClusterTenant.createCold(cluster, 'overtaken');
    const held = holdNextResponse(replicaTwo!.postgres, readStatementsOf(tenant));
    const reading = tenant.readAt(replicaTwo!);
    await held.sent;
    expect(await tenant.changeAt(replicaOne!, 500)).toBe(2);
    await waitUntilNotified(replicaOne!, replicaTwo!);
    held.release();
    expect(await reading).toMatchObject({ version: 2, max_tokens: 500 });
    expect(await tenant.readAt(replicaTwo!)).toMatchObject({ version: 2, max_tokens: 500 });
  });

  it('a request after the change never gets an older value, even while such a load runs', async () => {
    const tenant = await ClusterTenant.createCold(cluster, 'joined');
    const held = holdNextResponse(replicaTwo!.postgres, readStatementsOf(tenant));
    let isEnded = false;
    const reading = tenant.readAt(replicaTwo!).finally(() => (isEnded = true));
    await held.sent;
    await tenant.changeAt(replicaOne!, 500);
    await waitUntilNotified(replicaOne!, replicaTwo!);
    expect(await tenant.readAt(replicaTwo!)).toMatchObject({ version: 2 });
    expect(isEnded).toBe(false);
    held.release();
    expect(await reading).toMatchObject({ version: 2 });
  });

  it('two concurrent writers leave the later version, even when the earlier notification arrives last', async () => {
    const tenant = await ClusterTenant.createWarm(cluster, 'contested');
    const held = holdCommitResponseAfter(replicaOne!.postgres, /UPDATE tenant_configurations/);
    const earlier = tenant.changeAt(replicaOne!, 500);
    await held.sent;
    await waitUntilCommitted(tenant, 2);
    expect(await tenant.changeAt(replicaTwo!, 600)).toBe(3);
    await tenant.waitForVersion(3);
    held.release();
    expect(await earlier).toBe(2);
    await waitUntilNotified(replicaOne!, replicaThree!);
    for (const member of cluster.replicas)
      expect(await tenant.readAt(member)).toMatchObject({ version: 3, max_tokens: 600 });
  });

  it('many concurrent writers leave all replicas and the database equal', async () => {
    const tenant = await ClusterTenant.createWarm(cluster, 'crowded');
    const path = `/v1/platform/tenants/${tenant.id}/config`;
    const writes = Array.from({ length: 18 }, (_, index) =>
      cluster.replicas[index % 3]!.client().patch<{ version: number; max_tokens: number }>(path, {
        max_tokens: 500 + index,
      }),
    );
    const answers = await Promise.all(writes);
    expect(answers.filter(({ status }) => status !== 200 && status !== 409)).toEqual([]);
    const won = answers.filter(({ status }) => status === 200).map(({ body }) => body);
    const last = won.reduce((a, b) => (a.version > b.version ? a : b));
    expect(last.version).toBe(won.length + 1);
    await tenant.waitForVersion(last.version);
    for (const member of cluster.replicas)
      expect(await tenant.readAt(member)).toMatchObject({
        version: last.version,
        max_tokens: last.max_tokens,
      });
  });

  it('a replica is current after it lost its link to Redis for 300 ms around a change', async () => {
    const tenant = await ClusterTenant.createWarm(cluster, 'dropped');
    const mended = replicaTwo!.redis.cutFor(300);
    const version = await tenant.changeAt(replicaOne!, 500);
    await mended;
    await tenant.waitForVersion(version, [replicaTwo!]);
  });

  it('a replica is current while its link to Redis is cut', async () => {
    const tenant = await ClusterTenant.createWarm(cluster, 'cut');
    replicaTwo!.redis.cut();
    await tenant.waitForVersion(await tenant.changeAt(replicaOne!, 500), [replicaTwo!]);
    await tenant.waitForVersion(await tenant.changeAt(replicaTwo!, 600), [replicaOne!]);
  });

  it('a replica is current during and after a half-open link to Redis', async () => {
    const tenant = await ClusterTenant.createWarm(cluster, 'frozen');
    replicaTwo!.redis.freeze();
    await tenant.waitForVersion(await tenant.changeAt(replicaOne!, 500), [replicaTwo!]);
    await tenant.waitForVersion(await tenant.changeAt(replicaTwo!, 600), [replicaOne!]);
    await replicaTwo!.redis.restore();
    await tenant.waitForVersion(await tenant.changeAt(replicaOne!, 700), [replicaTwo!]);
  });

  it('a replica is current though its connections to Redis stay half open for ever', async () => {
    const tenant = await ClusterTenant.createWarm(cluster, 'abandoned');
    replicaTwo!.redis.abandonConnections();
    await tenant.waitForVersion(await tenant.changeAt(replicaOne!, 500), [replicaTwo!]);
    await tenant.waitForVersion(await tenant.changeAt(replicaTwo!, 600), [replicaOne!]);
  });

  it('a replica never goes back while notifications arrive late', async () => {
    const tenant = await ClusterTenant.createWarm(cluster, 'late');
    replicaTwo!.redis.delay(300);
    const seen: number[] = [];
    for (const value of [500, 600, 700, 800]) {
      const version = await tenant.changeAt(replicaOne!, value);
      await waitFor(
        async () => seen.push((await tenant.readAt(replicaTwo!)).version) && seen.at(-1)! >= version,
      );
    }
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });

  it('a replica reads, writes and sees changes while Redis is down, and agrees with the others afterwards', async () => {
    const [held, cold] = [
      await ClusterTenant.createWarm(cluster, 'held'),
      await ClusterTenant.createCold(cluster, 'unheld'),
    ];
    await cluster.redis.kill();
    try {
      const version = await held.changeAt(replicaOne!, 500);
      expect(await cold.readAt(replicaTwo!)).toMatchObject({ version: 1 });
      await held.waitForVersion(version);
    } finally {
      await cluster.redis.restart();
    }
    await held.waitForVersion(await held.changeAt(replicaTwo!, 600));
    await cold.waitForVersion(await cold.changeAt(replicaThree!, 600));
  });

  it('a replica reads and writes while Redis accepts connections and does not respond', async () => {
    const [held, cold] = [
      await ClusterTenant.createWarm(cluster, 'held'),
      await ClusterTenant.createCold(cluster, 'unheld'),
    ];
    cluster.redis.pause();
    try {
      const version = await held.changeAt(replicaOne!, 500);
      expect(await cold.readAt(replicaTwo!)).toMatchObject({ version: 1 });
      await held.waitForVersion(version);
    } finally {
      cluster.redis.resume();
    }
    await held.waitForVersion(await held.changeAt(replicaTwo!, 600));
  });

  it('a replica does one load for 200 concurrent cold reads', async () => {
    const tenant = await ClusterTenant.createCold(cluster, 'rushed', replicaTwo!);
    const held = holdNextResponse(replicaTwo!.postgres, readStatementsOf(tenant));
    const statements = new StatementLog(replicaTwo!.postgres);
    const reads = Array.from({ length: 200 }, () => tenant.readAt(replicaTwo!));
    await held.sent;
    held.release();
    expect(new Set((await Promise.all(reads)).map(({ version }) => version))).toEqual(new Set([1]));
    statements.stop();
    expect(statements.matching(readStatementsOf(tenant))).toHaveLength(1);
  });
});
