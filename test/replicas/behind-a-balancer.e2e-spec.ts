/** Three replicas behind the product's own load balancer, under traffic: nobody who reads has to know what happens to them. */
import {
  type FailureCount,
  Fleet,
  type FleetMember,
  Traffic,
  checkHistory,
  finalEntries,
  waitFor,
} from '#testing';
import type { Shown } from '../e2e/stage.js';
import { rounds } from '../faults/rounds.js';

let fleet: Fleet;
let count = 0;

beforeAll(async () => {
  fleet = await Fleet.start();
});
afterEach(() => fleet.restore());
afterAll(() => fleet.close());

/** Traffic while `work` goes on; resolves to what was not answered as asked, once the history is known to be right. */
async function underTraffic(work: (traffic: Traffic) => Promise<void>): Promise<FailureCount[]> {
  const tenants = await fleet.addTenants(`busy-${(count += 1)}`, 30);
  const traffic = new Traffic(fleet, { tenants, changesPerSecond: 40, readsPerSecond: 40 });
  traffic.start();
  try {
    await work(traffic);
  } finally {
    await traffic.stop();
  }
  await fleet.restore();
  const entries = new Map([...(await finalEntries(fleet.database))].filter(([id]) => tenants.includes(id)));
  const newest = (id: string): number => entries.get(id)?.at(-1)?.version ?? 0;
  const hasCaughtUp = async (member: FleetMember, id: string): Promise<boolean> =>
    (await member.client().get<Shown>(`/v1/platform/tenants/${id}/config`)).body.version === newest(id);
  for (const member of fleet.members) for (const id of tenants) await waitFor(() => hasCaughtUp(member, id));
  const { changes, failures } = traffic;
  expect(checkHistory({ changes, reads: traffic.reads, entries })).toEqual([]);
  expect(changes.filter(({ version }) => version !== null).length).toBeGreaterThan(0);
  return failures.all();
}

/** So many more reads of each kind have been answered. */
async function reads(traffic: Traffic, more = 60): Promise<void> {
  const enough = traffic.reads.length + more;
  await waitFor(() => traffic.reads.length >= enough);
}

describe.each(rounds)('three replicas under traffic, in round %i,', () => {
  it('answer every request while they are restarted in turn', async () => {
    const failures = await underTraffic(async (traffic) => {
      for (const member of fleet.members) {
        await member.stop();
        await member.restart();
        await reads(traffic);
      }
    });
    expect(failures).toEqual([]);
  });

  it('answer every read while one is killed', async () => {
    const failures = await underTraffic(async (traffic) => {
      const [victim] = fleet.members;
      await reads(traffic);
      await victim.kill();
      await reads(traffic, 200);
      await victim.restart();
      await reads(traffic);
    });
    expect(failures.filter(({ what }) => what !== 'change')).toEqual([]);
  });

  it('answer every request while Redis comes and goes, and links to it', async () => {
    const failures = await underTraffic(async (traffic) => {
      const [, two, three] = fleet.members;
      await reads(traffic);
      await fleet.redis.kill();
      await reads(traffic, 200);
      await fleet.redis.restart();
      await two.redis.cutFor(300);
      three.redis.freeze();
      await reads(traffic, 200);
      await three.redis.restore();
      two.redis.abandon();
      await reads(traffic, 200);
    });
    expect(failures).toEqual([]);
  });

  it('are not taken from everybody by one who asks for what cannot be had', async () => {
    const [tenant] = (await fleet.addTenants(`greedy-${(count += 1)}`, 1)) as [string];
    const path = `/v1/platform/tenants/${tenant}/config`;
    const greedy = Array.from({ length: 9 }, () =>
      fleet.api.get(path, { 'attune-min-config-version': '99' }),
    );
    expect(new Set((await Promise.all(greedy)).map(({ status }) => status))).toEqual(new Set([503]));
    const answers = await Promise.all(Array.from({ length: 30 }, () => fleet.api.get(path)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });
});
