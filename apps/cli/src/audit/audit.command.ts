import type { DatabaseConfig } from '#database';
import { Command } from 'commander';
import { headsCommand } from './heads.command.js';
import { verifyHistoryCommand } from './verify-history.command.js';

/** `attune audit`: whether what happened is what the database says. Works on the database itself, past the server. */
export function auditCommand(readDatabaseConfig: () => DatabaseConfig): Command {
  const audit = new Command('audit').description('check that nobody rewrote the history of configurations');
  for (const command of [verifyHistoryCommand(readDatabaseConfig), headsCommand(readDatabaseConfig)])
    audit.addCommand(command.exitOverride());
  return audit;
}
