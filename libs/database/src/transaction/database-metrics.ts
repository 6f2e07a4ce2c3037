import type { Metrics } from '#telemetry';
import type { TransactionRunner } from './transaction-runner.js';

/** Exports how the connection pool is used, and how long transactions take. */
export function registerDatabaseMetrics(metrics: Metrics, transactions: TransactionRunner): void {
  const waits = metrics.histogram({
    name: 'attune_database_wait_seconds',
    help: 'How long callers have waited for a connection to Postgres. Long waits mean that the pool is used up',
  });
  const durations = metrics.histogram({
    name: 'attune_database_transaction_seconds',
    help: 'Time of transactions from the call to the answer, the wait for a connection included, by what they may do',
    labels: ['access'],
  });
  const wait = waits.series({});
  transactions.listener = {
    onWaited: (ms) => wait.observe(ms / 1000),
    onEnded: (access, ms) => durations.observe(ms / 1000, { access }),
  };
  registerPool(metrics, transactions);
}

function registerPool(metrics: Metrics, transactions: TransactionRunner): void {
  const gauges = {
    max: [
      'attune_database_connections_max',
      'Connections to Postgres that this replica may use at the same time',
    ],
    inUse: ['attune_database_connections_in_use', 'Connections to Postgres that are in use at the moment'],
    waiting: ['attune_database_waiting', 'Callers that wait for a connection to Postgres at the moment'],
  } as const;
  for (const key of ['max', 'inUse', 'waiting'] as const) {
    const [name, help] = gauges[key];
    metrics.observableGauge({ name, help }, () => [[{}, transactions.pool[key]]]);
  }
}
