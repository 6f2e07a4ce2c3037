import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findPrograms } from '../../libs/testing/jest/programs.js';

export interface LoadOptions {
  /** Of each measurement. */
  readonly seconds: number;
  readonly connections: number;
}

export interface Contestant {
  readonly name: string;
  readonly url: string;
  /** Of those who ask, in turn. */
  readonly authorizations: readonly string[];
}

export interface Throughput {
  readonly perSecond: number;
  /** The part of the time in which whoever asked was busy: near 1, that was what could not go faster. */
  readonly generatorCpuShare: number;
}

/** What load.lua writes at the end. */
interface Summary {
  readonly requests: number;
  readonly microseconds: number;
  readonly faults: number;
  readonly cpuSeconds: number;
}

/**
 * By wrk, on one core: a generator in JavaScript takes twice as much of it, and is as busy as the fastest of what is measured.
 *
 * @throws Error when a request broke or was refused (4xx, 5xx), or wrk is missing and cannot be installed.
 */
export async function measureThroughput(
  { name, url, authorizations }: Contestant,
  options: LoadOptions,
): Promise<Throughput> {
  const wrk = join(findPrograms({ wrk: true }).wrk, 'wrk');
  const size = ['-t1', `-c${options.connections}`, `-d${options.seconds}s`];
  const script = ['-s', join(import.meta.dirname, 'load.lua')];
  const { stdout } = await promisify(execFile)(wrk, [...size, ...script, url, '--', ...authorizations]);
  const summary = JSON.parse(/^\{.*\}$/m.exec(stdout)?.[0] ?? '') as Summary;
  const { requests, faults } = summary;
  if (faults > 0) throw new Error(`${name}: ${faults} of ${requests} requests went wrong.`);
  const seconds = summary.microseconds / 1e6;
  return { perSecond: requests / seconds, generatorCpuShare: summary.cpuSeconds / seconds };
}
