import type { Metrics } from '#telemetry';
import type { PoolUse } from './fair-connections.js';
import type { TransactionRunner } from './transaction-runner.js';

/** Exports how the connection pool is used, and how long transactions take; of the standby too, if there is one. */
export function registerDatabaseMetrics(
  metrics: Metrics,
  transactions: TransactionRunner,
  standby: TransactionRunner | null,
): void {
  const waits = metrics.histogram({
    name: 'attune_database_wait_seconds',
    help: 'How long callers have waited for a connection to Postgres. Long waits mean that the pool is used up',
  });
  const durations = metrics.histogram({
    name: 'attune_database_transaction_seconds',
    help: 'Time of transactions from the call to the answer, the wait for a connection included, by what they may do; `standby` are reads there',
    labels: ['access'],
  });
  const wait = waits.series({});
  transactions.listener = {
    onWaited: (ms) => wait.observe(ms / 1000),
    onEnded: (access, ms) => durations.observe(ms / 1000, { access }),
  };
  registerPool(metrics, { prefix: 'attune_database', server: 'Postgres' }, () => transactions.pool);
  registerPool(metrics, { prefix: 'attune_standby', server: 'the standby' }, () => standby?.pool ?? null);
  if (standby === null) return;
  const onEnded = (_access: string, ms: number) => durations.observe(ms / 1000, { access: 'standby' });
  standby.listener = { onWaited: () => undefined, onEnded };
}

function registerPool(
  metrics: Metrics,
  { prefix, server }: { readonly prefix: string; readonly server: string },
  readUse: () => PoolUse | null,
): void {
  const gauges = {
    max: ['connections_max', `Connections to ${server} that this replica may use at the same time`],
    inUse: ['connections_in_use', `Connections to ${server} that are in use at the moment`],
    waiting: ['waiting', `Callers that wait for a connection to ${server} at the moment`],
  } as const;
  for (const key of ['max', 'inUse', 'waiting'] as const) {
    const [suffix, help] = gauges[key];
    metrics.observableGauge({ name: `${prefix}_${suffix}`, help }, () => {
      const use = readUse();
      return use === null ? [] : [[{}, use[key]]];
    });
  }
}
