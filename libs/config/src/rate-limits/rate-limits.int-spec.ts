import { Metrics } from '#telemetry';
import { type ConfigServices, anAuthor, startConfigServices } from '../../testing/config-services.js';
import { ChangeRateLimit } from '../change/change-rate-limit.js';
import { type TestStore, testStores } from '../../testing/test-stores.js';
import { PlaygroundRateLimit } from './playground-rate-limit.js';
import { RateLimitExemptions } from './rate-limit-exemptions.js';

const changesPerHour = 3;
const playgroundRunsPerHour = 4;

describe.each(testStores)('the hourly limits on %s', (name, open) => {
  let store: TestStore;
  /** Two replicas: nothing is counted in a process. */
  let replica: ConfigServices;
  let secondReplica: ConfigServices;
  let count = 0;

  beforeAll(async () => {
    store = await open();
    const variables = {
      CONFIG_CHANGES_PER_HOUR: String(changesPerHour),
      CONFIG_TESTS_PER_HOUR: String(playgroundRunsPerHour),
    };
    replica = await startConfigServices(store.database, variables);
    secondReplica = await startConfigServices(store.database, variables);
  });

  afterAll(async () => {
    await replica.close();
    await secondReplica.close();
    await store.close();
  });

  async function aTenant(): Promise<string> {
    const id = `tenant-${(count += 1)}`;
    await store.asSuperuser(`INSERT INTO tenants (tenant_id, name, plan) VALUES ($1, 'Tenant', 'pro')`, [id]);
    return id;
  }

  /** As if it had all happened that much earlier; only somebody who may switch triggers off can do this. */
  async function age(table: string, column: string, id: string, by: string): Promise<void> {
    const isList = column === 'spent_at';
    const earlier = isList
      ? `ARRAY(SELECT t - $2::interval FROM unnest(spent_at) t)`
      : `${column} - $2::interval`;
    await store.asSuperuser(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
    await store.asSuperuser(`UPDATE ${table} SET ${column} = ${earlier} WHERE tenant_id = $1`, [id, by]);
    await store.asSuperuser(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
  }

  const ageHistory = (id: string, by: string) => age('tenant_configuration_history', 'changed_at', id, by);

  async function use(id: string): Promise<void> {
    const author = anAuthor(id);
    for (let at = 1; at <= changesPerHour; at += 1)
      await (at % 2 ? replica : secondReplica).patch(author, { max_tokens: 100 + at });
  }

  async function committed(id: string): Promise<number> {
    const [row] = await store.asSuperuser<{ n: number }>(
      `SELECT count(*)::int AS n FROM tenant_configuration_history WHERE tenant_id = $1 AND action <> 'create'`,
      [id],
    );
    return row!.n;
  }

  it('the limit refuses a change beyond it, and the error contains the time of the next possible change', async () => {
    const id = await aTenant();
    await use(id);
    const refusal: unknown = await replica
      .patch(anAuthor(id), { max_tokens: 500 })
      .catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      slug: 'rate-limited',
      details: {
        limit: changesPerHour,
        remaining: 0,
        resets_at: expect.stringMatching(/^\d{4}-.*Z$/) as string,
        retry_after_s: expect.any(Number) as number,
      },
    });
    const { retry_after_s: seconds } = (refusal as { details: { retry_after_s: number } }).details;
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(3600);
    await expect(replica.rollBack(anAuthor(id), { steps: 1 })).rejects.toMatchObject({
      slug: 'rate-limited',
    });
    expect(await committed(id)).toBe(changesPerHour);
  });

  it('the limit holds when several replicas change a tenant at the same time', async () => {
    const id = await aTenant();
    // Of the embedded database's few connections, none is waited for very long.
    const length = name === 'Postgres' ? 64 : 12;
    const attempts = Array.from({ length }, (_, at) =>
      (at % 2 ? replica : secondReplica).patch(anAuthor(id), { prompt_variables: { [`name_${at}`]: at } }),
    );
    const results = await Promise.allSettled(attempts);
    const won = results.filter(({ status }) => status === 'fulfilled').length;
    expect(won).toBeGreaterThan(0);
    expect(won).toBeLessThanOrEqual(changesPerHour);
    expect(await committed(id)).toBe(won);
    for (const result of results)
      if (result.status === 'rejected')
        expect(['rate-limited', 'concurrent-update']).toContain((result.reason as { slug: string }).slug);
  });

  it('the limit holds in the transaction of a change, even when the check before it passed', async () => {
    const id = await aTenant();
    const change = {
      tenantId: id,
      author: anAuthor(id),
      acceptedVersions: null,
      force: false,
      reason: null,
      gate: false,
    };
    const sql = 'UPDATE tenant_configurations SET settings = $2::jsonb WHERE tenant_id = $1';
    const write = (max_tokens: number) =>
      store.database.asTenant(
        id,
        async () => {
          await store.database.query(sql, [id, JSON.stringify({ max_tokens })]);
          await replica.get(ChangeRateLimit).recheck(change);
        },
        change.author,
      );
    for (let at = 1; at <= changesPerHour; at += 1) await write(100 + at);
    await expect(write(500)).rejects.toMatchObject({ slug: 'rate-limited' });
    expect(await committed(id)).toBe(changesPerHour);
  });

  it('the limit counts neither a change without effect nor a refused change', async () => {
    const id = await aTenant();
    const author = anAuthor(id);
    await replica.patch(author, { max_tokens: 101 });
    for (let at = 0; at < 5; at += 1) {
      await replica.patch(author, { max_tokens: 101 });
      await expect(replica.patch(author, { max_tokens: 1 })).rejects.toMatchObject({ slug: 'invalid-input' });
      await expect(replica.patch(author, { max_tokens: 102 }, [1])).rejects.toMatchObject({
        slug: 'version-mismatch',
      });
    }
    await replica.patch(author, { max_tokens: 102 });
    await replica.patch(author, { max_tokens: 103 });
    await expect(replica.patch(author, { max_tokens: 104 })).rejects.toMatchObject({ slug: 'rate-limited' });
    expect(await replica.patch(author, { max_tokens: 103 })).toMatchObject({ version: 4 });
  });

  it('the limit neither counts nor refuses changes of the platform', async () => {
    const id = await aTenant();
    const platform = anAuthor(id, 'platform_admin');
    for (let at = 0; at < changesPerHour + 2; at += 1)
      await replica.patch(platform, { max_documents: 200 + at });
    await use(id);
    await expect(replica.patch(anAuthor(id), { max_tokens: 500 })).rejects.toMatchObject({
      slug: 'rate-limited',
    });
    await replica.patch(platform, { max_documents: 300 });
  });

  it('the limit does not count changes that the platform approved', async () => {
    const id = await aTenant();
    const sql = 'UPDATE tenant_configurations SET settings = $2::jsonb WHERE tenant_id = $1';
    for (let at = 1; at <= changesPerHour; at += 1)
      await store.database.asTenant(
        id,
        async () => {
          await store.database.query(`SELECT set_config('app.action', 'change_request', true)`);
          await store.database.query(sql, [id, JSON.stringify({ max_tokens: 200 + at })]);
        },
        anAuthor(id),
      );
    await use(id);
    expect(await committed(id)).toBe(2 * changesPerHour);
  });

  it('the limit counts each tenant separately', async () => {
    const id = await aTenant();
    await use(id);
    await use(await aTenant());
    await expect(replica.patch(anAuthor(id), { max_tokens: 500 })).rejects.toMatchObject({
      slug: 'rate-limited',
    });
  });

  it('the hour slides: a change older than an hour makes room for a new one', async () => {
    const id = await aTenant();
    await replica.patch(anAuthor(id), { max_tokens: 101 });
    await ageHistory(id, '40 minutes');
    await replica.patch(anAuthor(id), { max_tokens: 102 });
    await replica.patch(anAuthor(id), { max_tokens: 103 });
    await expect(replica.patch(anAuthor(id), { max_tokens: 500 })).rejects.toMatchObject({
      slug: 'rate-limited',
    });
    await ageHistory(id, '21 minutes');
    await replica.patch(anAuthor(id), { max_tokens: 104 });
    await expect(replica.patch(anAuthor(id), { max_tokens: 500 })).rejects.toMatchObject({
      slug: 'rate-limited',
    });
    await ageHistory(id, '1 hour');
    await use(id);
  });

  it('the limit allows as many playground runs as configured, also when many start at once', async () => {
    const id = await aTenant();
    const limits = [replica.get(PlaygroundRateLimit), secondReplica.get(PlaygroundRateLimit)];
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, at) => limits[at % 2]!.consume(id)),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(playgroundRunsPerHour);
    await expect(limits[0]!.consume(id)).rejects.toMatchObject({
      slug: 'rate-limited',
      details: { limit: playgroundRunsPerHour, remaining: 0, retry_after_s: expect.any(Number) as number },
    });
    await limits[0]!.consume(await aTenant());
    await age('spent_tests', 'spent_at', id, '61 minutes');
    await limits[0]!.consume(id);
    const kept = await store.asSuperuser<{ n: number }>(
      'SELECT cardinality(spent_at) AS n FROM spent_tests WHERE tenant_id = $1',
      [id],
    );
    expect(kept).toEqual([{ n: 1 }]);
  });

  it('a limit of 0 refuses nothing', async () => {
    const free = await startConfigServices(store.database, {
      CONFIG_CHANGES_PER_HOUR: '0',
      CONFIG_TESTS_PER_HOUR: '0',
    });
    const id = await aTenant();
    for (let at = 1; at <= 12; at += 1) {
      await free.patch(anAuthor(id), { max_tokens: 100 + at });
      await free.get(PlaygroundRateLimit).consume(id);
    }
    expect(await committed(id)).toBe(12);
    await free.close();
  });

  it('an exempt tenant has no limit', async () => {
    const id = await aTenant();
    replica.get(RateLimitExemptions).add(id);
    for (let at = 1; at <= playgroundRunsPerHour + 1; at += 1) {
      await replica.patch(anAuthor(id), { max_tokens: 100 + at });
      await replica.get(PlaygroundRateLimit).consume(id);
    }
    expect(await committed(id)).toBe(playgroundRunsPerHour + 1);
  });

  it('the metrics count refusals, versions and validation errors', async () => {
    const id = await aTenant();
    const watched = await startConfigServices(store.database, { CONFIG_CHANGES_PER_HOUR: '1' });
    await watched.patch(anAuthor(id), { max_tokens: 101 });
    await watched.patch(anAuthor(id, 'platform_admin'), { max_documents: 200 });
    await expect(watched.patch(anAuthor(id), { max_tokens: 102 })).rejects.toMatchObject({
      slug: 'rate-limited',
    });
    await expect(watched.patch(anAuthor(id), { max_tokens: 1 })).rejects.toMatchObject({
      slug: 'invalid-input',
    });
    const text = await watched.get(Metrics).toPrometheusText();
    expect(text).toContain(`config_updates_total{tenant_id="${id}"} 2`);
    expect(text).toContain(`config_validation_errors_total{tenant_id="${id}"} 1`);
    expect(text).toContain(`config_limit_refusals_total{tenant_id="${id}",limit="changes"} 1`);
    expect(text).toContain(`config_changes_last_hour{tenant_id="${id}"} 4`);
    await watched.close();
  });
});
