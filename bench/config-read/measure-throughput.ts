import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findPrograms } from '../../libs/testing/jest/programs.js';

export interface LoadOptions {
  /** Length of each measurement. */
  readonly seconds: number;
  readonly connections: number;
}

export interface Contestant {
  readonly name: string;
  readonly url: string;
  /** `Authorization` headers, used in turn. */
  readonly authorizations: readonly string[];
  /** The `Cookie` header of every request. */
  readonly cookie?: string;
}

export interface Throughput {
  readonly perSecond: number;
  /** Share of the time in which the load generator was busy. Near 1, the generator was the bottleneck. */
  readonly generatorCpuShare: number;
}

/** The output of load.lua. */
interface Summary {
  readonly requests: number;
  readonly microseconds: number;
  readonly faults: number;
  readonly cpuSeconds: number;
}

/**
 * Measures with wrk on one core: a generator in JavaScript needs twice the CPU, and is as busy as the fastest contestant.
 *
 * @throws Error if a request failed (4xx and 5xx included), or if wrk is missing and cannot be installed.
 */
export async function measureThroughput(
  { name, url, authorizations, cookie = '' }: Contestant,
  options: LoadOptions,
): Promise<Throughput> {
  const wrk = join(findPrograms({ wrk: true }).wrk, 'wrk');
  const size = ['-t1', `-c${options.connections}`, `-d${options.seconds}s`];
  const script = ['-s', join(import.meta.dirname, 'load.lua')];
  const load = [...size, ...script, url, '--', cookie, ...authorizations];
  const { stdout } = await promisify(execFile)(wrk, load);
  const summary = JSON.parse(/^\{.*\}$/m.exec(stdout)?.[0] ?? '') as Summary;
  const { requests, faults } = summary;
  if (faults > 0) throw new Error(`${name}: ${faults} of ${requests} requests failed.`);
  const seconds = summary.microseconds / 1e6;
  return { perSecond: requests / seconds, generatorCpuShare: summary.cpuSeconds / seconds };
}
