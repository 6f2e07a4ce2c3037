/** ARCHITECTURE.md, the fault table of “The coherent cache”: one test for each of its rows, over the whole product. */
import { Fleet, type FleetMember, Statements, holdCommitAfter, holdNext, waitFor } from '#testing';
import { query } from '../e2e/stage.js';
import { KnownTenant } from './known-tenant.js';
import { rounds } from './rounds.js';

let fleet: Fleet;
let [one, two, three]: FleetMember[] = [];

beforeAll(async () => {
  fleet = await Fleet.start();
  [one, two, three] = fleet.members;
});
afterEach(() => fleet.restore());
afterAll(() => fleet.close());

function readsOf({ id }: KnownTenant): RegExp {
  return new RegExp(`SELECT.*FROM tenant_configurations.*${id}`, 's');
}

/** The database has it, whoever was told. */
async function isCommitted({ id }: KnownTenant, version: number): Promise<void> {
  const sql = 'SELECT FROM tenant_configurations WHERE tenant_id = $1 AND version = $2';
  await waitFor(async () => (await query(fleet.database.superuserUrl, sql, [id, version])).length > 0);
}

/** Everything that was published before has reached this replica. */
async function hasHeardAll(from: FleetMember, at: FleetMember): Promise<void> {
  const marker = await KnownTenant.warm(fleet, 'marker');
  await marker.isSeen(await marker.change(from, 200), [at]);
}

