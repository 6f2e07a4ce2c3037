import { readFileSync } from 'node:fs';

/** The resident memory of a process in megabytes, from Linux. NaN for one that has ended. */
export function residentMemoryMb(processId: number | undefined): number {
  const status = readFileSync(`/proc/${processId}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
}
