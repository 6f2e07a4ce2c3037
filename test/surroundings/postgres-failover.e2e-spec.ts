/** Postgres with a standby that has every confirmed commit, behind one address. The primary dies and the standby takes its place. */
import {
  FaultProxy,
  PostgresServer,
  type Replica,
  createTestDatabase,
  startReplica,
  waitFor,
} from '#testing';
import {
  type ConfigurationResponse,
  type TestTenant,
  createTenant,
  getConfiguration,
  getHistory,
} from '../app/test-app.js';

/** A change and its answer; the version is null when the service did not confirm it. */
interface Change {
  readonly value: number;
  readonly status: number;
  readonly version: number | null;
}

let primary: PostgresServer;
let standby: PostgresServer;
/** The address of whichever is the primary, as a virtual address of a network. */
let address: FaultProxy;
let replica: Replica;
let tenant: TestTenant;
const changes: Change[] = [];
const end = new AbortController();
let loop: Promise<void> | undefined;

beforeAll(async () => {
  primary = await PostgresServer.start();
  address = await FaultProxy.forTarget(primary.url);
  const { url } = await createTestDatabase(address.url);
  standby = await PostgresServer.start(primary);
  await primary.confirmByStandby();
  replica = await startReplica({ env: { DATABASE_URL: url, CONFIG_CHANGES_PER_HOUR: '0' } });
  tenant = await createTenant(replica.api, 'acme');
  loop = changeUntilTheEnd();
});
afterAll(async () => {
  end.abort();
  await loop;
  await replica?.stop();
  await address?.close();
  await Promise.all([primary?.stop(), standby?.stop()]);
});

/** One change after the other, each with a value of its own. */
async function changeUntilTheEnd(): Promise<void> {
  for (let value = 100; !end.signal.aborted; value += 1) {
    const { status, body } = await tenant.admin.patch<ConfigurationResponse>('/v1/config', {
      max_tokens: value,
    });
    changes.push({ value, status, version: status === 200 ? body.version : null });
  }
}

async function waitForNext(status: number, count = 1): Promise<void> {
  const before = changes.length;
  await waitFor(() => changes.slice(before).filter((change) => change.status === status).length >= count, {
    what: `${count} more changes with status ${status}`,
  });
}

describe('a replica whose Postgres fails over to a standby', () => {
  it('the replica refuses changes with 503 while only the standby is there, and still reads configurations', async () => {
    await waitForNext(200, 10);
    await primary.kill();
    await waitForNext(503);
    address.moveTo(standby.url);
    await waitForNext(503, 3);
    await waitFor(async () => {
      const { headers } = await tenant.admin.get('/v1/config');
      return headers.get('attune-config-source') === 'stale';
    });
    const lastConfirmed = changes.findLast(({ version }) => version !== null);
    expect((await getConfiguration(tenant.admin)).version).toBe(lastConfirmed?.version);
  });

  it('the replica accepts changes again once the standby is promoted', async () => {
    await standby.promote();
    await waitForNext(200, 10);
    end.abort();
    await loop;
    expect(new Set(changes.map(({ status }) => status))).toEqual(new Set([200, 503]));
    await waitFor(
      async () => (await replica.api.get<{ status: string }>('/health/ready')).body.status === 'ok',
    );
  });

  it('no change that was confirmed is lost, and the versions have no gap', async () => {
    const history = await getHistory(tenant.admin);
    const versions = history.map(({ version }) => version);
    expect(versions).toEqual(versions.map((_, index) => history.length - index));
    const stored = new Map(history.map((entry) => [entry.version, entry.changes.at(0)?.to]));
    const confirmed = changes.filter(({ version }) => version !== null);
    expect(confirmed.filter(({ version, value }) => stored.get(version!) !== value)).toEqual([]);
    expect((await getConfiguration(tenant.member)).version).toBe(history.length);
    const verified = await replica.api.get<object>('/v1/platform/audit/verify');
    expect(verified.body).toMatchObject({ ok: true });
  });
});
