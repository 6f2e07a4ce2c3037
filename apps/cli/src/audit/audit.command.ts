import type { DatabaseConfig } from '#database';
import { Command } from 'commander';
import { headsCommand } from './heads.command.js';
import { verifyHistoryCommand } from './verify-history.command.js';

/** `attune audit`: checks the configuration history directly in the database, without the server. */
export function auditCommand(readDatabaseConfig: () => DatabaseConfig): Command {
  const audit = new Command('audit');
  for (const command of [verifyHistoryCommand(readDatabaseConfig), headsCommand(readDatabaseConfig)])
    audit.addCommand(command.exitOverride());
  return audit;
}
