import fc from 'fast-check';
import { type Database, allTenants } from '#database';
import { isJsonEqual } from '#kernel';
import type { PartialSettings, SettersByName, SettingName, SettingsPatch } from '#settings';
import type { ConfigServices } from '../../../../config/testing/config-services.js';
import { type TestStore, testStores } from '../../../../config/testing/test-stores.js';
import { arbitraryOwnSettings, arbitraryPatch } from '../../../../settings/testing/arbitrary-settings.js';
import { startOperationsServices } from '../../../testing/operations-services.js';
import { TenantPopulationService } from '../../population/tenant-population.service.js';
import { evaluateGroup } from '../bulk-evaluation.js';
import type { StoredBulkOperation } from '../bulk-operation.js';
import { BulkOperationRepository } from '../bulk-operation.repository.js';
import { BulkChunkProcessor, type Cursor } from './bulk-chunk-processor.js';

const author = { actor: 'key:platform "é"', role: 'platform_admin' };

/** A tenant before the operation, and its settings if it changes them after the operation began. Most tenants can be updated. */
const arbitraryTenant = fc.record({
  plan: fc.constantFrom('basic', 'pro'),
  settings: arbitraryOwnSettings,
  setter: fc.constantFrom('tenant_admin', 'platform_admin', 'code'),
  override_allowed: fc.constantFrom(true, true, true, false),
  approval_required: fc.constantFrom(false, false, false, true),
  later: fc.option(arbitraryOwnSettings, { freq: 1 }),
});

/** Tenants of which several are equal, or differ in one thing only. */
const arbitraryPopulation = fc
  .array(fc.tuple(arbitraryTenant, arbitraryTenant), { minLength: 1, maxLength: 2 })
  .map((pairs) =>
    pairs.flatMap(([tenant, other]) => [
      tenant,
      tenant,
      { ...tenant, plan: other.plan },
      { ...tenant, setter: other.setter },
      { ...tenant, later: tenant.settings, settings: other.settings },
      { ...tenant, override_allowed: true, approval_required: false },
    ]),
  );

type ArbitraryTenant = typeof arbitraryTenant extends fc.Arbitrary<infer Tenant> ? Tenant : never;

interface TenantRow {
  readonly tenant_id: string;
  readonly plan: string;
  readonly approval_required: boolean;
  readonly settings: PartialSettings;
  readonly set_by: SettersByName;
  readonly override_allowed: boolean;
  readonly version: number;
  readonly base_version: number;
  readonly base: PartialSettings;
  readonly previous: PartialSettings | null;
  readonly previous_set_by: SettersByName | null;
}

