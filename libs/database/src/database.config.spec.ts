import { DatabaseConfig } from './database.config.js';

const server = 'postgres://app@db/attune';

describe('DatabaseConfig', () => {
  it('uses the embedded database in .attune without any variable', () => {
    expect({ ...new DatabaseConfig() }).toEqual({
      databaseUrl: null,
      databaseReadUrl: null,
      migrationDatabaseUrl: null,
      dataDir: '.attune',
      databaseOutageMs: 2_000,
    });
  });

  it.each([
    [{ DATABASE_URL: 'postgresql://a@b/c' }],
    [{ DATABASE_URL: 'postgres://app:a,b@db/attune' }],
    [{ DATABASE_URL: 'postgres://app:a@db/attune?options=-c%20search_path=a,b' }],
    [{ DATABASE_URL: server, MIGRATION_DATABASE_URL: server }],
    [{ DATABASE_URL: server, DATABASE_READ_URL: server }],
    [{ DATABASE_OUTAGE_MS: '500' }],
  ])('accepts %j', (variables) => {
    expect(() => new DatabaseConfig(variables)).not.toThrow();
  });

  it.each([
    ['DATABASE_URL', 'mysql://u:hush@h/d'],
    ['DATABASE_URL', 'nonsense'],
    ['DATABASE_OUTAGE_MS', '100'],
    ['DATABASE_URL', 'postgres://u:hush@pg1:5432,pg2:5432/attune?target_session_attrs=read-write'],
    ['DATABASE_URL', 'postgres://u:hu,sh@pg1,pg2/attune'],
    ['DATABASE_URL', 'postgres:///attune?user=hush&host=pg1,pg2'],
    ['MIGRATION_DATABASE_URL', 'postgresql://u:hush@pg1,pg2/attune'],
    ['DATABASE_READ_URL', 'postgresql://u:hush@pg1,pg2/attune'],
  ])('refuses %s=%s', (name, value) => {
    const read = () => new DatabaseConfig({ [name]: value });
    expect(read).toThrow(new RegExp(`${name} (must|names several hosts and must name one)`));
    expect(read).not.toThrow(/hush/);
  });

  it.each([
    ['MIGRATION_DATABASE_URL', 'MIGRATION_DATABASE_URL needs DATABASE_URL.'],
    ['DATABASE_READ_URL', 'DATABASE_READ_URL needs DATABASE_URL: the embedded database has no standby.'],
  ])('refuses %s without DATABASE_URL', (name, message) => {
    expect(() => new DatabaseConfig({ [name]: server })).toThrow(message);
  });
});
