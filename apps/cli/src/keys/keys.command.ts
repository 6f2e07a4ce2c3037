import { Logger } from '@nestjs/common';
import { type DatabaseConfig, openDatabaseAsOwner } from '#database';
import { KeysService } from '#tenancy';
import { Command, Option } from 'commander';
import { formatJson, printLine } from '../terminal/output.js';
import { formatKeys } from './format-keys.js';
import { listPlatformKeys } from './list-platform-keys.js';

type ReadConfig = () => DatabaseConfig;

const help = `
For a lock-out: no platform key works any more, or the one that does is in the wrong hands. Works directly in the
database, also while the service runs; its replicas notice within seconds. The audit log names the database user.

Needs MIGRATION_DATABASE_URL, the owner of the database. Without it and without DATABASE_URL, the commands use the
embedded database in DATA_DIR; stop the service first.

Examples:
  attune keys list
  PLATFORM_KEY=$(attune keys create --name "Ada")
  attune keys revoke 4f1c2a9b7d3e5f60`;

interface CreateOptions {
  readonly name: string;
  readonly role: 'platform_admin' | 'platform_reader';
  readonly expiresAt?: string;
}

/** `attune keys`: lists, creates and revokes the API keys of the platform in the database. */
export function keysCommand(readConfig: ReadConfig): Command {
  const keys = new Command('keys').addHelpText('after', help);
  for (const command of [listCommand(readConfig), createCommand(readConfig), revokeCommand(readConfig)])
    keys.addCommand(command.exitOverride());
  return keys;
}

function listCommand(readConfig: ReadConfig): Command {
  return new Command('list')
    .description('list the API keys of the platform, newest first, without their secrets')
    .option('--json', 'print JSON')
    .action(async ({ json = false }: { json?: boolean }) => {
      const keys = await withKeys(readConfig, listPlatformKeys);
      printLine(json ? formatJson(keys) : formatKeys(keys));
    });
}

function createCommand(readConfig: ReadConfig): Command {
  return new Command('create')
    .description('create an API key of the platform and print it; it can be shown only now')
    .requiredOption('--name <name>', 'what the key is used for, or by whom')
    .addOption(
      new Option('--role <role>', 'what the key may do')
        .choices(['platform_admin', 'platform_reader'])
        .default('platform_admin'),
    )
    .option('--expires-at <time>', 'an RFC 3339 time; without it the key never expires')
    .action(async ({ name, role, expiresAt }: CreateOptions) => {
      const input = { name, role, expires_at: expiresAt ?? null };
      const { id, key } = await withKeys(readConfig, (keys) => keys.issueAsOperator(input));
      process.stderr.write(`Created the ${role} key ${id}. Store it now: it is shown only once.\n`);
      printLine(key);
    });
}

function revokeCommand(readConfig: ReadConfig): Command {
  return new Command('revoke')
    .description('revoke an API key of the platform, also the last one')
    .argument('<id>', 'the part of the key between its underscores')
    .action(async (id: string) => {
      await withKeys(readConfig, (keys) => keys.revokeAsOperator(id));
      printLine(`Revoked the key ${id}.`);
    });
}

async function withKeys<T>(readConfig: ReadConfig, work: (keys: KeysService) => Promise<T>): Promise<T> {
  // Standard output is for the result alone.
  Logger.overrideLogger(false);
  const database = await openDatabaseAsOwner(readConfig());
  try {
    return await work(KeysService.forDatabase(database));
  } finally {
    await database.close();
  }
}
