import { type ChainHead, HistoryIntegrityService, integrityViolationMessages } from '#config';
import type { DatabaseConfig } from '#database';
import { Command } from 'commander';
import { pluralize, printLine, usageError } from '../terminal/output.js';
import { type Progress, startProgress } from '../terminal/progress.js';
import { readHeadsFile, readText } from './heads-file.js';
import { databaseHelp, withDatabase } from './with-database.js';

const help = `
Checks every entry of every history: its contents against its hash, its hash against the next entry, and the last entry against
the tenant's configuration. With --heads it also finds exported entries that are missing now; this detects even a history
that the database's owner rewrote completely.
${databaseHelp}

Examples:
  attune audit verify
  attune audit verify --heads heads-2026-11-01.json --public-key audit-public.pem

Exit codes: 0 unbroken, 1 broken (the first broken entry is named) or failed, 2 wrong command line or environment.`;

interface Options {
  readonly heads?: string;
  readonly publicKey?: string;
}

/** `attune audit verify`: checks the hash chains, and that they still contain the heads of an earlier export. */
export function verifyHistoryCommand(readDatabaseConfig: () => DatabaseConfig): Command {
  return new Command('verify')
    .description('check the hash chain of every history')
    .option('--heads <file>', 'an earlier output of `attune audit heads`')
    .option('--public-key <file>', 'the PEM file of the public key for the signature of the heads')
    .addHelpText('after', help)
    .action(async (options: Options) => {
      const config = readDatabaseConfig();
      const heads = readGivenHeads(options);
      const result = await withDatabase(config, (database) =>
        verifyHistory(HistoryIntegrityService.forDatabase(database), heads),
      );
      printLine(result.text);
      process.exitCode = result.isWhole ? 0 : 1;
    });
}

function readGivenHeads({ heads, publicKey }: Options): readonly ChainHead[] {
  if (heads !== undefined) return readHeadsFile(heads, publicKey === undefined ? null : readText(publicKey));
  if (publicKey !== undefined)
    throw usageError('--public-key needs --heads: it is their signature that it checks.');
  return [];
}

async function verifyHistory(
  chain: HistoryIntegrityService,
  heads: readonly ChainHead[],
): Promise<{ text: string; isWhole: boolean }> {
  const { tenants, entries, broken } = await withProgress((onProgress) => chain.verify({ onProgress }));
  if (broken) {
    const text = `Broken: tenant ${broken.tenant_id}, version ${broken.version}: ${integrityViolationMessages[broken.fault]}.`;
    return { text, isWhole: false };
  }
  const missing = await chain.findFirstMissing(heads);
  if (missing) {
    const text = `Broken: tenant ${missing.tenant_id}, version ${missing.version}: its entry is not the one that was exported.`;
    return { text, isWhole: false };
  }
  const headsText = heads.length === 0 ? '' : `, ${pluralize(heads.length, 'exported head')} among them`;
  const text = `Unbroken: ${pluralize(tenants, 'tenant')}, ${entries} history entries${headsText}.`;
  return { text, isWhole: true };
}

type OnProgress = (checked: number, tenants: number) => void;

async function withProgress<T>(work: (onProgress: OnProgress) => Promise<T>): Promise<T> {
  let progressBar: Progress | null = null;
  let lastChecked = 0;
  const onProgress: OnProgress = (checked, tenants) => {
    progressBar ??= startProgress('verifying', tenants);
    for (; lastChecked < checked; lastChecked += 1) progressBar.step();
  };
  try {
    return await work(onProgress);
  } finally {
    (progressBar as Progress | null)?.end();
  }
}
