import { type Database, NoTransactionError, allTenants } from '#database';
import { testDatabases } from '#testing';
import { ApiKeyEntity } from './keys/api-key.entity.js';
import { TenantEntity } from './tenants/tenant.entity.js';

const secret = 'ab'.repeat(32);
const newKey = (tenant_id: string) =>
  ({
    id: `${tenant_id}key01`,
    tenant_id,
    name: 'k',
    role: 'member',
    secret_sha256: secret,
    created_by: 'system',
  }) as const;

describe.each(testDatabases)('Database.manager on %s', (_name, open) => {
  let database: Database;
  let close: () => Promise<void>;

  beforeAll(async () => {
    ({ database, close } = await open());
    const tenants = ['acme', 'globex'].map((id) => ({ tenant_id: id, name: id, plan: 'pro' }));
    await database.asPlatform(allTenants, () => database.manager.insert(TenantEntity, tenants));
  });
  afterAll(() => close());

  it('throws NoTransactionError when no transaction is open', () => {
    expect(() => database.manager).toThrow(NoTransactionError);
  });

  it('sends one statement for each call, and reads what the database filled in', async () => {
    const key = { id: 'acmekey01', tenant_id: 'acme' };
    const results = await database.asTenant('acme', async () => {
      const { manager } = database;
      const statements = jest.spyOn(manager.queryRunner!, 'query');
      const { generatedMaps } = await manager.insert(ApiKeyEntity, newKey('acme'));
      const found = await manager.findOneBy(ApiKeyEntity, key);
      const updated = await manager.update(ApiKeyEntity, key, { last_used_at: new Date(0) });
      const exists = await manager.existsBy(ApiKeyEntity, { tenant_id: 'acme' });
      const deleted = await manager.delete(ApiKeyEntity, key);
      const affected = [updated.affected, deleted.affected];
      return { generatedMaps, found, affected, exists, statements: statements.mock.calls.length };
    });
    expect(results.generatedMaps).toEqual([expect.objectContaining({ created_at: expect.any(Date) })]);
    expect(results.found).toMatchObject({ ...key, secret_sha256: secret, version: 1, expires_at: null });
    expect(results).toMatchObject({ affected: [1, 1], exists: true, statements: 5 });
  });

  it('sees only the rows of its tenant', async () => {
    await database.asTenant('globex', () => database.manager.insert(ApiKeyEntity, newKey('globex')));
    const read = () => database.manager.find(ApiKeyEntity);
    expect(await database.readAsTenant('acme', read)).toEqual([]);
    expect(await database.readAsTenant('globex', read)).toHaveLength(1);
  });
});
