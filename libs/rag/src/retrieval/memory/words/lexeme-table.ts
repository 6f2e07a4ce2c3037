import { randomBytes } from 'node:crypto';

/** Secret, so that an attacker cannot choose words that collide and make a load slow. */
const [seed, multiplier] = [randomBytes(4).readInt32LE(), randomBytes(4).readInt32LE() | 1];
const minSlots = 64;

/**
 * Numbers lexemes from 0, in the order in which they were added. It keeps them outside of the JavaScript heap, because many tenants
 * have tens of thousands of them. A hash table with open addressing, at most half full.
 */
export class LexemeTable {
  /** Number of lexemes. */
  size = 0;
  /** In each slot 0 or the number of a lexeme, plus 1. */
  private slots = new Uint32Array(minSlots);
  /** UTF-16 code units of all lexemes, one after the other. */
  private units = new Uint16Array(minSlots * 4);
  /** Where each lexeme begins in `units`; the next one's start is its end. */
  private starts = new Uint32Array(minSlots);

  get bytes(): number {
    return this.slots.byteLength + this.units.byteLength + this.starts.byteLength;
  }

  /** The number of the lexeme; -1 if it was not added. */
  find(lexeme: string): number {
    return this.slots[this.slotOf(lexeme)]! - 1;
  }

  findOrAdd(lexeme: string): number {
    const slot = this.slotOf(lexeme);
    const found = this.slots[slot]! - 1;
    return found === -1 ? this.add(lexeme, slot) : found;
  }

  /** The lexeme with this number. */
  at(number: number): string {
    return String.fromCharCode(...this.units.subarray(this.starts[number], this.starts[number + 1]));
  }

  private add(lexeme: string, slot: number): number {
    const start = this.starts[this.size]!;
    const end = start + lexeme.length;
    if (end > this.units.length) this.units = enlarged(this.units, end);
    for (let at = 0; at < lexeme.length; at += 1) this.units[start + at] = lexeme.charCodeAt(at);
    const number = this.size;
    this.size += 1;
    if (this.size === this.starts.length) this.starts = enlarged(this.starts, this.size);
    this.starts[this.size] = end;
    this.slots[slot] = this.size;
    if (this.size * 2 > this.slots.length) this.rehash();
    return number;
  }

  /** The slot with this lexeme, or the empty one where it belongs. */
  private slotOf(lexeme: string): number {
    const mask = this.slots.length - 1;
    let slot = hashOf(lexeme) & mask;
    for (let entry = this.slots[slot]!; entry !== 0 && !this.isAt(entry - 1, lexeme);) {
      slot = (slot + 1) & mask;
      entry = this.slots[slot]!;
    }
    return slot;
  }

  private isAt(number: number, lexeme: string): boolean {
    const start = this.starts[number]!;
    if (this.starts[number + 1]! - start !== lexeme.length) return false;
    for (let at = 0; at < lexeme.length; at += 1)
      if (this.units[start + at] !== lexeme.charCodeAt(at)) return false;
    return true;
  }

  private rehash(): void {
    this.slots = new Uint32Array(this.slots.length * 2);
    for (let number = 0; number < this.size; number += 1)
      this.slots[this.slotOf(this.at(number))] = number + 1;
  }
}

function hashOf(lexeme: string): number {
  let hash = seed;
  for (let at = 0; at < lexeme.length; at += 1) {
    hash = Math.imul(hash ^ lexeme.charCodeAt(at), multiplier);
    hash ^= hash >>> 15;
  }
  return hash;
}

function enlarged<A extends Uint16Array | Uint32Array>(values: A, minLength: number): A {
  const larger = new (values.constructor as new (length: number) => A)(
    Math.max(values.length * 2, minLength + 1),
  );
  larger.set(values);
  return larger;
}
