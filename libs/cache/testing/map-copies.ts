import { Copies, type Copy, noCopyCounts } from '../src/copies/copies.js';

/** Copies in a map, by key alone: those of one kind. */
export class MapCopies extends Copies {
  override readonly counters = noCopyCounts();
  readonly kept = new Map<string, Copy>();
  findings = 0;
  private held: Promise<void> = Promise.resolve();

  /** What is looked for from now on is found after the returned function was called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.held = promise;
    return resolve;
  }

  override async keep(_kind: string, copies: readonly (Copy & { readonly key: string })[]): Promise<void> {
    for (const { key, ...copy } of copies)
      if ((this.kept.get(key)?.version ?? 0) < copy.version) this.kept.set(key, copy);
  }

  override async find(_kind: string, keys: readonly string[]): Promise<ReadonlyMap<string, Copy>> {
    this.findings += 1;
    await this.held;
    return new Map([...this.kept].filter(([key]) => keys.includes(key)));
  }
}
