import { Copies, type Copy } from './copies.js';

/** A single process without Redis has nowhere to keep them. */
export class NoCopies extends Copies {
  override keep(): Promise<void> {
    return Promise.resolve();
  }

  override find(): Promise<ReadonlyMap<string, Copy>> {
    return Promise.resolve(new Map());
  }
}