describe.each(rounds)('a replica, in round %i,', () => {
  it('keeps nothing of a load that read the old value and ended after the change', async () => {
    const tenant = await KnownTenant.cold(fleet, 'overtaken');
    const held = holdNext(two!.postgres, readsOf(tenant));
    const reading = tenant.at(two!);
    await held.reached;
    expect(await tenant.change(one!, 500)).toBe(2);
    await hasHeardAll(one!, two!);
    held.release();
    expect(await reading).toMatchObject({ version: 2, max_tokens: 500 });
    expect(await tenant.at(two!)).toMatchObject({ version: 2, max_tokens: 500 });
  });

  it('gives whoever asks after the change nothing older, while such a load still runs', async () => {
    const tenant = await KnownTenant.cold(fleet, 'joined');
    const held = holdNext(two!.postgres, readsOf(tenant));
    let isEnded = false;
    const reading = tenant.at(two!).finally(() => (isEnded = true));
    await held.reached;
    await tenant.change(one!, 500);
    await hasHeardAll(one!, two!);
    expect(await tenant.at(two!)).toMatchObject({ version: 2 });
    expect(isEnded).toBe(false);
    held.release();
    expect(await reading).toMatchObject({ version: 2 });
  });

  it('ends two writers at once with the later version, also when the earlier one is told of last', async () => {
    const tenant = await KnownTenant.warm(fleet, 'contested');
    const held = holdCommitAfter(one!.postgres, /UPDATE tenant_configurations/);
    const earlier = tenant.change(one!, 500);
    await held.reached;
    await isCommitted(tenant, 2);
    expect(await tenant.change(two!, 600)).toBe(3);
    await tenant.isSeen(3);
    held.release();
    expect(await earlier).toBe(2);
    await hasHeardAll(one!, three!);
    for (const member of fleet.members)
      expect(await tenant.at(member)).toMatchObject({ version: 3, max_tokens: 600 });
  });

  it('ends many writers at once like every other replica, and like the database', async () => {
    const tenant = await KnownTenant.warm(fleet, 'crowded');
    const path = `/v1/platform/tenants/${tenant.id}/config`;
    const writes = Array.from({ length: 18 }, (_, index) =>
      fleet.members[index % 3]!.client().patch<{ version: number; max_tokens: number }>(path, {
        max_tokens: 500 + index,
      }),
    );
    const answers = await Promise.all(writes);
    expect(answers.filter(({ status }) => status !== 200 && status !== 409)).toEqual([]);
    const won = answers.filter(({ status }) => status === 200).map(({ body }) => body);
    const last = won.reduce((a, b) => (a.version > b.version ? a : b));
    expect(last.version).toBe(won.length + 1);
    await tenant.isSeen(last.version);
    for (const member of fleet.members)
      expect(await tenant.at(member)).toMatchObject({ version: last.version, max_tokens: last.max_tokens });
  });

  it('is fresh after its link to Redis was lost for 300 ms around a change', async () => {
    const tenant = await KnownTenant.warm(fleet, 'dropped');
    const mended = two!.redis.cutFor(300);
    const version = await tenant.change(one!, 500);
    await mended;
    await tenant.isSeen(version, [two!]);
  });

  it('is fresh while its link to Redis is cut', async () => {
    const tenant = await KnownTenant.warm(fleet, 'cut');
    two!.redis.cut();
    await tenant.isSeen(await tenant.change(one!, 500), [two!]);
    await tenant.isSeen(await tenant.change(two!, 600), [one!]);
  });

  it('is fresh while its link to Redis is half open, and afterwards', async () => {
    const tenant = await KnownTenant.warm(fleet, 'frozen');
    two!.redis.freeze();
    await tenant.isSeen(await tenant.change(one!, 500), [two!]);
    await tenant.isSeen(await tenant.change(two!, 600), [one!]);
    await two!.redis.restore();
    await tenant.isSeen(await tenant.change(one!, 700), [two!]);
  });

  it('is fresh though its connections to Redis stay half open for ever', async () => {
    const tenant = await KnownTenant.warm(fleet, 'abandoned');
    two!.redis.abandon();
    await tenant.isSeen(await tenant.change(one!, 500), [two!]);
    await tenant.isSeen(await tenant.change(two!, 600), [one!]);
  });

  it('never goes back while notices arrive late', async () => {
    const tenant = await KnownTenant.warm(fleet, 'late');
    two!.redis.delay(300);
    const seen: number[] = [];
    for (const value of [500, 600, 700, 800]) {
      const version = await tenant.change(one!, value);
      await waitFor(async () => seen.push((await tenant.at(two!)).version) && seen.at(-1)! >= version);
    }
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });

  it('reads, changes and hears of changes while Redis is down, and is like the others when it is back', async () => {
    const [held, cold] = [await KnownTenant.warm(fleet, 'held'), await KnownTenant.cold(fleet, 'unheld')];
    await fleet.redis.kill();
    try {
      const version = await held.change(one!, 500);
      expect(await cold.at(two!)).toMatchObject({ version: 1 });
      await held.isSeen(version);
    } finally {
      await fleet.redis.restart();
    }
    await held.isSeen(await held.change(two!, 600));
    await cold.isSeen(await cold.change(three!, 600));
  });

  it('reads and changes while Redis takes connections and answers nothing', async () => {
    const [held, cold] = [await KnownTenant.warm(fleet, 'held'), await KnownTenant.cold(fleet, 'unheld')];
    fleet.redis.pause();
    try {
      const version = await held.change(one!, 500);
      expect(await cold.at(two!)).toMatchObject({ version: 1 });
      await held.isSeen(version);
    } finally {
      fleet.redis.resume();
    }
    await held.isSeen(await held.change(two!, 600));
  });

  it('makes one load of 200 concurrent cold reads', async () => {
    const tenant = await KnownTenant.cold(fleet, 'rushed', two!);
    const held = holdNext(two!.postgres, readsOf(tenant));
    const statements = new Statements(two!.postgres);
    const reads = Array.from({ length: 200 }, () => tenant.at(two!));
    await held.reached;
    held.release();
    expect(new Set((await Promise.all(reads)).map(({ version }) => version))).toEqual(new Set([1]));
    statements.stop();
    expect(statements.matching(readsOf(tenant))).toHaveLength(1);
  });
});
