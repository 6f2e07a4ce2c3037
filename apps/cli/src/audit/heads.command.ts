import { HistoryIntegrityService } from '#config';
import type { DatabaseConfig } from '#database';
import { SystemClock } from '#kernel';
import { Command } from 'commander';
import { printLine } from '../terminal/output.js';
import { formatHeadsFile, readText } from './heads-file.js';
import { databaseHelp, withDatabase } from './with-database.js';

const help = `
Export the heads regularly to a place that the database's owner cannot write to. Check them with \`attune audit verify --heads\`.
${databaseHelp}

Examples:
  openssl genpkey -algorithm ed25519 -out audit-private.pem
  openssl pkey -in audit-private.pem -pubout -out audit-public.pem
  attune audit heads --sign-with audit-private.pem > heads-$(date +%F).json`;

/** `attune audit heads`: prints the newest entry of every history, signed on request. */
export function headsCommand(readDatabaseConfig: () => DatabaseConfig): Command {
  return new Command('heads')
    .description('print the newest entry of every history, for later comparison')
    .option('--sign-with <file>', 'the PEM file of an Ed25519 private key')
    .addHelpText('after', help)
    .action(async ({ signWith }: { signWith?: string }) => {
      const config = readDatabaseConfig();
      const privateKey = signWith === undefined ? null : readText(signWith);
      const heads = await withDatabase(config, (database) =>
        HistoryIntegrityService.forDatabase(database).readHeads(),
      );
      printLine(formatHeadsFile(heads, new SystemClock(), privateKey));
    });
}
