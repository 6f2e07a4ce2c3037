import { ConflictError } from '#kernel';
import { testDatabases } from '#testing';
import { Database } from './database.js';
import { type CommittedChange, NoTransactionError } from './transaction/open-transaction.js';
import { allTenants } from './transaction/transaction-scope.js';

describe.each(testDatabases)('Database on %s', (_name, open) => {
  let database: Database;
  let close: () => Promise<void>;

  beforeAll(async () => {
    ({ database, close } = await open());
    await database.asPlatform(allTenants, () =>
      database.query(
        `INSERT INTO tenants (tenant_id, name, plan) VALUES ('one', 'One', 'pro'), ('other', 'Other', 'pro')`,
      ),
    );
  });

  afterAll(async () => {
    await close();
  });

  const tenants = async (): Promise<string[]> => {
    const rows = await database.query<{ tenant_id: string }>('SELECT tenant_id FROM tenants ORDER BY 1');
    return rows.map(({ tenant_id }) => tenant_id);
  };
  const nameOf = (id: string): Promise<string> =>
    database.readAsTenant(
      id,
      async () => (await database.query<{ name: string }>('SELECT name FROM tenants'))[0]!.name,
    );
  const rename = (id: string, name: string): Promise<unknown> =>
    database.query('UPDATE tenants SET name = $2 WHERE tenant_id = $1', [id, name]);

  it('passes the author to the triggers for one transaction, whatever characters the name has', async () => {
    const readAuthor = async (): Promise<unknown> =>
      (
        await database.query(
          `SELECT current_setting('app.actor', true) AS actor, current_setting('app.actor_role', true) AS role,
            current_setting('app.address', true) AS address`,
        )
      )[0];
    const author = { actor: `jwt:o'neill\\'; DROP TABLE tenants; --é`, role: 'tenant_admin', address: '::1' };
    expect(await database.asTenant('one', readAuthor, author)).toEqual(author);
    expect(await database.asPlatform(allTenants, readAuthor, { actor: 'system', role: 'system' })).toEqual({
      actor: 'system',
      role: 'system',
      address: '',
    });
    const withoutAuthor = (await database.asTenant('one', readAuthor)) as Record<string, string | null>;
    expect(Object.values(withoutAuthor).filter(Boolean)).toEqual([]);
  });

  it('refuses a query outside a transaction', async () => {
    await expect(database.query('SELECT 1')).rejects.toThrow(NoTransactionError);
    await database.readGlobal(() => Promise.resolve());
    await expect(database.query('SELECT 1')).rejects.toThrow(NoTransactionError);
  });

  it('returns the rows of one tenant to that tenant, of the named tenant to the platform, and none without a tenant', async () => {
    expect(await database.asTenant('one', tenants)).toEqual(['one']);
    expect(await database.readAsTenant('other', tenants)).toEqual(['other']);
    expect(await database.readAsPlatform('one', tenants)).toEqual(['one']);
    expect(await database.asPlatform(allTenants, tenants)).toEqual(['one', 'other']);
    expect(await database.readGlobal(tenants)).toEqual([]);
    expect(await database.readAsTenant('nobody', tenants)).toEqual([]);
  });

  it('readSnapshotAsTenant reads the rows of one tenant, from one snapshot and without writing', async () => {
    const sql = `SELECT current_setting('transaction_isolation') AS isolation, current_setting('transaction_read_only') AS read_only`;
    const work = async () => [await tenants(), await database.readAsTenant('one', () => database.query(sql))];
    const expected = [['one'], [{ isolation: 'repeatable read', read_only: 'on' }]];
    expect(await database.readSnapshotAsTenant('one', work)).toEqual(expected);
  });

  it('leaves no role and no tenant on a connection', async () => {
    await Promise.all(Array.from({ length: 20 }, () => database.asPlatform(allTenants, tenants)));
    const [row] = await database.readGlobal(() =>
      database.query<{ role: string; tenant: string }>(
        `SELECT current_user AS role, current_setting('app.tenant_id') AS tenant`,
      ),
    );
    expect(row).toEqual({ role: 'attune_tenant', tenant: '' });
  });

  it.each(["one'; DROP TABLE tenants; --", 'ONE', '*', 'a'.repeat(101), 'one\n'])(
    'answers not-found for the tenant id %j',
    async (id) => {
      await expect(database.asTenant(id, tenants)).rejects.toMatchObject({ slug: 'not-found' });
    },
  );

  it('returns no rows for an empty tenant id', async () => {
    expect(await database.asTenant('', tenants)).toEqual([]);
  });

  it('separates tenants whose transactions run at the same time', async () => {
    const ids = Array.from({ length: 30 }, (_, at) => (at % 2 === 0 ? 'one' : 'other'));
    expect(await Promise.all(ids.map((id) => database.readAsTenant(id, tenants)))).toEqual(
      ids.map((id) => [id]),
    );
  });

  it('joins a call of the same scope to the open transaction', async () => {
    const rows = await database.asPlatform('one', async () => {
      await rename('one', 'Joined');
      const inner = await database.readAsPlatform('one', () =>
        database.query<{ name: string }>('SELECT name FROM tenants'),
      );
      await database.asPlatform('one', () => rename('one', 'Joined twice'));
      return inner;
    });
    expect(rows).toEqual([{ name: 'Joined' }]);
    expect(await nameOf('one')).toBe('Joined twice');
  });

  it('refuses a call of another scope inside an open transaction', async () => {
    const other = [
      () => database.asTenant('other', tenants),
      () => database.asPlatform('one', tenants),
      () => database.asPlatform(allTenants, tenants),
      () => database.readGlobal(tenants),
    ];
    for (const inner of other)
      await expect(database.asTenant('one', inner)).rejects.toThrow(/cannot start inside/);
    await expect(database.readAsTenant('one', () => database.asTenant('one', tenants))).rejects.toThrow(
      /cannot start inside/,
    );
  });

  it('rolls back when the work fails, whatever it throws', async () => {
    const before = await nameOf('one');
    const failing = database.asPlatform('one', async () => {
      await rename('one', 'Lost');
      throw new ConflictError('No.');
    });
    await expect(failing).rejects.toMatchObject({ slug: 'conflict', message: 'No.' });
    const broken = database.asPlatform('one', async () => {
      await rename('one', 'Lost');
      await database.query('SELECT * FROM nothing_here');
    });
    await expect(broken).rejects.toMatchObject({ code: '42P01' });
    expect(await nameOf('one')).toBe(before);
  });

  it('rolls back when the work ignored a failed statement', async () => {
    const before = await nameOf('one');
    const work = database.asPlatform('one', async () => {
      await rename('one', 'Half');
      await database.query('SELECT * FROM nothing_here').catch(() => undefined);
    });
    await expect(work).rejects.toThrow();
    expect(await nameOf('one')).toBe(before);
  });

  it('calls the commit hook at the end of each writing transaction, and rolls back when the hook fails', async () => {
    const before = await nameOf('other');
    const scopes: string[] = [];
    const step = async (): Promise<void> => {
      const [row] = await database.query<{ name: string }>('SELECT name FROM tenants');
      scopes.push(row!.name);
      if (row!.name === 'Refused') throw new ConflictError('Too late.');
    };
    await database.withCommitHook(step, async () => {
      await database.asPlatform('other', () => rename('other', 'First'));
      await database.withoutCommitHook(() => database.asPlatform('one', () => rename('one', 'Beside')));
      await database.readAsTenant('other', tenants);
      const refused = database.asPlatform('other', () => rename('other', 'Refused'));
      await expect(refused).rejects.toThrow('Too late.');
    });
    await database.asPlatform('other', () => rename('other', before));
    expect(scopes).toEqual(['First', 'Refused']);
  });

  it('refuses to write in a read-only transaction', async () => {
    await expect(database.readAsPlatform('one', () => rename('one', 'Read'))).rejects.toMatchObject({
      code: '25006',
    });
  });

  it('returns the rows of RETURNING', async () => {
    const sql = `UPDATE tenants SET name = 'Returned' WHERE tenant_id = 'one' RETURNING name`;
    expect(await database.asPlatform('one', () => database.query(sql))).toEqual([{ name: 'Returned' }]);
  });

  describe('onCommit', () => {
    const notified: (readonly CommittedChange[])[] = [];

    beforeAll(() => {
      database.onCommit(() => {
        throw new Error('a listener that fails');
      });
      database.onCommit(async (changes) => {
        await nameOf('one');
        notified.push(changes);
      });
    });

    beforeEach(() => {
      notified.length = 0;
    });

    it('passes each changed thing once with its last version, before the changing call returns', async () => {
      await database.asPlatform('one', async () => {
        await rename('one', 'First');
        await rename('one', 'Second');
        await database.query(
          `UPDATE tenant_configurations SET settings = '{"temperature": 0}' WHERE tenant_id = 'one'`,
        );
        expect(notified).toEqual([]);
      });
      expect(notified).toEqual([
        [
          { kind: 'configuration', key: 'one', version: 2, gone: false },
          { kind: 'tenant', key: 'one', version: expect.any(Number) as number, gone: false },
        ],
      ]);
    });

    it('passes the changes of a tenant too', async () => {
      await database.asTenant('other', () =>
        database.query(
          `UPDATE tenant_configurations SET settings = '{"temperature": 0}' WHERE tenant_id = 'other'`,
        ),
      );
      expect(notified).toEqual([[{ kind: 'configuration', key: 'other', version: 2, gone: false }]]);
    });

    it('passes nothing after a read, a change of no rows, or a rollback', async () => {
      await database.asPlatform(allTenants, tenants);
      await database.asPlatform('one', () =>
        database.query(`UPDATE tenants SET name = 'x' WHERE tenant_id = 'nobody'`),
      );
      await expect(
        database.asPlatform('one', async () => {
          await rename('one', 'Lost');
          throw new Error('no');
        }),
      ).rejects.toThrow('no');
      expect(notified).toEqual([]);
    });
  });
});
