import { setImmediate } from 'node:timers/promises';
import { type DomainError, UnavailableError } from '#kernel';
import type { Versioned } from '../src/region/entry-table.js';

interface PendingLoad {
  readonly key: string;
  /** What the load has read from the store; undefined until then. */
  readValue?: Versioned<string> | null;
  readonly resolve: (entry: Versioned<string> | null) => void;
  readonly reject: (error: Error) => void;
}

/** A versioned store whose loads read and finish only when the test says so, so that it can do anything in between. */
export class StepwiseStore {
  readonly pending: PendingLoad[] = [];
  loadCalls = 0;
  /** While true, loads reject. */
  isUnavailable = false;
  private readonly histories = new Map<string, (string | null)[]>();

  readonly load = (key: string): Promise<Versioned<string> | null> => {
    this.loadCalls += 1;
    return new Promise((resolve, reject) => this.pending.push({ key, resolve, reject }));
  };

  /** Commits a value (null: a deletion) and returns its version. */
  write(key: string, value: string | null): number {
    return this.historyOf(key).push(value);
  }

  /** Restores a backup that was made at this version. */
  restoreTo(key: string, version: number): void {
    this.historyOf(key).length = Math.max(0, version);
  }

  currentVersion(key: string): number {
    return this.historyOf(key).length;
  }

  /** The value at this version; at version 0 the key does not exist. */
  valueAt(key: string, version: number): Versioned<string> | null {
    const value = this.historyOf(key)[version - 1] ?? null;
    return value === null ? null : { version, value };
  }

  readPending(index = 0): void {
    const load = this.pending[index % this.pending.length];
    if (load !== undefined && load.readValue === undefined)
      load.readValue = this.valueAt(load.key, this.currentVersion(load.key));
  }

  /** Finishes one load with what it has read, or reads now. Resolves after all waiting readers have continued. */
  async finishLoad(index = 0): Promise<void> {
    if (this.pending.length === 0) return;
    if (!this.isUnavailable) this.readPending(index);
    const [load] = this.pending.splice(index % this.pending.length, 1);
    if (this.isUnavailable) load!.reject(storeUnavailableError());
    else load!.resolve(load!.readValue!);
    await flushReaders();
  }

  async failLoad(error: Error = new Error('the store is down')): Promise<void> {
    this.pending.shift()?.reject(error);
    await flushReaders();
  }

  private historyOf(key: string): (string | null)[] {
    let history = this.histories.get(key);
    if (history === undefined) this.histories.set(key, (history = []));
    return history;
  }
}

/** The error of a store that cannot be reached. */
export function storeUnavailableError(): DomainError {
  return new UnavailableError('The store cannot be reached.', 1);
}

/** Lets waiting readers continue, and lets the loads they request next start a turn later. */
async function flushReaders(): Promise<void> {
  await setImmediate();
  await setImmediate();
}
