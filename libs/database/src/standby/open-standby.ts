import type { DataSource } from 'typeorm';
import { assertSafeLogin } from '../assert-safe-login.js';
import { AvailabilityMonitor } from '../availability/availability-monitor.js';
import type { DatabaseAvailability } from '../availability/database-availability.js';
import { PoolSockets } from '../availability/pool-sockets.js';
import { ServerProbe } from '../availability/server-probe.js';
import { type EntityClass, closeDataSource, createDataSource, describeServer } from '../data-source.js';
import type { StandbyComparison } from './standby-comparison.js';

/** A standby of the database, with a pool of its own. */
export interface Standby {
  readonly dataSource: DataSource;
  /** Whether reads may be sent to it. */
  readonly availability: DatabaseAvailability;
  close(): Promise<void>;
}

interface StandbyOptions {
  readonly url: string;
  readonly outageMs: number;
  readonly comparison: StandbyComparison;
  readonly entities?: readonly EntityClass[];
}

const variable = 'DATABASE_READ_URL';
const words = { lost: 'is not read, but the primary in its place', back: 'is read again' };

/** Connects in the background. Without the standby, the service runs as usual; the log says what is wrong with it. */
export function openStandby({ url, outageMs, comparison, ...known }: StandbyOptions): Standby {
  const sockets = new PoolSockets();
  const dataSource = createDataSource({ url, sockets }, { ...known, connectTimeoutMs: outageMs });
  const monitor = new AvailabilityMonitor({
    variable,
    name: describeServer(variable, url),
    words,
    probe: new ServerProbe(url, outageMs, comparison.standbyCheck),
    sockets,
    initialize: () => initialize(dataSource),
  });
  monitor.startInBackground();
  const close = async (): Promise<void> => {
    await monitor.stop();
    await closeDataSource(dataSource, sockets);
  };
  return { dataSource, availability: monitor, close };
}

async function initialize(dataSource: DataSource): Promise<void> {
  if (!dataSource.isInitialized) await dataSource.initialize();
  await assertSafeLogin(dataSource, variable);
}
