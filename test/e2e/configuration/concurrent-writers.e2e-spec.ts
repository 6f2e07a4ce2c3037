import {
  type HistoryEntry,
  type Problem,
  type ConfigurationResponse,
  type TestTenant,
  getConfiguration,
  createTenant,
  getHistory,
  useTestApp,
  querySql,
} from '../../app/test-app.js';

const writers = Array.from({ length: 64 }, (_, index) => index);
const brokenChainSql = `
  SELECT version, hash = attune_history_hash(h) AS is_true, settings_sha256 = sha256(convert_to(settings::text, 'UTF8')) AS is_digest,
    previous_hash IS NOT DISTINCT FROM lag(hash) OVER (ORDER BY version) AS is_chained
  FROM tenant_configuration_history h WHERE tenant_id = $1 ORDER BY version`;

const app = useTestApp();

/** Versions 1 to the newest without a gap, and every hash, digest and link recomputed. */
async function expectUnbrokenHistory({ id }: TestTenant, versions: number): Promise<void> {
  const entries = await app.asSuperuser(brokenChainSql, [id]);
  expect(entries).toEqual(
    Array.from({ length: versions }, (_, index) => ({
      version: String(index + 1),
      is_true: true,
      is_digest: true,
      is_chained: true,
    })),
  );
}

function changeIn(entry: HistoryEntry | undefined, field: string): unknown {
  return entry?.changes.find((change) => change.field === field)?.to;
}

describe('64 concurrent writers', () => {
  it('get one history entry for every 200 over HTTP, and a conflict otherwise', async () => {
    const tenant = await createTenant(app.platform, 'contended');
    const answers = await Promise.all(
      writers.map((each) =>
        tenant.admin.patch<ConfigurationResponse & Problem>('/v1/config', { max_tokens: 100 + each }),
      ),
    );
    const won = answers.filter(({ status }) => status === 200).map(({ body }) => body);
    const lost = answers.filter(({ status }) => status !== 200);
    expect(won.length).toBeGreaterThan(0);
    const entries = (await getHistory(tenant.admin)).toReversed();
    expect(entries.map(({ version }) => version)).toEqual([
      1,
      ...won.map(({ version }) => version).toSorted((a, b) => a - b),
    ]);
    for (const { version, max_tokens } of won)
      expect(changeIn(entries[version - 1], 'max_tokens')).toBe(max_tokens);
    const last = won.find(({ version }) => version === won.length + 1);
    expect(await getConfiguration(tenant.member)).toMatchObject({
      version: won.length + 1,
      max_tokens: last?.['max_tokens'],
    });
    for (const { status, body } of lost) {
      expect([status, body.type]).toEqual([409, '/problems/concurrent-update']);
      expect(body.changed_fields).toEqual(['max_tokens']);
      expect(body.current_version).toBeGreaterThan(1);
    }
    await expectUnbrokenHistory(tenant, won.length + 1);
  });

  it('lose no accepted update of different settings over HTTP', async () => {
    const tenant = await createTenant(app.platform, 'contended-by-field');
    const answers = await Promise.all(
      writers.map(async (each) => {
        const prompt_variables = { [`writer_${each % 50}`]: each };
        return {
          each,
          ...(await tenant.admin.patch<ConfigurationResponse>('/v1/config', { prompt_variables })),
        };
      }),
    );
    const won = answers.filter(({ status }) => status === 200);
    const expected: Record<string, number> = {};
    for (const { each } of won.toSorted((a, b) => a.body.version - b.body.version))
      expected[`writer_${each % 50}`] = each;
    expect((await getConfiguration(tenant.admin))['prompt_variables']).toEqual(expected);
    await expectUnbrokenHistory(tenant, won.length + 1);
  });

  it('each have one history entry with their name when they use plain SQL', async () => {
    const tenant = await createTenant(app.platform, 'contended-by-sql');
    const update = `UPDATE tenant_configurations SET settings = settings || jsonb_build_object('max_tokens', $2::int) WHERE tenant_id = $1`;
    await Promise.all(writers.map((each) => app.asSuperuser(update, [tenant.id, 100 + each])));
    const [login] = await app.asSuperuser<{ user: string }>('SELECT session_user AS user');
    const entries = (await getHistory(tenant.admin)).toReversed();
    expect(entries.map(({ version }) => version)).toEqual(
      Array.from({ length: 65 }, (_, index) => index + 1),
    );
    const changes = entries.slice(1);
    expect(new Set(changes.map(({ action }) => action))).toEqual(new Set(['sql']));
    expect(new Set(changes.map(({ changed_by }) => changed_by))).toEqual(new Set([`db:${login?.user}`]));
    expect(
      changes.map((entry) => changeIn(entry, 'max_tokens')).toSorted((a, b) => Number(a) - Number(b)),
    ).toEqual(writers.map((each) => 100 + each));
    await expectUnbrokenHistory(tenant, 65);
  });
});

describe('the configuration history', () => {
  const attacks = [
    `UPDATE tenant_configuration_history SET settings = '{}'`,
    `UPDATE tenant_configuration_history SET reason = 'nothing happened'`,
    `UPDATE tenant_configuration_history SET settings = NULL, set_by = NULL`,
    `DELETE FROM tenant_configuration_history`,
    `TRUNCATE tenant_configuration_history`,
    `TRUNCATE tenant_configuration_history, tenant_configurations, tenants CASCADE`,
  ];

  it.each(attacks)('refuses %s, even to a superuser and to the owner', async (attack) => {
    const tenant = await createTenant(app.platform, `attacked-${attacks.indexOf(attack)}`);
    const { superuserUrl, migrationUrl, url } = app.database;
    await expect(querySql(superuserUrl, attack)).rejects.toThrow('refused');
    // Forced row-level security hides the rows from the owner: no row is touched, or the statement is refused.
    await querySql(migrationUrl, attack).catch((error: Error) => expect(error.message).toContain('refused'));
    await expect(querySql(url, attack)).rejects.toThrow(/permission denied|does not exist/);
    await expectUnbrokenHistory(tenant, 1);
  });

  it('reveals an entry that was changed behind its triggers', async () => {
    const tenant = await createTenant(app.platform, 'forged');
    await app.asSuperuser(`
      ALTER TABLE tenant_configuration_history DISABLE TRIGGER USER;
      UPDATE tenant_configuration_history SET reason = 'forged' WHERE tenant_id = '${tenant.id}';
      ALTER TABLE tenant_configuration_history ENABLE TRIGGER USER`);
    expect(await app.asSuperuser(brokenChainSql, [tenant.id])).toMatchObject([{ is_true: false }]);
  });
});
