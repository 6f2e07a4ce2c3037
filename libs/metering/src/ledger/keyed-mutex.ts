import { UnavailableError } from '#kernel';

/**
 * Runs the work of one key one at a time, in the order of the calls. In the database, all admissions of a tenant wait for one lock,
 * and so do its settlements. Here they wait without holding a connection, which other tenants need.
 *
 * A failed call does not stop the next one, with one exception: when the database is unavailable, all calls that wait at that
 * moment fail with the same error. Otherwise each of them would wait for its own time-out.
 */
export class KeyedMutex {
  private readonly last = new Map<string, Promise<unknown>>();

  runExclusive<T>(key: string, work: () => Promise<T>): Promise<T> {
    const run = (this.last.get(key) ?? Promise.resolve()).then(work, (error: unknown) => {
      if (error instanceof UnavailableError) throw error;
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
