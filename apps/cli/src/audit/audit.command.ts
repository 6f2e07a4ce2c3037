import type { Environment } from '#kernel';
import { Command } from 'commander';
import { headsCommand } from './heads.command.js';
import { verifyHistoryCommand } from './verify-history.command.js';

/** `attune audit`: whether what happened is what the database says. Works on the database itself, past the server. */
export function auditCommand(readEnvironment: () => Environment): Command {
  const audit = new Command('audit').description('check that nobody rewrote the history of configurations');
  for (const command of [verifyHistoryCommand(readEnvironment), headsCommand(readEnvironment)])
    audit.addCommand(command.exitOverride());
  return audit;
}
