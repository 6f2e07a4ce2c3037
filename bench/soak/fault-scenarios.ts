import { setTimeout as pause } from 'node:timers/promises';
import type { FaultProxy, ReplicaCluster, ClusterReplica } from '#testing';
import type { FailoverServers } from './failover-servers.js';

type FaultKind = 'replica' | 'front' | 'redis' | 'postgres';

export interface FaultScenario {
  readonly name: string;
  /** What fails: with Postgres or a replica, some changes may fail; with Redis, none may. */
  readonly kind: FaultKind;
  /** Injects the fault and repairs it, within 9 s. `victim` is the replica whose turn it is. */
  run(cluster: ReplicaCluster, victim: ClusterReplica): Promise<void>;
}

type LinkName = 'postgres' | 'redis' | 'front';

/** Breaks one link of the replica for some seconds. */
function linkFault(
  name: LinkName,
  what: string,
  seconds: number,
  inject: (link: FaultProxy) => void,
): FaultScenario {
  return {
    name: `${name} link of one replica ${what}`,
    kind: name,
    async run(_cluster, victim) {
      inject(victim[name]);
      await pause(seconds * 1_000);
      await victim[name].restore();
    },
  };
}

function allPostgresLinksFault(name: string, inject: (link: FaultProxy) => void): FaultScenario {
  return {
    name,
    kind: 'postgres',
    async run({ replicas }) {
      for (const { postgres } of replicas) inject(postgres);
      await pause(8_000);
      await Promise.all(replicas.map(({ postgres }) => postgres.restore()));
    },
  };
}

const replicaKilled: FaultScenario = {
  name: 'replica killed',
  kind: 'replica',
  async run(_cluster, victim) {
    await victim.kill();
    await pause(2_000);
    await victim.restart();
  },
};

const redisKilled: FaultScenario = {
  name: 'Redis killed, back empty after 5 s',
  kind: 'redis',
  async run({ redis }) {
    await redis.kill();
    await pause(5_000);
    await redis.restart();
  },
};

const redisSilent: FaultScenario = {
  name: 'Redis silent for 5 s',
  kind: 'redis',
  async run({ redis }) {
    redis.pause();
    await pause(5_000);
    redis.resume();
  },
};

/** Each once, in this order: a server has one spare. */
export function failoverScenarios(servers: FailoverServers): readonly FaultScenario[] {
  const postgresFailover: FaultScenario = {
    name: 'Postgres killed, its standby promoted',
    kind: 'postgres',
    run: () => servers.failOverPostgres(),
  };
  const redisFailover: FaultScenario = {
    name: 'Redis master killed, its replica made the master by sentinels',
    kind: 'redis',
    run: () => servers.failOverRedis(),
  };
  return [
    replicaKilled,
    redisFailover,
    linkFault('postgres', 'frozen for 5 s', 5, (link) => link.freeze()),
    postgresFailover,
    linkFault('front', 'frozen for 4 s', 4, (link) => link.freeze()),
    allPostgresLinksFault('Postgres refuses for 8 s', (link) => link.cut()),
    { ...replicaKilled, name: 'replica killed after the failovers' },
    linkFault('postgres', 'reset', 0, (link) => link.resetConnections()),
  ];
}

/** In this order; each fault hits the next replica. */
export const faultScenarios: readonly FaultScenario[] = [
  replicaKilled,
  redisKilled,
  linkFault('redis', 'dropped for 300 ms', 0.3, (link) => link.cut()),
  linkFault('redis', 'frozen for 5 s', 5, (link) => link.freeze()),
  allPostgresLinksFault('Postgres silent for 8 s', (link) => link.freeze()),
  linkFault('front', 'cut for 3 s', 3, (link) => link.cut()),
  linkFault('redis', 'delayed by 300 ms for 6 s', 6, (link) => link.delay(300)),
  redisSilent,
  linkFault('postgres', 'frozen for 5 s', 5, (link) => link.freeze()),
  linkFault('redis', 'half open for ever', 0, (link) => link.abandonConnections()),
  linkFault('postgres', 'delayed by 50 ms for 6 s', 6, (link) => link.delay(50)),
  linkFault('front', 'frozen for 4 s', 4, (link) => link.freeze()),
  allPostgresLinksFault('Postgres refuses for 8 s', (link) => link.cut()),
  linkFault('redis', 'cut for 5 s', 5, (link) => link.cut()),
  linkFault('postgres', 'reset', 0, (link) => link.resetConnections()),
  linkFault('front', 'reset', 0, (link) => link.resetConnections()),
];
