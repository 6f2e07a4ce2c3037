import { type DatabaseConfig, migrate } from '#database';
import { EnvironmentError } from '#kernel';
import { Command } from 'commander';

const examples = `
Needs MIGRATION_DATABASE_URL (the owner of the database, who may create roles) and DATABASE_URL (the
application's login, which must exist; it becomes a member of the application's roles). You can run it again at
any time; processes that run at the same time wait for one another.

Example:
  export MIGRATION_DATABASE_URL=postgres://attune_owner:<password>@db.internal/attune
  export DATABASE_URL=postgres://attune_app:<password>@db.internal/attune
  attune migrate`;

/** `attune migrate`: migrates the Postgres database to this version and prints the migrations that ran. */
export function migrateCommand(readDatabaseConfig: () => DatabaseConfig): Command {
  return new Command('migrate').addHelpText('after', examples).action(async () => {
    const migrations = await migrate(migrationTarget(readDatabaseConfig()));
    process.stdout.write(`${formatReport(migrations)}\n`);
  });
}

function migrationTarget({
  databaseUrl,
  migrationDatabaseUrl,
}: DatabaseConfig): Parameters<typeof migrate>[0] {
  if (databaseUrl === null || migrationDatabaseUrl === null) {
    throw new EnvironmentError(['MIGRATION_DATABASE_URL and DATABASE_URL must both be set.']);
  }
  const applicationUser = decodeURIComponent(new URL(databaseUrl).username);
  return { migrationUrl: migrationDatabaseUrl, applicationUser };
}

function formatReport(migrations: readonly string[]): string {
  if (migrations.length === 0) return 'The database is up to date; nothing had to be run.';
  return [`Ran ${migrations.length} migrations:`, ...migrations.map((name) => `  ${name}`)].join('\n');
}
