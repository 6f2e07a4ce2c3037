import type { ChildProcess } from 'node:child_process';

export interface Cluster {
  readonly url: string;
  /** The folder of its data. */
  readonly data: string;
  start(): Promise<ChildProcess>;
}

export function createCluster(programs: string, runFolder: string, primaryUrl?: string): Promise<Cluster>;
