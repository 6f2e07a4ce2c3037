import { createHmac, randomBytes } from 'node:crypto';

/**
 * No letter of these spells a word that means anything to a model or to a check, so that pseudo-words can stand next to one another
 * however they come.
 */
const consonants = 'bdfghjkmpvwz';
const vowels = 'aou';
/** A pseudo-word is as long as the longest of these that its word reaches: lengths one by one would be a fingerprint of the text. */
const lengths = [1, 2, 3, 5, 8];
const longest = 12;

/**
 * Replaces texts, the same text by the same pseudonym. The key is random and kept nowhere: another export replaces otherwise, and
 * nobody can find a text by trying out guesses.
 */
export class Pseudonyms {
  private readonly key = randomBytes(32);

  /** So many hexadecimal digits. */
  code(kind: string, text: string, digits: number): string {
    return this.digest(kind, text).toString('hex').slice(0, digits);
  }

  /** Letters and digits are replaced word by word; spaces and ASCII punctuation stay, and everything else goes. */
  text(text: string): string {
    return text
      .replace(/[\p{L}\p{N}\p{M}]+|[^\s!-/:-@[-`{-~]/gu, (word) =>
        /[\p{L}\p{N}]/u.test(word) ? this.word(word) : '',
      )
      .replace(/[^\S \t\r\n]/gu, ' ');
  }

  /** Never the word itself, which short ones would be now and then. */
  private word(word: string, turn = 0): string {
    const size = sizeOf(word.length);
    const bytes = this.digest(`word ${turn}`, word, Math.ceil(size / 32));
    const made = Array.from({ length: size }, (_, at) => letterAt(at, bytes[at % bytes.length]!)).join('');
    return made === word.toLowerCase() ? this.word(word, turn + 1) : made;
  }

  private digest(kind: string, text: string, blocks = 1): Buffer {
    const digests = Array.from({ length: blocks }, (_, block) =>
      createHmac('sha256', this.key)
        .update(JSON.stringify([kind, block, text]))
        .digest(),
    );
    return Buffer.concat(digests);
  }
}

function sizeOf(length: number): number {
  if (length >= longest) return length - (length % longest);
  return lengths.findLast((one) => one <= length)!;
}

function letterAt(at: number, byte: number): string {
  const letters = at % 2 === 0 ? consonants : vowels;
  return letters[byte % letters.length]!;
}
