/**
 * Three replicas behind the shipped nginx, which knows them only by their addresses. They restart in turn, also while a newer release
 * migrates their database, and no client notices.
 */
import {
  type AllTraffic,
  type ClusterReplica,
  ReplicaCluster,
  type Traffic,
  findLosses,
  waitFor,
} from '#testing';
import { migrate } from '#database';
import { type MigrationClass, migrations, toMigration } from '#migrations';
import { rounds } from '../faults/rounds.js';

/**
 * With FAULT_RUNS: about 200 requests a second, with reads at each replica, and connections that nginx keeps as long as it does in
 * production. One round among other tests has a tenth of it, which a busy machine can answer too, and shorter times.
 */
const isLongRun = rounds.length > 1;
const rates = isLongRun
  ? { changesPerSecond: 30, readsPerSecond: 35 }
  : { changesPerSecond: 4, readsPerSecond: 12 };
const mixedRates = isLongRun
  ? { queries: 12, queryStreams: 6, uploads: 4, changeStreams: 4, maxInFlight: 80 }
  : { queries: 1, queryStreams: 0.5, uploads: 0.5, changeStreams: 0.5, maxInFlight: 8 };
/** A replica drains for a second longer than nginx keeps an idle connection. */
const idleSeconds = isLongRun ? 5 : 1;

/** A long round takes two minutes beside two busy loops, and several times that on a machine that does more. */
if (isLongRun) jest.setTimeout(1_200_000);

let cluster: ReplicaCluster;

beforeAll(async () => {
  cluster = await ReplicaCluster.start({
    // A busy machine may take long over a query.
    env: { SHUTDOWN_DRAIN_MS: String((idleSeconds + 1) * 1_000), QUERY_DEADLINE_MS: '55000' },
    isBalancedDirectly: true,
    idleSeconds,
  });
});
// A round that has failed must not fail the next ones.
beforeEach(() => cluster.restore());
afterAll(() => cluster?.close());

async function waitForReads(traffic: Traffic): Promise<void> {
  const enough = traffic.reads.length + 50;
  await waitFor(() => traffic.reads.length >= enough, { timeoutMs: 240_000 });
}

async function restartInTurn(members: readonly ClusterReplica[], traffic: Traffic): Promise<void> {
  for (const member of members) {
    await waitForReads(traffic);
    await member.stop();
    await member.restart();
  }
  await waitForReads(traffic);
}

/** Checks that during `work` every request was answered as asked, and that nothing acknowledged is lost. */
async function expectNoLoss(prefix: string, work: (traffic: Traffic) => Promise<void>): Promise<void> {
  const tenants = await cluster.addTenants(prefix, 30);
  let sent!: AllTraffic;
  const losses = await findLosses(cluster, { tenants, ...rates, mixedRates }, (all) => {
    sent = all;
    return work(all.traffic);
  });
  expect(losses).toEqual({ failures: [], nginx: [], violations: [], documents: [] });
  const { traffic, mixed } = sent;
  expect(Math.min(traffic.changes.length, mixed.answered, mixed.documents.size)).toBeGreaterThan(0);
}

/** What the next release may do: it adds columns, a table, an index, and a policy to each table. Each round has a release of its own. */
function nextRelease(round: number): MigrationClass[] {
  const number = 9_000 + round * 10;
  return [
    `ALTER TABLE tenants ADD region_${round} text NOT NULL DEFAULT 'eu'; CREATE INDEX ON tenants (region_${round});
     CREATE TABLE regions_${round} (id text PRIMARY KEY, name text NOT NULL)`,
    `ALTER TABLE tenant_configurations ADD reviewed_at_${round} timestamptz`,
    `ALTER TABLE documents ADD language_${round} text NOT NULL DEFAULT 'en'`,
    `ALTER TABLE usage_log ADD region_${round} text`,
    `-- no-transaction
     DO $$ DECLARE protected regclass; BEGIN
       FOR protected IN
         SELECT oid FROM pg_class c WHERE relkind = 'r' AND relrowsecurity AND NOT EXISTS
           (SELECT FROM pg_policy WHERE polrelid = c.oid AND polname = 'region_${round}')
       LOOP
         EXECUTE format('CREATE POLICY region_${round} ON %s TO attune_jobs USING (false)', protected);
         COMMIT;
       END LOOP;
     END $$`,
  ].map((sql, index) => toMigration(`${number + index}-regions.sql`, sql));
}

describe.each(rounds)('three replicas that restart in turn under traffic, round %i:', (round) => {
  it('every request is answered, no stream is cut, and no change or document is lost', () =>
    expectNoLoss(`rolling-${round}`, (traffic) => restartInTurn(cluster.replicas, traffic)));
});

describe.each(rounds)(
  'three replicas whose database a newer release migrates under traffic, round %i:',
  (round) => {
    it('the replicas go on, start again and migrate nothing, and no request fails', async () => {
      const target = { migrationUrl: cluster.database.migrationUrl, applicationUser: 'attune_app' };
      await expectNoLoss(`upgraded-${round}`, async (traffic) => {
        await waitForReads(traffic);
        const next = [...migrations, ...nextRelease(round)];
        expect(await migrate({ ...target, migrations: next })).toHaveLength(5);
        await restartInTurn(isLongRun ? cluster.replicas : cluster.replicas.slice(0, 1), traffic);
        expect(await migrate(target)).toEqual([]);
      });
    });
  },
);
