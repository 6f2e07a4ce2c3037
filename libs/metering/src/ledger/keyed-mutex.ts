import { UnavailableError } from '#kernel';

/**
 * Lets the work of one key take turns, in the order in which it came. A tenant's admissions wait for one lock, and so do its settlements: here they wait
 * without a connection each, which other tenants need. When the database goes, whoever stands in line is told so at once, and not after
 * a time-out for everybody before.
 */
export class KeyedMutex {
  private readonly last = new Map<string, Promise<unknown>>();

  runExclusive<T>(key: string, work: () => Promise<T>): Promise<T> {
    const run = (this.last.get(key) ?? Promise.resolve()).then(work, (error: unknown) => {
      if (isUnavailable(error)) throw error;
      return work();
    });
    this.last.set(key, run);
    const cleanUp = (): void => {
      if (this.last.get(key) === run) this.last.delete(key);
    };
    run.then(cleanUp, cleanUp);
    return run;
  }
}

/** Whether the database is away, or gave this transaction up for another one. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof UnavailableError;
}