describe.each(testStores)('BulkChunkProcessor on %s', (_name, open) => {
  let store: TestStore;
  let database: Database;
  let services: ConfigServices;
  let operations: BulkOperationRepository;
  let population = 0;

  beforeAll(async () => {
    store = await open();
    ({ database } = store);
    services = await startOperationsServices(database);
    operations = services.get(BulkOperationRepository);
  });
  afterAll(async () => {
    await services?.close();
    await store?.close();
  });

  const asPlatform = <T>(work: () => Promise<T>): Promise<T> => database.asPlatform(allTenants, work, author);

  async function insertTenants(tenants: readonly ArbitraryTenant[]): Promise<string[]> {
    population += 1;
    const ids = tenants.map((_, index) => `p${population}-${index}`);
    for (const [index, { plan, approval_required, override_allowed, ...tenant }] of tenants.entries()) {
      await store.asSuperuser(
        'INSERT INTO tenants (tenant_id, name, plan, approval_required) VALUES ($1, $1, $2, $3)',
        [ids[index], plan, approval_required],
      );
      await writeSettings(ids[index]!, tenant.settings, tenant.setter);
      await store.asSuperuser('UPDATE tenant_configurations SET override_allowed = $2 WHERE tenant_id = $1', [
        ids[index],
        override_allowed,
      ]);
    }
    return ids;
  }

  function writeSettings(id: string, settings: PartialSettings, setter: string): Promise<unknown> {
    const sql = `WITH context AS (SELECT set_config('app.set_by', $3, true))
      UPDATE tenant_configurations SET settings = $2::jsonb FROM context WHERE tenant_id = $1`;
    return store.asSuperuser(sql, [id, JSON.stringify(settings), setter]);
  }

  async function start(ids: readonly string[], changes: SettingsPatch): Promise<StoredBulkOperation> {
    const sql = `SELECT tenant_id, version::float8 AS version FROM tenant_configurations WHERE tenant_id = ANY($1)`;
    const versions = await store.asSuperuser<{ tenant_id: string; version: number }>(sql, [ids]);
    const update = {
      selector: { tenant_ids: [...ids] },
      changes,
      reason: 'a "reason" – é\n',
      createdBy: author.actor,
    };
    return asPlatform(() => operations.insertUpdate(update, versions));
  }

  async function process(id: string): Promise<void> {
    let cursor: Cursor | null = { after: '', skipped: 0 };
    while (cursor) {
      const current: Cursor = cursor;
      const sharedInputs = await services.get(TenantPopulationService).loadSharedInputs();
      cursor = await asPlatform(() => services.get(BulkChunkProcessor).process(id, current, sharedInputs));
    }
  }

  function readTenants({ id }: StoredBulkOperation): Promise<TenantRow[]> {
    const sql = `SELECT t.tenant_id, t.plan, t.approval_required, c.settings, c.set_by, c.override_allowed,
        c.version::float8 AS version, i.base_version::float8 AS base_version, b.settings AS base, p.settings AS previous,
        p.set_by AS previous_set_by
      FROM bulk_operation_items i JOIN tenants t USING (tenant_id) JOIN tenant_configurations c USING (tenant_id)
      JOIN tenant_configuration_history b ON b.tenant_id = i.tenant_id AND b.version = i.base_version
      LEFT JOIN tenant_configuration_history p ON p.tenant_id = i.tenant_id AND p.version = i.base_version - 1
      WHERE i.operation_id = $1 ORDER BY t.tenant_id`;
    return store.asSuperuser<TenantRow>(sql, [id]);
  }

  /** The item and the configuration of each tenant, by the plain rules, one tenant at a time. */
  async function predict(operation: StoredBulkOperation): Promise<object[]> {
    const sharedInputs = await services.get(TenantPopulationService).loadSharedInputs();
    const fields = Object.keys(operation.changes) as SettingName[];
    return (await readTenants(operation)).map((tenant) => {
      const changed = fields.filter((name) => !isJsonEqual(tenant.base[name], tenant.settings[name]));
      const isReverted = operation.kind === 'revert';
      const { outcome, detail, settings, set_by } = evaluateGroup(
        {
          ...tenant,
          conflicts: changed.length > 0 ? changed : null,
          previous: isReverted ? tenant.previous : null,
          previous_set_by: isReverted ? tenant.previous_set_by : null,
        },
        operation,
        sharedInputs,
      );
      const isUpdated = outcome === 'updated';
      const version = tenant.version + (isUpdated ? 1 : 0);
      const content = isUpdated ? { settings, set_by } : { settings: tenant.settings, set_by: tenant.set_by };
      const requests = outcome === 'approval_required' ? 1 : 0;
      return {
        tenant_id: tenant.tenant_id,
        outcome,
        detail,
        version,
        current: version,
        ...content,
        requests,
      };
    });
  }

  function readOutcomes({ id }: StoredBulkOperation): Promise<object[]> {
    const sql = `SELECT i.tenant_id, i.outcome, i.detail, i.version::float8 AS version, c.version::float8 AS current, c.settings, c.set_by,
        (SELECT count(*)::int FROM change_requests r
         WHERE r.tenant_id = i.tenant_id AND r.bulk_id = i.operation_id AND r.base_version = i.version) AS requests
      FROM bulk_operation_items i JOIN tenant_configurations c USING (tenant_id) WHERE operation_id = $1 ORDER BY 1`;
    return store.asSuperuser<object>(sql, [id]);
  }

  async function expectPlainOutcomes(operation: StoredBulkOperation): Promise<void> {
    const expected = (await predict(operation)) as { outcome: string }[];
    await process(operation.id);
    expect(await readOutcomes(operation)).toEqual(expected);
    const counts: Record<string, number> = {};
    for (const { outcome } of expected) counts[outcome] = (counts[outcome] ?? 0) + 1;
    const ended = await asPlatform(() => operations.find(operation.id));
    expect(ended).toMatchObject({
      state: 'completed',
      matched: expected.length,
      done: expected.length,
      ...counts,
    });
    await expectWholeHistory(operation, counts['updated'] ?? 0);
  }

  /** One entry and one change in the feed for each update, each linked to the entry before it. */
  async function expectWholeHistory({ id }: StoredBulkOperation, updated: number): Promise<void> {
    const sql = `SELECT count(*)::int AS entries, count(f.key)::int AS fed,
        count(*) FILTER (WHERE h.hash = attune_history_hash(h) AND h.previous_hash = b.hash
          AND h.settings_sha256 = sha256(convert_to(h.settings::text, 'UTF8')))::int AS whole
      FROM tenant_configuration_history h
      JOIN tenant_configuration_history b ON b.tenant_id = h.tenant_id AND b.version = h.version - 1
      LEFT JOIN change_feed f ON f.transaction_id = h.transaction_id AND f.kind = 'configuration' AND f.key = h.tenant_id
        AND f.version = h.version
      WHERE h.bulk_id = $1`;
    const rows = await store.asSuperuser<object>(sql, [id]);
    expect(rows).toEqual([{ entries: updated, fed: updated, whole: updated }]);
  }

  it('every tenant has the outcome of the plain rules, after updates and reverts of any population', async () => {
    const property = fc.asyncProperty(
      arbitraryPopulation,
      arbitraryPatch.filter((patch) => Object.keys(patch).length > 0),
      fc.boolean(),
      async (tenants, changes, isTouched) => {
        const ids = await insertTenants(tenants);
        const update = await start(ids, changes as SettingsPatch);
        for (const [index, { later, setter }] of tenants.entries())
          if (later) await writeSettings(ids[index]!, later, setter);
        await expectPlainOutcomes(update);
        if (isTouched) await writeSettings(ids[0]!, {}, 'tenant_admin');
        const revert = await asPlatform(() => operations.insertRevert(update, 'back', author.actor));
        await expectPlainOutcomes(revert);
      },
    );
    await fc.assert(property, { numRuns: 20 });
  });
});
