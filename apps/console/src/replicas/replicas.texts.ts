function shareOf(count: number, all: number): string {
  if (count < all) return `${count} of ${all} replicas`;
  return all === 1 ? 'The replica' : `All ${all} replicas`;
}

function whereToLook(count: number, all: number, server: string): string {
  if (all === 1) return '';
  return count < all
    ? ` Check the network of ${count === 1 ? 'this replica' : 'these replicas'}.`
    : ` Check ${server} itself.`;
}

/** The texts of the replicas and of how far a change has come. */
export const texts = {
  about: 'Read every two seconds while this page is visible.',
  redisOfOne: 'not configured (one replica)',
  noRedis: 'not configured',
  propagation: {
    reached: (version: number, reached: number, all: number): string =>
      `Version ${version} on ${reached} of ${all} ${all === 1 ? 'replica' : 'replicas'}`,
    within: (reached: string, duration: string): string => `${reached}, within ${duration}`,
    served: (version: number, duration: string): string =>
      `Version ${version} is what this replica serves, ${duration} after the save`,
  },
  facts: {
    tenants: (active: number, suspended: number): string => `${active} active, ${suspended} suspended`,
    noneEnded: 'none has ended',
    unanswered: (share: string): string => `${share} without an answer`,
    p95: (duration: string): string => `, 95 of 100 within ${duration}`,
    noChange: 'none',
    version: (version: number): string => `version ${version}`,
    queries: 'Queries of the last minute',
    cost: 'Cost of today (UTC)',
    costAbout: 'of the queries that have ended',
    newest: 'Newest change',
  },
  columns: {
    unknown: 'unknown',
    release: (release: string): string => `Release ${release}, started {date}`,
    replica: 'Replica',
    behindBy: 'Behind by',
    feedRead: 'Feed read',
    ago: (duration: string): string => `${duration} ago`,
    source: 'Source',
    redis: 'Redis',
    entries: 'Entries',
    cacheHits: 'Cache hits',
    load: 'Load, p95',
  },
  outage: {
    postgres: (count: number, all: number): string => `${shareOf(count, all)} cannot reach Postgres`,
    postgresAbout:
      'Configurations can be read; changes get 503. Repair Postgres and leave the replicas alone: do not restart them, their memory has the best data that is available.',
    redis: (count: number, all: number): string => `${shareOf(count, all)} cannot reach Redis`,
    redisAbout:
      'Everything works; a change reaches all replicas within 5 seconds. Bring Redis back, even empty, and do not deploy a release meanwhile.',
    whereToLook,
  },
  race: {
    summary: (current: number, all: number, doubts: number): string =>
      `${current} of ${all} replicas have the newest change, ${doubts} in doubt`,
    farBehind: '10,000 changes behind',
    newest: 'newest change',
    hollow: 'A hollow dot: the replica cannot reach Redis or Postgres, or reports no more.',
    title: 'How far behind',
  },
  busiest: {
    title: 'Busiest tenants of the last hour',
    none: 'No changes',
    noneAbout: 'Nothing was changed within the last hour since the replicas started.',
    label: 'Busiest tenants',
    refused: 'Refused as invalid',
  },
} as const;
