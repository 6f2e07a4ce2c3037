import { Copies, noCopyCounts, type Copy, type KeyedCopy } from '../src/copies/copies.js';
import { decodeCopy, encodeCopy } from '../src/copies/copy-text.js';

/** Copies that outlive a cache in a test. While `isReachable` is false it is as with Redis in doubt. */
export class InMemoryCopies extends Copies {
  override readonly counters = noCopyCounts();
  isReachable = true;
  private readonly texts = new Map<string, string>();

  override async keep(kind: string, copies: readonly KeyedCopy[]): Promise<void> {
    for (const copy of copies) {
      const text = this.isReachable ? encodeCopy(copy) : null;
      if (text === null) this.counters.lost += 1;
      else this.keepNewest(placeOf(kind, copy.key), copy.version, text);
    }
  }

  override async find(kind: string, keys: readonly string[]): Promise<ReadonlyMap<string, Copy>> {
    const found = new Map<string, Copy>();
    for (const key of this.isReachable ? keys : []) {
      const copy = this.at(placeOf(kind, key));
      if (copy !== null) found.set(key, copy);
    }
    this.counters.found += found.size;
    this.counters.missing += new Set(keys).size - found.size;
    return found;
  }

  private keepNewest(place: string, version: number, text: string): void {
    this.counters.kept += 1;
    if (version > (this.at(place)?.version ?? -1)) this.texts.set(place, text);
  }

  private at(place: string): Copy | null {
    const text = this.texts.get(place);
    return text === undefined ? null : decodeCopy(text);
  }
}

function placeOf(kind: string, key: string): string {
  return JSON.stringify([kind, key]);
}
