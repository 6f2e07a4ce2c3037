import { type Database, allTenants } from '#database';
import type { PageQuery } from '#http';
import { type OpenDatabase, testDatabases } from '#testing';
import { type SortColumn, TenantListRepository, sortColumns } from './tenant-list.repository.js';
import { TenantListQuery } from './tenant-list.request.js';
import type { ListedTenantResponse } from './tenant-list.response.js';
import { TenantListService } from './tenant-list.service.js';

type Query = Omit<Partial<TenantListQuery>, keyof PageQuery> & { readonly limit?: number };

const columns = Object.keys(sortColumns) as SortColumn[];
const orders = columns.flatMap((column) => [column, `-${column}`] as const);

/** Twelve tenants with few different values, so that pages end within equal sort keys. */
const addTenantsSql = `INSERT INTO tenants (tenant_id, name, plan, status, approval_required, labels, created_at)
  SELECT 'tenant-' || n, (ARRAY['beta', 'Alpha', 'alpha', 'Ünal'])[1 + n % 4] || CASE WHEN n > 9 THEN ' law' ELSE '' END,
    (ARRAY['pro', 'basic'])[1 + n % 2], CASE WHEN n % 5 = 0 THEN 'suspended' ELSE 'active' END, n % 3 = 0,
    jsonb_build_object('region', CASE WHEN n % 2 = 0 THEN 'eu' ELSE 'us' END),
    timestamptz '2026-11-01T00:00:00.000001Z' + (n / 3) * interval '1 microsecond'
  FROM generate_series(1, 12) n`;
const addRequestsSql = `INSERT INTO change_requests (tenant_id, base_version, patch, diff, settings_after, kind, requested_by, requested_by_role)
  SELECT tenant_id, 1, '{}', '[]', '{}', 'update', 'key:1', 'platform_admin' FROM tenants t, generate_series(1, 2)
  WHERE t.tenant_id IN ('tenant-3', 'tenant-7')`;

describe.each(testDatabases)('the list of tenants on %s', (_name, openTestDatabase) => {
  let opened: OpenDatabase;
  let database: Database;
  let tenants: TenantListService;

  beforeAll(async () => {
    opened = await openTestDatabase();
    database = opened.database;
    tenants = new TenantListService(database, new TenantListRepository(database));
    await database.asPlatform(allTenants, async () => {
      await database.query(addTenantsSql);
      await database.query(addRequestsSql);
      await database.query(
        `UPDATE tenant_configurations SET settings = '{"temperature": 1}', override_allowed = false WHERE tenant_id < 'tenant-3'`,
      );
    });
  });

  afterAll(() => opened.close());

  async function listAll({ limit = 200, ...query }: Query): Promise<ListedTenantResponse[]> {
    const rows: ListedTenantResponse[] = [];
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const request = Object.assign(new TenantListQuery(), query, { limit }, cursor ? { cursor } : {});
      const page = await tenants.list(request);
      rows.push(...page.items);
      cursor = page.next_cursor;
    }
    return rows;
  }

  const idsOf = (rows: readonly ListedTenantResponse[]) => rows.map(({ tenant_id: id }) => id);

  it.each(orders)('has each tenant once, in order, when a client follows its pages by %s', async (sort) => {
    const whole = await listAll({ sort });
    expect(new Set(idsOf(whole)).size).toBe(12);
    expect(idsOf(await listAll({ sort, limit: 5 }))).toEqual(idsOf(whole));
    expect(idsOf(await listAll({ sort, limit: 1 }))).toEqual(idsOf(whole));
    const reverse = orders[orders.indexOf(sort) + (sort.startsWith('-') ? -1 : 1)];
    expect(idsOf(await listAll({ sort: reverse! }))).toEqual(idsOf(whole).toReversed());
    const values = whole.map((row) => row[sort.replace('-', '') as SortColumn]);
    if (!values.every((value) => typeof value === 'number')) return;
    expect(values).toEqual(values.toSorted((a, b) => (sort.startsWith('-') ? b - a : a - b)));
  });

  it('has the state of each configuration and the number of requests that wait', async () => {
    const [first, second, third] = await listAll({ sort: '-pending_requests' });
    expect([first!.tenant_id, first!.pending_requests]).toEqual(['tenant-7', 2]);
    expect([second!.tenant_id, second!.pending_requests]).toEqual(['tenant-3', 2]);
    expect(third!.pending_requests).toBe(0);
    const [changed] = await listAll({ q: 'tenant-10' });
    expect(changed).toMatchObject({ version: 2, override_allowed: false, labels: { region: 'eu' } });
    expect(Date.parse(changed!.last_change_at)).toBeGreaterThan(Date.parse(changed!.created_at));
  });

  it.each<[Query, number]>([
    [{ q: 'LAW' }, 3],
    [{ q: 'tenant-1' }, 4],
    [{ q: 'aLPHa' }, 6],
    [{ q: '%' }, 0],
    [{ q: '_' }, 0],
    [{ label: 'region:eu' }, 6],
    [{ label: 'region:eu:west' }, 0],
    [{ label: 'tier:eu' }, 0],
    [{ plan: 'pro', status: 'suspended' }, 1],
    [{ label: 'region:us', plan: 'basic' }, 6],
  ])('finds and counts with %j the tenants that match', async (query, count) => {
    const rows = await listAll({ ...query, limit: 2 });
    expect(rows).toHaveLength(count);
    const request = Object.assign(new TenantListQuery(), query, { include: 'count' });
    expect((await tenants.list(request)).total).toBe(count);
    expect((await tenants.list(Object.assign(new TenantListQuery(), query))).total).toBeUndefined();
  });

  it('refuses the cursor of another order', async () => {
    const { next_cursor: cursor } = await tenants.list(
      Object.assign(new TenantListQuery(), { sort: 'name', limit: 1 }),
    );
    const other = Object.assign(new TenantListQuery(), { sort: '-name', cursor });
    await expect(tenants.list(other)).rejects.toThrow('cursor');
  });

  it('continues after a tenant that was deleted meanwhile', async () => {
    await database.asPlatform(allTenants, () =>
      database.query(`INSERT INTO tenants (tenant_id, name, plan) VALUES ('gone', 'aaa', 'pro')`),
    );
    const first = await tenants.list(Object.assign(new TenantListQuery(), { sort: 'name', limit: 1 }));
    expect(idsOf([...first.items])).toEqual(['gone']);
    await database.asPlatform('gone', () => database.query(`SELECT attune_delete_tenant('gone')`));
    const request = { sort: 'name', cursor: first.next_cursor, limit: 200 };
    expect((await tenants.list(Object.assign(new TenantListQuery(), request))).items).toHaveLength(12);
  });
});
