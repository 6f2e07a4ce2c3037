import {
  type ConsoleSession,
  createTestDatabase,
  signIn,
  type TestDatabase,
  testRedisUrl,
  waitFor,
} from '#testing';
import {
  createTenant,
  startTenancyApp,
  type TenancyApp,
  testPlatformKey,
} from '../../testing/tenancy-app.js';
import { querySql } from '../../testing/use-tenancy-app.js';

const minuteMs = 60_000;

describe('a session without requests, on two replicas', () => {
  let database: TestDatabase;
  let here: TenancyApp;
  let there: TenancyApp;
  let memberKey: string;
  let elapsedMs = 0;
  const realNow = Date.now;

  beforeAll(async () => {
    database = await createTestDatabase();
    const env = { REDIS_URL: testRedisUrl() };
    [here, there] = [await startTenancyApp(database, { env }), await startTenancyApp(database, { env })];
    const { admin } = await createTenant(here, 'acme');
    const { body } = await admin.post<{ key: string }>('/v1/api-keys', { name: 'm', role: 'member' });
    memberKey = body.key;
  });
  beforeEach(() => {
    elapsedMs = 0;
    Date.now = () => realNow() + elapsedMs;
  });
  afterEach(() => {
    Date.now = realNow;
  });
  afterAll(async () => {
    await Promise.all([here.close(), there.close()]);
    await database.drop();
  });

  async function statusAt(app: TenancyApp, { cookie }: ConsoleSession, path: string): Promise<number> {
    return (await app.platform.as(null).get(path, { cookie })).status;
  }

  /** When all replicas know that the session was used. */
  function whenUseIsRecorded(): Promise<unknown> {
    const now = new Date(Date.now() - 5_000);
    return waitFor(
      async () =>
        (await querySql(database.superuserUrl, 'SELECT FROM sessions WHERE last_seen_at > $1', [now]))
          .length > 0,
    );
  }

  it.each([
    ['of a tenant', 60, () => memberKey, '/v1/probe/member'],
    ['of the platform', 30, () => testPlatformKey, '/v1/platform/tenants/acme'],
  ])('a session %s ends after %i minutes', async (_whose, minutes, key, path) => {
    const [kept, left] = [
      await signIn(here.platform, { api_key: key() }),
      await signIn(here.platform, { api_key: key() }),
    ];
    for (const session of [kept, left]) expect(await statusAt(here, session, path)).toBe(200);
    elapsedMs = (minutes - 1) * minuteMs;
    expect(await statusAt(here, kept, path)).toBe(200);
    elapsedMs = (minutes + 1) * minuteMs;
    expect(await statusAt(here, kept, path)).toBe(200);
    expect(await statusAt(here, left, path)).toBe(401);
    expect(await statusAt(there, left, path)).toBe(401);
  });

  it('a session that another replica sees stays alive', async () => {
    const session = await signIn(here.platform, { api_key: memberKey });
    for (const app of [here, there]) expect(await statusAt(app, session, '/v1/probe/member')).toBe(200);
    elapsedMs = 50 * minuteMs;
    expect(await statusAt(here, session, '/v1/probe/member')).toBe(200);
    await whenUseIsRecorded();
    elapsedMs = 100 * minuteMs;
    expect(await statusAt(there, session, '/v1/probe/member')).toBe(200);
    elapsedMs = 170 * minuteMs;
    for (const app of [here, there]) expect(await statusAt(app, session, '/v1/probe/member')).toBe(401);
  });

  it('a session whose page only reads again by itself ends as if there were no requests', async () => {
    const { cookie } = await signIn(here.platform, { api_key: memberKey });
    const readAt = async (minutes: number): Promise<number> => {
      elapsedMs = minutes * minuteMs;
      const headers = { cookie, 'attune-console': 'background' };
      return (await here.platform.as(null).get('/v1/probe/member', headers)).status;
    };
    expect([await readAt(0), await readAt(30), await readAt(59), await readAt(61)]).toEqual([
      200, 200, 200, 401,
    ]);
  });

  it('a session that is always used ends after 12 hours', async () => {
    const session = await signIn(here.platform, { api_key: memberKey });
    for (let minutes = 0; minutes < 12 * 60; minutes += 45) {
      elapsedMs = minutes * minuteMs;
      expect(await statusAt(here, session, '/v1/probe/member')).toBe(200);
    }
    elapsedMs = 12 * 60 * minuteMs;
    expect(await statusAt(here, session, '/v1/probe/member')).toBe(401);
  });
});
