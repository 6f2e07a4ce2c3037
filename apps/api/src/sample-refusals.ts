import type { AccessLogEntry } from '#http';

const maxLinesPerInterval = 60;
const defaultIntervalMs = 60_000;

export interface RefusalSampling {
  /** Called at the end of an interval with the number of entries that were not written. */
  readonly onSuppressed: (count: number) => void;
  /** One minute by default. */
  readonly intervalMs?: number;
}

/**
 * Passes access log entries on, but at most 60 a minute of requests that were refused (4xx) and have no valid credential. Anybody can send
 * many of those, and they would fill the disk and hide the other lines.
 */
export function sampleRefusals(
  write: (entry: AccessLogEntry) => void,
  { onSuppressed, intervalMs = defaultIntervalMs }: RefusalSampling,
): (entry: AccessLogEntry) => void {
  let refusals = 0;
  setInterval(() => {
    if (refusals > maxLinesPerInterval) onSuppressed(refusals - maxLinesPerInterval);
    refusals = 0;
  }, intervalMs).unref();
  return (entry) => {
    const isRefusal = entry.principal === undefined && entry.status >= 400 && entry.status < 500;
    if (isRefusal) refusals += 1;
    if (!isRefusal || refusals <= maxLinesPerInterval) write(entry);
  };
}
