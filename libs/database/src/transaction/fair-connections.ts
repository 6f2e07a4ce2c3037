import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { DomainError, type EndTurn, FairQueue, UnavailableError } from '#kernel';
import type { DataSource, QueryRunner } from 'typeorm';
import type { DatabaseAvailability } from '../availability/database-availability.js';
import {
  databaseUnavailable,
  hasNoFreeConnection,
  outageReasonOf,
} from '../availability/connection-errors.js';
import type { PooledConnection } from './open-transaction.js';

export interface ConnectionOptions {
  readonly dataSource: DataSource;
  readonly availability: DatabaseAvailability;
  /** The size of the connection pool. */
  readonly maxTransactions: number;
  /** Whether the caller may use the database although it still counts as unavailable: blocking start-up tasks may. */
  isExemptFromOutage(): boolean;
}

/** Who gets a connection: tenants take turns. */
export interface ConnectionOwner {
  /** A tenant's id, or a name of the service's own work. */
  readonly owner: string;
  /** It gets the next free connection, before all others. */
  readonly isUrgent?: boolean;
}

/** How the connections are used. */
export interface PoolUse {
  readonly max: number;
  readonly inUse: number;
  readonly waiting: number;
}

/** As long as the longest statement may take: then a connection must have become free. */
const waitTimeoutMs = 15_000;
const fullServerPauseMs = 50;

/**
 * Lends the connections of the pool. A caller takes a turn before it, and gives the turn back after it. So no caller waits in the pool,
 * where a long wait looks like an outage, and no tenant has all connections.
 */
export class FairConnections {
  private readonly turns: FairQueue;
  /** How many callers have their turn and no connection, because the server has no free one. */
  private refusedCount = 0;

  constructor(
    private readonly options: ConnectionOptions,
    private readonly onWaited: (ms: number) => void,
  ) {
    const { maxTransactions, availability } = options;
    this.turns = new FairQueue({ maxRunning: maxTransactions });
    availability.onChange((isAvailable) => {
      if (!isAvailable) this.turns.dropWaiting(databaseUnavailable());
    });
  }

  get use(): PoolUse {
    const { running: inUse, waiting } = this.turns.size;
    return { max: this.options.maxTransactions, inUse, waiting };
  }

  /** @throws UnavailableError, or the driver's error if no connection can be opened. */
  async acquire(owner: ConnectionOwner): Promise<PooledConnection> {
    const endTurn = await this.waitForTurn(owner);
    try {
      const runner = await this.connect();
      return { runner, release: () => runner.release().finally(endTurn) };
    } catch (error) {
      endTurn();
      throw error;
    }
  }

  private async waitForTurn({ owner, isUrgent = false }: ConnectionOwner): Promise<EndTurn> {
    const { availability } = this.options;
    if (!availability.isAvailable && !this.options.isExemptFromOutage()) throw databaseUnavailable();
    const startedAt = performance.now();
    try {
      return await this.turns.waitForTurn(owner, { isUrgent, timeoutMs: waitTimeoutMs });
    } catch (error) {
      throw error instanceof DomainError ? error : connectionsInUseError(error);
    } finally {
      this.onWaited(performance.now() - startedAt);
    }
  }

  /** A server that gives this process fewer connections than its pool may have is no outage: one of those becomes free. */
  private async connect(): Promise<QueryRunner> {
    try {
      return await this.tryToConnect();
    } catch (error) {
      if (!hasNoFreeConnection(error)) throw error;
    }
    this.refusedCount += 1;
    return this.connectWhenFree().finally(() => (this.refusedCount -= 1));
  }

  /** Gives up when the server refuses every caller, so that no connection can become free. */
  private async connectWhenFree(): Promise<QueryRunner> {
    for (const startedAt = performance.now(); ; await pause(fullServerPauseMs)) {
      // A connection may have become free after this attempt had asked the server for another one.
      const wasEveryoneRefused = this.isEveryoneRefused;
      try {
        return await this.tryToConnect();
      } catch (error) {
        const isHopeless = wasEveryoneRefused && this.isEveryoneRefused;
        if (!hasNoFreeConnection(error) || isHopeless) throw error;
        if (performance.now() - startedAt > waitTimeoutMs) throw connectionsInUseError(error);
      }
    }
  }

  private get isEveryoneRefused(): boolean {
    return this.refusedCount === this.turns.size.running;
  }

  private async tryToConnect(): Promise<QueryRunner> {
    const runner = this.options.dataSource.createQueryRunner();
    try {
      await runner.connect();
      return runner;
    } catch (error) {
      const isOutage = outageReasonOf(error) !== null && !hasNoFreeConnection(error);
      if (isOutage) void this.options.availability.checkNow();
      await runner.release();
      throw error;
    }
  }
}

function connectionsInUseError(cause: unknown): DomainError {
  const message = 'All connections to the database are in use; nothing was changed. Try again shortly.';
  return new UnavailableError(message, 2, cause);
}
