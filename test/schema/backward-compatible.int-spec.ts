import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { type TestDatabase, createEmptyDatabase, projectRoot } from '#testing';
import { findBrokenPromises, readSchemaPromises } from './schema-promises.js';

const folder = join(projectRoot, 'migrations');
const files = readdirSync(folder)
  .filter((file) => file.endsWith('.sql'))
  .toSorted();

/** Migrations that take something away or add a rule, and why the release before them can live with it. */
const explained: Readonly<Record<string, string>> = {
  '0007-least-privilege.sql': 'No release had the schema before it.',
  '0032-key-makers-and-platform-readers.sql': 'The rules allow all that they allowed, and more.',
  '0042-platform-work.sql': 'No release had the schema before it.',
};

let database: TestDatabase;
let owner: Client;

beforeAll(async () => {
  database = await createEmptyDatabase();
  owner = new Client({ connectionString: database.migrationUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner?.end();
  await database?.drop();
});

/** What the statements break, after which the schema is as it was. */
async function brokenBy(sql: string): Promise<string[]> {
  await owner.query('BEGIN');
  try {
    const before = await readSchemaPromises(owner);
    await owner.query(sql);
    return findBrokenPromises(before, await readSchemaPromises(owner));
  } finally {
    await owner.query('ROLLBACK');
  }
}

describe('migrations', () => {
  it('each migration leaves everything that the release before it needs, or is explained here', async () => {
    const broken: Record<string, string[]> = {};
    let before = await readSchemaPromises(owner);
    for (const file of files) {
      await owner.query(readFileSync(join(folder, file), 'utf8'));
      const after = await readSchemaPromises(owner);
      const lines = findBrokenPromises(before, after);
      if (lines.length > 0) broken[file] = lines;
      before = after;
    }
    expect(Object.keys(broken).filter((file) => !(file in explained))).toEqual([]);
    expect(Object.keys(explained).filter((file) => !(file in broken))).toEqual([]);
  });
});

describe('findBrokenPromises', () => {
  it.each([
    ['a dropped column', 'ALTER TABLE tenants DROP COLUMN name', /^no longer: column tenants\.name text$/],
    [
      'a renamed column',
      'ALTER TABLE tenants RENAME name TO title',
      /^no longer: column tenants\.name text$/,
    ],
    [
      'a column of another type',
      'ALTER TABLE tenants ALTER name TYPE varchar(80)',
      /^no longer: column tenants\.name text$/,
    ],
    ['a dropped table', 'DROP TABLE idempotency_keys CASCADE', /^no longer: column idempotency_keys\./],
    [
      'a function with other arguments',
      'DROP FUNCTION attune_history_hash CASCADE',
      /^no longer: function attune_history_hash\(/,
    ],
    [
      'a right that is taken away',
      'REVOKE SELECT ON tenants FROM attune_tenant',
      /^no longer: right of attune_tenant: SELECT on tenants/,
    ],
    [
      'a dropped policy',
      'DROP POLICY tenant_scope ON tenants',
      /^no longer: policy tenant_scope on tenants$/,
    ],
    [
      'a new column that must be written',
      'ALTER TABLE tenants ADD region text NOT NULL',
      /^new rule: column tenants\.region must be written$/,
    ],
    [
      'an old column that must be written now',
      'ALTER TABLE change_requests ALTER applied_version SET NOT NULL',
      /^new rule: column change_requests\.applied_version must be written$/,
    ],
    [
      'a new check of an old column',
      'ALTER TABLE tenants ADD CHECK (length(name) < 500)',
      /^new rule: constraint of tenants: CHECK/,
    ],
    [
      'an old column that must be unique now',
      'CREATE UNIQUE INDEX ON tenants (name)',
      /^new rule: unique index of tenants: btree \(name\)$/,
    ],
  ])('names %s', async (_what, sql, line) => {
    expect(await brokenBy(sql)).toContainEqual(expect.stringMatching(line));
  });

  it.each([
    [
      'a new column with a default',
      `ALTER TABLE tenants ADD region text NOT NULL DEFAULT 'eu' CHECK (region <> '')`,
    ],
    ['a new table with rules', 'CREATE TABLE regions (id text PRIMARY KEY, name text NOT NULL UNIQUE)'],
    [
      'a new function and a new right',
      'GRANT DELETE ON plans TO attune_tenant; CREATE FUNCTION next() RETURNS int RETURN 1',
    ],
    ['a column that need not be written any more', 'ALTER TABLE tenants ALTER name DROP NOT NULL'],
    ['an index', 'CREATE INDEX ON tenants (name)'],
  ])('accepts %s', async (_what, sql) => {
    expect(await brokenBy(sql)).toEqual([]);
  });
});
