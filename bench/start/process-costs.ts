import { readFileSync } from 'node:fs';

/** What a process holds, in MB. */
export interface ProcessMemory {
  /** All pages, also those that it shares with other processes. */
  readonly rss: number;
  /** Its own pages, and its part of the shared ones. */
  readonly pss: number;
}

const ticksPerSecond = 100;

/** CPU seconds that the process and its threads have used so far. */
export function readCpuSeconds(pid: number): number {
  // The name of the program, in brackets, may contain spaces.
  const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const [user = 0, system = 0] = fields.split(' ').slice(11, 13).map(Number);
  return (user + system) / ticksPerSecond;
}

export function readMemory(pid: number): ProcessMemory {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const megabytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1]) / 1024;
  return { rss: megabytes('Rss'), pss: megabytes('Pss') };
}
