import { type ChainHead, HistoryChain, chainFaults } from '#config';
import type { Environment } from '#kernel';
import { Command } from 'commander';
import { counted, print } from '../code/output.js';
import { type Progress, progress } from '../code/progress.js';
import { headsIn, readText } from './heads-file.js';
import { misuse } from './misuse.js';
import { databaseHelp, onDatabase } from './on-database.js';

const help = `
Every entry of every history: its contents against its hash, its hash against the next entry, and the last one against the
tenant's configuration. With --heads it also misses what was exported before and is not there any more, which shows even what
the database's owner rewrote as a whole.
${databaseHelp}

Examples:
  attune audit verify
  attune audit verify --heads heads-2026-11-01.json --public-key audit-public.pem

Exit codes: 0 unbroken, 1 broken (the first broken entry is named) or failed, 2 wrong command line or environment.`;

interface Options {
  readonly heads?: string;
  readonly publicKey?: string;
}

/** `attune audit verify`: checks the chain, and that it still holds the heads of an earlier export. */
export function verifyCommand(readEnvironment: () => Environment): Command {
  return new Command('verify')
    .description('check the hash chain of every history')
    .option('--heads <file>', 'what `attune audit heads` printed earlier')
    .option('--public-key <file>', "the PEM file of the key that the heads' signature is checked with")
    .addHelpText('after', help)
    .action(async (options: Options) => {
      const environment = readEnvironment();
      const heads = givenHeads(options);
      const told = await onDatabase(environment, (database) => verdict(HistoryChain.on(database), heads));
      print(told.text);
      process.exitCode = told.isWhole ? 0 : 1;
    });
}

function givenHeads({ heads, publicKey }: Options): readonly ChainHead[] {
  if (heads !== undefined) return headsIn(heads, publicKey === undefined ? null : readText(publicKey));
  if (publicKey !== undefined)
    throw misuse('--public-key needs --heads: it is their signature that it checks.');
  return [];
}

async function verdict(
  chain: HistoryChain,
  heads: readonly ChainHead[],
): Promise<{ text: string; isWhole: boolean }> {
  const { tenants, entries, broken } = await withProgress((onProgress) => chain.verify({ onProgress }));
  if (broken) {
    const text = `Broken: tenant ${broken.tenant_id}, version ${broken.version}: ${chainFaults[broken.fault]}.`;
    return { text, isWhole: false };
  }
  const lost = await chain.firstLost(heads);
  if (lost) {
    const text = `Broken: tenant ${lost.tenant_id}, version ${lost.version}: its entry is not the one that was exported.`;
    return { text, isWhole: false };
  }
  const beside = heads.length === 0 ? '' : `, ${counted(heads.length, 'exported head')} among them`;
  const text = `Unbroken: ${counted(tenants, 'tenant')}, ${entries} history entries${beside}.`;
  return { text, isWhole: true };
}

type OnProgress = (checked: number, tenants: number) => void;

async function withProgress<T>(work: (onProgress: OnProgress) => Promise<T>): Promise<T> {
  let shown: Progress | null = null;
  let before = 0;
  const onProgress: OnProgress = (checked, tenants) => {
    shown ??= progress('verifying', tenants);
    for (; before < checked; before += 1) shown.step();
  };
  try {
    return await work(onProgress);
  } finally {
    (shown as Progress | null)?.end();
  }
}
