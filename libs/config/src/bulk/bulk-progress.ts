import { setTimeout as pause } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { type ServerEvent, heartbeat } from '#http';
import { sameJson } from '#kernel';
import { type StoredOperation, shownOperation } from './bulk-operation.repository.js';
import { hasEnded } from './bulk-operation.js';
import { BulkUpdates } from './bulk-updates.service.js';

const pollMs = 300;
const heartbeatMs = 15_000;

/** How operations come along, whichever replica runs them: looked up while somebody listens, once for all who do. */
@Injectable()
export class BulkProgress implements BeforeApplicationShutdown {
  private readonly polls = new Map<string, Promise<StoredOperation>>();
  private readonly stopping = new AbortController();

  constructor(private readonly operations: BulkUpdates) {}

  beforeApplicationShutdown(): void {
    this.stopping.abort();
  }

  /** `progress` now and whenever something moved, then `done`. Ends also when this replica shuts down. */
  async *events(first: StoredOperation): AsyncGenerator<ServerEvent | typeof heartbeat> {
    let operation = first;
    let silentMs = 0;
    yield eventOf(operation);
    while (!hasEnded(operation) && !this.stopping.signal.aborted) {
      const next = await this.poll(operation);
      silentMs += pollMs;
      const hasMoved = !sameJson(next, operation);
      if (!hasMoved && silentMs < heartbeatMs) continue;
      silentMs = 0;
      yield hasMoved ? eventOf(next) : heartbeat;
      operation = next;
    }
  }

  /** In a moment; whoever asks within it gets the same answer. While the database is away nothing moves. */
  private poll(last: StoredOperation): Promise<StoredOperation> {
    const { id } = last;
    const known = this.polls.get(id);
    if (known) return known;
    const poll = pause(pollMs, undefined, { signal: this.stopping.signal })
      .then(() => this.operations.get(id))
      .catch(() => last)
      .finally(() => this.polls.delete(id));
    this.polls.set(id, poll);
    return poll;
  }
}

function eventOf(operation: StoredOperation): ServerEvent {
  return { event: hasEnded(operation) ? 'done' : 'progress', data: shownOperation(operation) };
}
