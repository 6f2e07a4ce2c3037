import { setTimeout as pause } from 'node:timers/promises';
import type { FaultProxy, Fleet, FleetMember } from '#testing';

type Kind = 'replica' | 'front' | 'redis' | 'postgres';

export interface Fault {
  readonly name: string;
  /** What it takes away: with Postgres or a replica, some changes have to fail; with Redis none has. */
  readonly kind: Kind;
  /** Does it and mends it, within 9 s. `victim` is the replica whose turn it is. */
  run(fleet: Fleet, victim: FleetMember): Promise<void>;
}

type LinkName = 'postgres' | 'redis' | 'front';

/** A link does this for so long, then is well again. */
function onLink(name: LinkName, what: string, seconds: number, act: (link: FaultProxy) => void): Fault {
  return {
    name: `${name} link of one replica ${what}`,
    kind: name,
    async run(_fleet, victim) {
      act(victim[name]);
      await pause(seconds * 1_000);
      await victim[name].restore();
    },
  };
}

function onAllPostgresLinks(name: string, act: (link: FaultProxy) => void): Fault {
  return {
    name,
    kind: 'postgres',
    async run({ members }) {
      for (const { postgres } of members) act(postgres);
      await pause(8_000);
      await Promise.all(members.map(({ postgres }) => postgres.restore()));
    },
  };
}

const replicaKilled: Fault = {
  name: 'replica killed',
  kind: 'replica',
  async run(_fleet, victim) {
    await victim.kill();
    await pause(2_000);
    await victim.restart();
  },
};

const redisKilled: Fault = {
  name: 'Redis killed, back empty after 5 s',
  kind: 'redis',
  async run({ redis }) {
    await redis.kill();
    await pause(5_000);
    await redis.restart();
  },
};

const redisSilent: Fault = {
  name: 'Redis silent for 5 s',
  kind: 'redis',
  async run({ redis }) {
    redis.pause();
    await pause(5_000);
    redis.resume();
  },
};

/** In the order in which they come; each in turn for another replica. */
export const faults: readonly Fault[] = [
  replicaKilled,
  redisKilled,
  onLink('redis', 'dropped for 300 ms', 0.3, (link) => link.cut()),
  onLink('redis', 'frozen for 5 s', 5, (link) => link.freeze()),
  onAllPostgresLinks('Postgres silent for 8 s', (link) => link.freeze()),
  onLink('front', 'cut for 3 s', 3, (link) => link.cut()),
  onLink('redis', 'delayed by 300 ms for 6 s', 6, (link) => link.delay(300)),
  redisSilent,
  onLink('postgres', 'frozen for 5 s', 5, (link) => link.freeze()),
  onLink('redis', 'half open for ever', 0, (link) => link.abandon()),
  onLink('postgres', 'delayed by 50 ms for 6 s', 6, (link) => link.delay(50)),
  onLink('front', 'frozen for 4 s', 4, (link) => link.freeze()),
  onAllPostgresLinks('Postgres refuses for 8 s', (link) => link.cut()),
  onLink('redis', 'cut for 5 s', 5, (link) => link.cut()),
  onLink('postgres', 'reset', 0, (link) => link.reset()),
  onLink('front', 'reset', 0, (link) => link.reset()),
];
