import type { Metrics } from '#telemetry';
import { type StandbyReads, standbyOutcomes } from './standby-reads.js';

/** Exports whether the standby is read, and how often. Without a standby the metrics have no series. */
export function registerStandbyMetrics(metrics: Metrics, standby: StandbyReads | null): void {
  metrics.observableGauge(
    {
      name: 'attune_standby_up',
      help: '1 while lists and reports may be read from the standby, 0 while not',
    },
    () => (standby === null ? [] : [[{}, Number(standby.availability.isAvailable)]]),
  );
  metrics.observableCounter(
    {
      name: 'attune_standby_reads_total',
      help: 'Reads of lists and reports: `standby` answered, or the primary did, because the standby was `unavailable`, was `behind`, or `failed`',
      labels: ['outcome'],
    },
    () =>
      standby === null
        ? []
        : standbyOutcomes.map((outcome) => [{ outcome }, standby.counts[outcome]] as const),
  );
}
