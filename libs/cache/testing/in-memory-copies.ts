import { Copies, noCopyCounts, type Copy, type KeyedCopy } from '../src/copies/copies.js';
import { decodeCopy, encodeCopy } from '../src/copies/copy-text.js';

/** Copies that outlive a cache in a test. */
export class InMemoryCopies extends Copies {
  override readonly counters = noCopyCounts();
  /** How often somebody began to look for some. */
  findings = 0;
  private readonly texts = new Map<string, string>();
  private held: Promise<void> = Promise.resolve();

  /** What is looked for from now on is found after the returned function was called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.held = promise;
    return resolve;
  }

  clear(): void {
    this.texts.clear();
  }

  override async keep(kind: string, copies: readonly KeyedCopy[]): Promise<void> {
    for (const copy of copies) {
      const text = encodeCopy(copy);
      if (text === null) this.counters.lost += 1;
      else this.keepNewest(placeOf(kind, copy.key), copy.version, text);
    }
  }

  override async find(kind: string, keys: readonly string[]): Promise<ReadonlyMap<string, Copy>> {
    this.findings += 1;
    await this.held;
    const found = new Map<string, Copy>();
    for (const key of keys) {
      const copy = this.at(placeOf(kind, key));
      if (copy !== null) found.set(key, copy);
    }
    this.counters.found += found.size;
    this.counters.missing += new Set(keys).size - found.size;
    return found;
  }

  private keepNewest(place: string, version: number, text: string): void {
    this.counters.kept += 1;
    const there = this.at(place);
    const isOlder = there === null || there.version < version;
    if (isOlder || (there.version === version && there.value !== null)) this.texts.set(place, text);
  }

  private at(place: string): Copy | null {
    const text = this.texts.get(place);
    return text === undefined ? null : decodeCopy(text);
  }
}

function placeOf(kind: string, key: string): string {
  return JSON.stringify([kind, key]);
}
