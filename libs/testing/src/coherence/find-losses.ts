import type { ReplicaCluster } from '../replicas/replica-cluster.js';
import { type Violation, checkHistory } from './check-history.js';
import type { FailureCount } from './failure-counter.js';
import { type MixedRates, MixedTraffic } from './mixed-traffic.js';
import { readFinalEntries } from './read-final-entries.js';
import { Traffic, type TrafficOptions } from './traffic.js';

/** Everything that clients send. */
export interface AllTraffic {
  readonly traffic: Traffic;
  readonly mixed: MixedTraffic;
}

/** What a client could miss. All empty: nothing was lost. */
export interface Losses {
  readonly failures: readonly FailureCount[];
  /** Connections that broke while the load balancer waited for an answer. */
  readonly nginx: readonly string[];
  readonly violations: readonly Violation[];
  /** Documents that were acknowledged and are not there. */
  readonly documents: readonly string[];
}

/** Sends reads, changes, queries, uploads and streams during `work`, and returns what was lost of them. */
export async function findLosses(
  cluster: ReplicaCluster,
  options: TrafficOptions & { readonly mixedRates: MixedRates },
  work: (sent: AllTraffic) => Promise<void>,
): Promise<Losses> {
  const { tenants } = options;
  const earlierErrors = brokenConnections(cluster).length;
  const traffic = new Traffic(cluster, options);
  const mixed = new MixedTraffic(cluster, tenants, options.mixedRates);
  traffic.start();
  mixed.start();
  try {
    await work({ traffic, mixed });
  } finally {
    await Promise.all([traffic.stop(), mixed.stop()]);
  }
  const all = await readFinalEntries(cluster.database);
  const entries = new Map([...all].filter(([id]) => tenants.includes(id)));
  const { changes, reads } = traffic;
  return {
    failures: [...traffic.failures.all().filter(isServersFault), ...mixed.failures.all()],
    nginx: brokenConnections(cluster).slice(earlierErrors),
    violations: checkHistory({ changes, reads, entries }),
    documents: await missingDocuments(cluster, mixed.documents),
  };
}

/**
 * On a busy machine a client of `Traffic`, which waits for 8 s, may give up. A change that its client has given up still runs, and the
 * next one of the tenant may get 409. `MixedTraffic` waits for a minute, so whatever fails there counts.
 */
function isServersFault({ what, how }: FailureCount): boolean {
  return how !== 'TimeoutError' && !(what === 'change' && how.startsWith('409'));
}

/** Reads and refused connections are repeated at another replica. */
function brokenConnections({ loadBalancer }: ReplicaCluster): string[] {
  const lines = loadBalancer.output().split('\n');
  return lines.filter((line) => line.includes('[error]') && !/Connection refused|request: "GET/.test(line));
}

async function missingDocuments(
  cluster: ReplicaCluster,
  documents: MixedTraffic['documents'],
): Promise<string[]> {
  const missing: string[] = [];
  for (const [tenant, ids] of documents) {
    const client = cluster.api.as(await cluster.tenantAdminToken(tenant));
    for (const id of ids) if ((await client.get(`/v1/documents/${id}`)).status !== 200) missing.push(id);
  }
  return missing;
}
