import { Injectable } from '@nestjs/common';
import { RecentQueriesRepository } from '#metering';
import { OverviewRepository } from './overview.repository.js';
import type { OverviewResponse } from './overview.response.js';
import { ReplicaRepository, type SeenReplica } from './replica.repository.js';

type BusyTenant = OverviewResponse['busiest'][number];

/** Three reports are missing. */
const lostAfterMs = 15_000;
const maxBusiest = 10;

/** The state of the whole service, from any replica. */
@Injectable()
export class OverviewService {
  constructor(
    private readonly replicas: ReplicaRepository,
    private readonly overview: OverviewRepository,
    private readonly recentQueries: RecentQueriesRepository,
  ) {}

  /** @throws UnavailableError while the database cannot be reached. */
  async get(): Promise<OverviewResponse> {
    const replicas = await this.replicas.list();
    const newest = await this.overview.findNewestChange();
    return {
      replicas: replicas.map(toReplicaResponse),
      tenants: await this.overview.countTenants(),
      busiest: await this.findBusiest(replicas.filter((replica) => !isLost(replica))),
      queries: await this.recentQueries.read(),
      newest_change: newest && { ...newest, at: newest.at.toISOString() },
    };
  }

  /** A replica counts a deleted tenant for up to an hour; it is left out. */
  private async findBusiest(replicas: readonly SeenReplica[]): Promise<BusyTenant[]> {
    const tenants = sumByTenant(replicas);
    const existing = await this.overview.findExisting(tenants.map(({ tenant_id: id }) => id));
    return tenants.filter(({ tenant_id: id }) => existing.has(id)).slice(0, maxBusiest);
  }
}

/** The busiest first. */
function sumByTenant(replicas: readonly SeenReplica[]): BusyTenant[] {
  const sums = new Map<string, BusyTenant>();
  for (const { tenant_id, changes, validation_errors: invalid } of replicas.flatMap(
    ({ report }) => report.busiest,
  )) {
    const sum = sums.get(tenant_id) ?? { tenant_id, changes_last_hour: 0, validation_errors_last_hour: 0 };
    sum.changes_last_hour += changes;
    sum.validation_errors_last_hour += invalid;
    sums.set(tenant_id, sum);
  }
  return [...sums.values()].toSorted((a, b) => actsOf(b) - actsOf(a) || (a.tenant_id < b.tenant_id ? -1 : 1));
}

function actsOf({ changes_last_hour: changes, validation_errors_last_hour: invalid }: BusyTenant): number {
  return changes + invalid;
}

/** The age of the watermark grows until the next report. */
function toReplicaResponse(replica: SeenReplica): OverviewResponse['replicas'][number] {
  const { id, version, started_at: startedAt, seen_ms_ago: seenMsAgo } = replica;
  const { busiest: _busiest, state, watermark_age_ms: age, ...report } = replica.report;
  return {
    id,
    version,
    started_at: startedAt.toISOString(),
    ...report,
    state: isLost(replica) ? 'lost' : state,
    watermark_age_ms: age === null ? null : Math.round(age + seenMsAgo),
  };
}

function isLost({ seen_ms_ago: seenMsAgo }: SeenReplica): boolean {
  return seenMsAgo > lostAfterMs;
}
