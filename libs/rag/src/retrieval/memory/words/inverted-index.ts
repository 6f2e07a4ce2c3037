import { setImmediate as nextTurn } from 'node:timers/promises';
import { LexemeTable } from './lexeme-table.js';

/** The chunks with one lexeme, by their places in the corpus, and how often it occurs in each. */
export interface Postings {
  readonly places: Uint32Array;
  readonly frequencies: Uint8Array | Uint16Array | Uint32Array;
}

/** A place, a frequency, and a share of the lexemes. */
export const bytesPerPosting = 8;
/** A larger frequency does not fit into the index. */
const maxFrequency = 0xffff;
/** Postings that are handled without a break: some milliseconds. */
const sliceLength = 100_000;

/** For each lexeme of a corpus the chunks that have it. */
export class InvertedIndex {
  constructor(
    private readonly lexemes: LexemeTable,
    /** Where the postings of each lexeme begin; the next one's start is their end. */
    private readonly starts: Uint32Array,
    private readonly all: Postings,
  ) {}

  get bytes(): number {
    const { places, frequencies } = this.all;
    return this.lexemes.bytes + this.starts.byteLength + places.byteLength + frequencies.byteLength;
  }

  postingsOf(lexeme: string): Postings {
    const number = this.lexemes.find(lexeme);
    return number === -1 ? this.slice(0, 0) : this.slice(this.starts[number]!, this.starts[number + 1]!);
  }

  /** Calls `visit` for every lexeme; gives way to other work of the process now and then. */
  async forEach(visit: (lexeme: string, postings: Postings) => void): Promise<void> {
    for (let number = 0, visited = 0; number < this.lexemes.size; number += 1) {
      const postings = this.slice(this.starts[number]!, this.starts[number + 1]!);
      visit(this.lexemes.at(number), postings);
      visited += postings.places.length;
      if (visited < sliceLength) continue;
      visited = 0;
      await nextTurn();
    }
  }

  private slice(start: number, end: number): Postings {
    const { places, frequencies } = this.all;
    return { places: places.subarray(start, end), frequencies: frequencies.subarray(start, end) };
  }
}

/** Collects postings in any order. */
export class InvertedIndexBuilder {
  private readonly lexemes = new LexemeTable();
  private readonly numbers: Uint32Array;
  private readonly places: Uint32Array;
  private readonly frequencies: Uint16Array;
  private length = 0;
  private maxFrequency = 0;

  constructor(maxPostings: number) {
    this.numbers = new Uint32Array(maxPostings);
    this.places = new Uint32Array(maxPostings);
    this.frequencies = new Uint16Array(maxPostings);
  }

  /** @throws RangeError when there are more postings than announced, or the frequency is too large */
  add(lexeme: string, place: number, frequency: number): void {
    this.push(this.lexemes.findOrAdd(lexeme), place, frequency);
  }

  /** Adds postings of another index. `toPlaces` has the new place of each old one; −1: left out. */
  addAll(lexeme: string, { places, frequencies }: Postings, toPlaces: Int32Array): void {
    let number = -1;
    for (let at = 0; at < places.length; at += 1) {
      const place = toPlaces[places[at]!]!;
      if (place === -1) continue;
      if (number === -1) number = this.lexemes.findOrAdd(lexeme);
      this.push(number, place, frequencies[at]!);
    }
  }

  /** Sorts the postings by lexeme, in slices, so that other work of the process does not wait. */
  async build(): Promise<InvertedIndex> {
    const starts = await this.countByLexeme();
    const next = starts.slice();
    const places = new Uint32Array(this.length);
    // In nearly every corpus one byte is enough.
    const frequencies = new (this.maxFrequency > 0xff ? Uint16Array : Uint8Array)(this.length);
    await this.forEachSlice((from, to) => {
      for (let at = from; at < to; at += 1) {
        const target = next[this.numbers[at]!]!;
        next[this.numbers[at]!] = target + 1;
        places[target] = this.places[at]!;
        frequencies[target] = this.frequencies[at]!;
      }
    });
    return new InvertedIndex(this.lexemes, starts, { places, frequencies });
  }

  private push(number: number, place: number, frequency: number): void {
    if (this.length === this.numbers.length || frequency > maxFrequency)
      throw new RangeError('The postings do not fit into the index.');
    this.numbers[this.length] = number;
    this.places[this.length] = place;
    this.frequencies[this.length] = frequency;
    this.maxFrequency = Math.max(this.maxFrequency, frequency);
    this.length += 1;
  }

  private async countByLexeme(): Promise<Uint32Array> {
    const starts = new Uint32Array(this.lexemes.size + 1);
    await this.forEachSlice((from, to) => {
      for (let at = from; at < to; at += 1) starts[this.numbers[at]! + 1]! += 1;
    });
    for (let number = 0; number < this.lexemes.size; number += 1) starts[number + 1]! += starts[number]!;
    return starts;
  }

  private async forEachSlice(work: (from: number, to: number) => void): Promise<void> {
    for (let from = 0; from < this.length; from += sliceLength) {
      work(from, Math.min(from + sliceLength, this.length));
      await nextTurn();
    }
  }
}
