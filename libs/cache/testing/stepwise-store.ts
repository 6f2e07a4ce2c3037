import { setImmediate } from 'node:timers/promises';
import { type DomainError, UnavailableError } from '#kernel';
import type { Versioned } from '../src/slots.js';

interface PendingLoad {
  readonly key: string;
  /** What the load has read of the store; undefined until it has. */
  read?: Versioned<string> | null;
  readonly end: (entry: Versioned<string> | null) => void;
  readonly fail: (error: Error) => void;
}

/** A versioned store whose loads read and end only when told to, so that a test can put anything in between. */
export class StepwiseStore {
  readonly pending: PendingLoad[] = [];
  loads = 0;
  /** While it is, loads end as failed. */
  isAway = false;
  private readonly histories = new Map<string, (string | null)[]>();

  readonly load = (key: string): Promise<Versioned<string> | null> => {
    this.loads += 1;
    return new Promise((end, fail) => this.pending.push({ key, end, fail }));
  };

  /** Commits a value (null: a deletion) and says under which version. */
  write(key: string, value: string | null): number {
    return this.historyOf(key).push(value);
  }

  /** As a backup has it that was made at this version. */
  restore(key: string, version: number): void {
    this.historyOf(key).length = Math.max(0, version);
  }

  version(key: string): number {
    return this.historyOf(key).length;
  }

  /** What was true at this version; nothing existed at version 0. */
  at(key: string, version: number): Versioned<string> | null {
    const value = this.historyOf(key)[version - 1] ?? null;
    return value === null ? null : { version, value };
  }

  read(index = 0): void {
    const load = this.pending[index % this.pending.length];
    if (load !== undefined && load.read === undefined) load.read = this.at(load.key, this.version(load.key));
  }

  /** Ends one load with what it has read, or reads now. Resolves when everyone who waited has gone on. */
  async end(index = 0): Promise<void> {
    if (this.pending.length === 0) return;
    if (!this.isAway) this.read(index);
    const [load] = this.pending.splice(index % this.pending.length, 1);
    if (this.isAway) load!.fail(unavailable());
    else load!.end(load!.read!);
    await everyoneWentOn();
  }

  async fail(error: Error = new Error('the store is down')): Promise<void> {
    this.pending.shift()?.fail(error);
    await everyoneWentOn();
  }

  private historyOf(key: string): (string | null)[] {
    let history = this.histories.get(key);
    if (history === undefined) this.histories.set(key, (history = []));
    return history;
  }
}

/** As a store says that it cannot be reached. */
export function unavailable(): DomainError {
  return new UnavailableError('The store cannot be reached.', 1);
}

/** Those who waited, and the loads that they ask for next, which begin a turn later. */
async function everyoneWentOn(): Promise<void> {
  await setImmediate();
  await setImmediate();
}
