import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { EffectiveSettings } from '#config';

export type CacheEntry = readonly [key: string, settings: EffectiveSettings & { readonly version: number }];

/** Something that is read like a cache, with a loop of its own, so that no call site is shared with another contestant. */
export interface BenchmarkReader {
  readonly name: string;
  /** Reads every key once, in this order, and looks into what it got. Returns how many were there. */
  found(keys: readonly string[]): number | Promise<number>;
}

export interface Peer extends BenchmarkReader {
  close(): Promise<void>;
}

/** What a reader among the peers exports as `open`: filled, and warm. */
export type OpenPeers = (entries: readonly CacheEntry[], redisUrl: string) => Promise<readonly Peer[]>;

/** From `dist-bench/bench`: the peers stay where they were installed, so that their own packages are found. */
const peersFolder = join(import.meta.dirname, '../../bench/peers');

/**
 * Installs the peers, once, as their lock file says; they are no dependencies of the product, and only benchmarks have them.
 *
 * @throws Error when npm could not.
 */
export function installPeers(): void {
  if (isInstalled()) return;
  console.error('Installing what the benchmarks are measured against (npm ci --prefix bench/peers) …');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: peersFolder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error('The peers could not be installed. Try: npm ci --prefix bench/peers');
}

/** Every reader of the module `name` of `bench/peers`. */
export async function openPeers(
  name: string,
  entries: readonly CacheEntry[],
  redisUrl: string,
): Promise<readonly Peer[]> {
  const { open } = (await import(join(peersFolder, `${name}.js`))) as { open: OpenPeers };
  return open(entries, redisUrl);
}

/** A program that a peer brings. */
export function peerProgram(path: string): string {
  return join(peersFolder, 'node_modules', path);
}

/** npm writes its own lock file last of all. */
function isInstalled(): boolean {
  const wanted = statSync(join(peersFolder, 'package-lock.json'));
  const installed = statSync(join(peersFolder, 'node_modules/.package-lock.json'), { throwIfNoEntry: false });
  return installed !== undefined && installed.mtimeMs >= wanted.mtimeMs;
}
