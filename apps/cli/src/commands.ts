import { readFileSync } from 'node:fs';
import type { DatabaseConfig } from '#database';
import { type VariableReader, type Variables, readSecretFiles, secretNames } from '#kernel';
import type { Command } from 'commander';
import { CliConfig, cliVariables } from './cli.config.js';

/** A command of `attune`: what its list says, and how it is loaded. */
export interface CommandEntry {
  readonly name: string;
  readonly description: string;
  load(variables: Variables): Promise<Command>;
}

/** A command reads only the section that it needs: the shell can have variables for other things. */
type ConfigReader<Config> = () => Config;

type CliCommand = (readConfig: ConfigReader<CliConfig>) => Command;
type DatabaseCommand = (readConfig: ConfigReader<DatabaseConfig>) => Command;

/** A command that calls a running service. */
function ofService(load: () => Promise<CliCommand>): CommandEntry['load'] {
  return async (variables) => (await load())(() => new CliConfig(withSecretFiles(variables, cliVariables)));
}

/** A command that works in the database. The library is loaded with it: it takes seconds on a small machine. */
function ofDatabase(
  load: () => Promise<DatabaseCommand>,
  toVariables: (variables: Variables) => Variables = (variables) => variables,
): CommandEntry['load'] {
  return async (variables) => {
    const { DatabaseConfig, databaseVariables } = await import('#database');
    const readConfig = () => new DatabaseConfig(toVariables(withSecretFiles(variables, databaseVariables)));
    return (await load())(readConfig);
  };
}

function withSecretFiles(
  variables: Variables,
  readers: Readonly<Record<string, VariableReader<unknown>>>,
): Variables {
  const secrets = secretNames(readers);
  return readSecretFiles(variables, {
    isSecret: (name) => secrets.includes(name),
    readFile: (path) => readFileSync(path, 'utf8'),
  });
}

/** The owner's login is all that a command for a lock-out needs. */
function asOwner(variables: Variables): Variables {
  return { DATABASE_URL: variables['MIGRATION_DATABASE_URL'], ...variables };
}

export const commands: readonly CommandEntry[] = [
  {
    name: 'migrate',
    description: 'migrate the Postgres database to this version',
    load: ofDatabase(async () => (await import('./migrate.command.js')).migrateCommand),
  },
  {
    name: 'audit',
    description: 'check that the history of configurations was not rewritten',
    load: ofDatabase(async () => (await import('./audit/audit.command.js')).auditCommand),
  },
  {
    name: 'keys',
    description: 'list, create and revoke API keys of the platform in the database, for a lock-out',
    load: ofDatabase(async () => (await import('./keys/keys.command.js')).keysCommand, asOwner),
  },
  {
    name: 'plan',
    description: "show what the tenants' files would change",
    load: ofService(async () => (await import('./gitops/plan.command.js')).planCommand),
  },
  {
    name: 'apply',
    description: "set the tenants' settings as their files say",
    load: ofService(async () => (await import('./gitops/apply.command.js')).applyCommand),
  },
  {
    name: 'drift',
    description: "show what was changed by hand since the tenants' files were applied",
    load: ofService(async () => (await import('./gitops/plan.command.js')).driftCommand),
  },
  {
    name: 'export',
    description: "write tenants' settings as files",
    load: ofService(async () => (await import('./gitops/export.command.js')).exportCommand),
  },
  {
    name: 'tenants',
    description: 'create and change tenants from a file, and write such a file',
    load: ofService(async () => (await import('./tenants/tenants.command.js')).tenantsCommand),
  },
  {
    name: 'backup',
    description: 'back up the embedded database of a running service',
    load: ofService(async () => (await import('./backup/backup.command.js')).backupCommand),
  },
  {
    name: 'verify',
    description: 'ask questions under today’s and under proposed platform defaults, and report what differs',
    load: ofService(async () => (await import('./verify/verify.command.js')).verifyCommand),
  },
  {
    name: 'validate',
    description: "check the tenants' files without a server",
    load: async () => (await import('./gitops/validate.command.js')).validateCommand(),
  },
  {
    name: 'schema',
    description: "print the JSON Schema of tenants' files, for editors",
    load: async () => (await import('./gitops/schema.command.js')).schemaCommand(),
  },
];
