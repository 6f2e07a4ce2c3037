import { setTimeout as delay } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { type ServerSentEvent, heartbeat } from '#http';
import { isJsonEqual } from '#kernel';
import { hasEnded, type StoredBulkOperation, toBulkOperation } from './bulk-operation.js';
import { BulkUpdatesService } from './bulk-updates.service.js';

const pollIntervalMs = 300;
const heartbeatIntervalMs = 15_000;

/** Reports the progress of operations, on whichever replica they run. It polls only while clients listen, once for all of them. */
@Injectable()
export class BulkProgressService implements BeforeApplicationShutdown {
  private readonly pendingPolls = new Map<string, Promise<StoredBulkOperation>>();
  private readonly shutdown = new AbortController();

  constructor(private readonly operations: BulkUpdatesService) {}

  beforeApplicationShutdown(): void {
    this.shutdown.abort();
  }

  /** Yields `progress` now and after each change, and finally `done`. It also ends when this replica shuts down. */
  async *events(first: StoredBulkOperation): AsyncGenerator<ServerSentEvent | typeof heartbeat> {
    let operation = first;
    let idleMs = 0;
    yield toEvent(operation);
    while (!hasEnded(operation) && !this.shutdown.signal.aborted) {
      const next = await this.poll(operation);
      idleMs += pollIntervalMs;
      const hasChanged = !isJsonEqual(next, operation);
      if (!hasChanged && idleMs < heartbeatIntervalMs) continue;
      idleMs = 0;
      yield hasChanged ? toEvent(next) : heartbeat;
      operation = next;
    }
  }

  /** Reads the operation after the poll interval; callers within it share one read. Returns `last` while the database is down. */
  private poll(last: StoredBulkOperation): Promise<StoredBulkOperation> {
    const { id } = last;
    const pendingPoll = this.pendingPolls.get(id);
    if (pendingPoll) return pendingPoll;
    const poll = delay(pollIntervalMs, undefined, { signal: this.shutdown.signal })
      .then(() => this.operations.get(id))
      .catch(() => last)
      .finally(() => this.pendingPolls.delete(id));
    this.pendingPolls.set(id, poll);
    return poll;
  }
}

function toEvent(operation: StoredBulkOperation): ServerSentEvent {
  return { event: hasEnded(operation) ? 'done' : 'progress', data: toBulkOperation(operation) };
}
