import { Client } from 'pg';
import { type TestDatabase, createTestDatabase } from '#testing';

const noSettlements = `'{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}'`;
/** An admission of tenant `$1`, written directly. */
const admissionSql = `SELECT attune_write_ledger(${noSettlements}, ARRAY[$1], '{77}', '{ann}', '{1}', '{10}', '{null}', '{5}', '{1000}', true, null)
  AS written`;
/** The tables whose rows the function writes. */
const ledgerTables = ['quota_counters', 'budget_months', 'usage_log'];

describe('attune_write_ledger', () => {
  let server: TestDatabase;
  /** The login of the application, which has taken no role. */
  let login: Client;
  let superuser: Client;

  beforeAll(async () => {
    server = await createTestDatabase();
    login = new Client({ connectionString: server.url });
    superuser = new Client({ connectionString: server.superuserUrl });
    await Promise.all([login.connect(), superuser.connect()]);
    await superuser.query(
      `INSERT INTO tenants (tenant_id, name, plan) VALUES ('acme', 'Acme', 'pro'), ('other', 'Other', 'pro')`,
    );
    await login.query(admissionSql, ['acme']);
    await login.query(admissionSql, ['other']);
  });
  afterAll(async () => {
    await Promise.all([login.end(), superuser.end()]);
    await server.drop();
  });
  afterEach(() => Promise.all([login.query('ROLLBACK'), superuser.query('ROLLBACK')]));

  /** Begins a transaction as the owner of the function, for these tenants. */
  async function actAsOwner(tenants: string): Promise<void> {
    await superuser.query(`BEGIN; SET LOCAL ROLE attune_ledger; SET LOCAL app.ledger_tenants = '${tenants}'`);
  }

  it('belongs to a role that cannot log in and is bound by row-level security', async () => {
    const sql = `SELECT o.rolname, o.rolcanlogin, o.rolsuper, o.rolbypassrls, o.rolcreaterole FROM pg_proc p
      JOIN pg_roles o ON o.oid = p.proowner WHERE p.proname = 'attune_write_ledger'`;
    const { rows } = await superuser.query(sql);
    const no = { rolcanlogin: false, rolsuper: false, rolbypassrls: false, rolcreaterole: false };
    expect(rows).toEqual([{ rolname: 'attune_ledger', ...no }]);
  });

  it.each(['attune_tenant', 'attune_platform', 'attune_jobs'])('cannot be run as %s', async (role) => {
    await login.query(`BEGIN; SET LOCAL ROLE ${role}; SET LOCAL app.tenant_id = 'acme'`);
    // The role of the jobs does not even see the schema.
    const code = role === 'attune_jobs' ? '42883' : '42501';
    await expect(login.query(admissionSql, ['other'])).rejects.toMatchObject({ code });
  });

  it.each(ledgerTables)('the login cannot read or write %s', async (table) => {
    await login.query(`BEGIN; SET LOCAL app.ledger_tenants = '{acme}'`);
    await expect(login.query(`SELECT FROM ${table}`)).rejects.toMatchObject({ code: '42501' });
  });

  it.each(ledgerTables)('leaves no tenant named for later statements of its session: %s', async (table) => {
    await login.query(admissionSql, ['acme']);
    const { rows } = await login.query(`SELECT current_setting('app.ledger_tenants', true) AS named`);
    expect(rows).toEqual([{ named: '' }]);
    await actAsOwner('');
    expect((await superuser.query(`SELECT FROM ${table}`)).rowCount).toBe(0);
  });

  it.each(ledgerTables)(
    'its owner sees and writes only rows of the tenants that the call names: %s',
    async (table) => {
      await actAsOwner('{acme}');
      const { rows } = await superuser.query(`SELECT DISTINCT tenant_id FROM ${table}`);
      expect(rows).toEqual([{ tenant_id: 'acme' }]);
      const column = {
        quota_counters: 'queries',
        budget_months: 'spent_nano_usd',
        usage_log: 'prompt_tokens',
      }[table]!;
      const { rowCount } = await superuser.query(
        `UPDATE ${table} SET ${column} = 5 WHERE tenant_id = 'other'`,
      );
      expect(rowCount).toBe(0);
    },
  );

  it('its owner can lock a tenant and cannot change it', async () => {
    await actAsOwner('{acme}');
    expect((await superuser.query('SELECT tenant_id FROM tenants FOR KEY SHARE')).rows).toEqual([
      { tenant_id: 'acme' },
    ]);
    await expect(superuser.query('UPDATE tenants SET updated_at = now()')).rejects.toMatchObject({
      code: '42501',
    });
  });

  it.each(['api_keys', 'tenant_configurations', 'documents', 'chunks', 'change_feed', 'audit_log'])(
    'its owner cannot read %s',
    async (table) => {
      await actAsOwner('{acme}');
      await expect(superuser.query(`SELECT FROM ${table}`)).rejects.toMatchObject({ code: '42501' });
    },
  );

  it('its owner can create nothing in the schema', async () => {
    await actAsOwner('{acme}');
    await expect(superuser.query('CREATE TABLE mine ()')).rejects.toMatchObject({ code: '42501' });
  });
});
