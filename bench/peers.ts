import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { TenantSettings } from '#settings';

export type CacheEntry = readonly [key: string, settings: TenantSettings & { readonly version: number }];

/** A contestant that is read like a cache. It has its own loop, so that contestants share no call site. */
export interface BenchmarkReader {
  readonly name: string;
  /** Reads every key once, in this order, and accesses each value. Returns how many keys were found. */
  found(keys: readonly string[]): number | Promise<number>;
}

export interface Peer extends BenchmarkReader {
  close(): Promise<void>;
}

/** The export `open` of each module in `bench/peers`. Returns readers that are filled and warm. */
export type OpenPeers = (entries: readonly CacheEntry[], redisUrl: string) => Promise<readonly Peer[]>;

/** Relative to `dist-bench/bench`: peers run from their source folder, so that their packages are found. */
const peersFolder = join(import.meta.dirname, '../../bench/peers');

/**
 * Installs the peers from their lock file, unless they are installed. They are not dependencies of the product.
 *
 * @throws Error if npm fails.
 */
export function installPeers(): void {
  if (isInstalled()) return;
  console.error('Installing the peers of the benchmarks (npm ci --prefix bench/peers) …');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: peersFolder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error('The peers could not be installed. Try: npm ci --prefix bench/peers');
}

/** Opens the readers of the module `name` in `bench/peers`. */
export async function openPeers(
  name: string,
  entries: readonly CacheEntry[],
  redisUrl: string,
): Promise<readonly Peer[]> {
  const { open } = (await import(join(peersFolder, `${name}.js`))) as { open: OpenPeers };
  return open(entries, redisUrl);
}

/** Path of a program in the packages of the peers. */
export function peerProgram(path: string): string {
  return join(peersFolder, 'node_modules', path);
}

/** npm writes its own lock file last. */
function isInstalled(): boolean {
  const wanted = statSync(join(peersFolder, 'package-lock.json'));
  const installed = statSync(join(peersFolder, 'node_modules/.package-lock.json'), { throwIfNoEntry: false });
  return installed !== undefined && installed.mtimeMs >= wanted.mtimeMs;
}
