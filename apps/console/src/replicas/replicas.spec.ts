import { type Replica, isInDoubt, outagesOf, outagesOfChecks, positionOf, redisText } from './replicas.js';

const replica = (more: Partial<Replica> = {}): Replica => ({
  id: 'host-1',
  version: '0.1.0',
  started_at: '2026-11-29T08:00:00.000Z',
  state: 'ready',
  watermark_age_ms: 20,
  behind_by: 0,
  source: 'live',
  bus: 'connected',
  entries: 4,
  hit_rate: 0.9,
  load_p95_ms: 5,
  ...more,
});

describe('positionOf', () => {
  it('a replica with every change is at the end, and one further behind is further left', () => {
    const positions = [0, 9, 99, 9_999, 10_000].map((behind_by) => positionOf({ behind_by }));
    expect(positions).toEqual([100, 75, 50, 0, 0]);
  });

  it('a replica of which nothing is known is at the beginning', () => {
    expect(positionOf({ behind_by: null })).toBe(0);
  });
});

describe('outagesOf', () => {
  it('there is none while every replica is connected and live', () => {
    expect(outagesOf([replica(), replica()])).toEqual([]);
  });

  it('one replica of several points to its network, all of them to the server', () => {
    const [one] = outagesOf([replica({ bus: 'degraded' }), replica()]);
    expect(one).toMatchObject({ title: '1 of 2 replicas cannot reach Redis' });
    expect(one!.text).toMatch(/Check the network of this replica\.$/);
    const [all] = outagesOf([replica({ source: 'stale' }), replica({ source: 'stale' })]);
    expect(all).toMatchObject({ title: 'All 2 replicas cannot reach Postgres' });
    expect(all!.text).toMatch(/Check Postgres itself\.$/);
  });

  it('a replica that reports no more is not counted', () => {
    expect(outagesOf([replica({ state: 'lost', bus: 'degraded' }), replica()])).toEqual([]);
    expect(isInDoubt(replica({ state: 'lost' }))).toBe(true);
    expect(isInDoubt(replica())).toBe(false);
  });
});

it('a replica without a Redis is not called connected', () => {
  const texts = [1, 3].map((count) => redisText('connected', { isConfigured: false, count }));
  expect(texts).toEqual(['not configured (one replica)', 'not configured']);
  const configured = { isConfigured: true, count: 1 };
  expect([redisText('connected', configured), redisText('degraded', configured)]).toEqual([
    'connected',
    'degraded',
  ]);
});

it('a replica tells of the parts that it cannot reach itself', () => {
  const checks = (database: string, redis: string) => ({
    database: { status: database, detail: null },
    redis: { status: redis, detail: null },
  });
  const titlesOf = (...args: [string, string]) => outagesOfChecks(checks(...args)).map(({ title }) => title);
  expect(titlesOf('degraded', 'ok')).toEqual(['The replica cannot reach Postgres']);
  expect(titlesOf('ok', 'degraded')).toEqual(['The replica cannot reach Redis']);
  expect(outagesOfChecks({ database: { status: 'ok', detail: null } })).toEqual([]);
});
