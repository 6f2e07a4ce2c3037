import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '#testing';

const root = join(import.meta.dirname, '../..');
const typeorm = join(root, 'node_modules/.bin/typeorm');

function showMigrations(migrationUrl: string) {
  const env = { ...process.env, MIGRATION_DATABASE_URL: migrationUrl, NO_COLOR: '1', FORCE_COLOR: '0' };
  return spawnSync(typeorm, ['migration:show', '-d', 'ormconfig.ts'], { cwd: root, env, encoding: 'utf8' });
}

describe('ormconfig.ts', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(() => database.drop());

  it("shows every migration as executed in TypeORM's command line", () => {
    const { stdout, stderr } = showMigrations(database.migrationUrl);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^\[X\]/m);
    expect(stdout).not.toMatch(/^\[ \]/m);
  });

  it('names the variable that is missing', () => {
    expect(showMigrations('').stderr).toContain('MIGRATION_DATABASE_URL');
  });
});
