import { setImmediate } from 'node:timers/promises';
import { type DomainError, UnavailableError } from '#kernel';
import type { Versioned } from '../src/region/entry-table.js';

interface PendingLoad {
  readonly key: string;
  /** What the load has read of the store; undefined until it has. */
  readValue?: Versioned<string> | null;
  readonly resolve: (entry: Versioned<string> | null) => void;
  readonly reject: (error: Error) => void;
}

/** A versioned store whose loads read and end only when told to, so that a test can put anything in between. */
export class StepwiseStore {
  readonly pending: PendingLoad[] = [];
  loadCalls = 0;
  /** While it is, loads end as failed. */
  isUnavailable = false;
  private readonly histories = new Map<string, (string | null)[]>();

  readonly load = (key: string): Promise<Versioned<string> | null> => {
    this.loadCalls += 1;
    return new Promise((resolve, reject) => this.pending.push({ key, resolve, reject }));
  };

  /** Commits a value (null: a deletion) and says under which version. */
  write(key: string, value: string | null): number {
    return this.historyOf(key).push(value);
  }

  /** As a backup has it that was made at this version. */
  restoreTo(key: string, version: number): void {
    this.historyOf(key).length = Math.max(0, version);
  }

  currentVersion(key: string): number {
    return this.historyOf(key).length;
  }

  /** What was true at this version; nothing existed at version 0. */
  valueAt(key: string, version: number): Versioned<string> | null {
    const value = this.historyOf(key)[version - 1] ?? null;
    return value === null ? null : { version, value };
  }

  readPending(index = 0): void {
    const load = this.pending[index % this.pending.length];
    if (load !== undefined && load.readValue === undefined)
      load.readValue = this.valueAt(load.key, this.currentVersion(load.key));
  }

  /** Ends one load with what it has read, or reads now. Resolves when everyone who waited has gone on. */
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

/** As a store says that it cannot be reached. */
export function storeUnavailableError(): DomainError {
  return new UnavailableError('The store cannot be reached.', 1);
}

/** Those who waited, and the loads that they ask for next, which begin a turn later. */
async function flushReaders(): Promise<void> {
  await setImmediate();
  await setImmediate();
}
