import { createHmac, randomBytes } from 'node:crypto';

/**
 * Words of these letters mean nothing to a model or to an injection check, in any combination.
 */
const consonants = 'bdfghjkmpvwz';
const vowels = 'aou';
/** Word lengths are rounded down to one of these, because exact lengths would be a fingerprint of the text. */
const wordLengths = [1, 2, 3, 5, 8];
const maxWordLength = 12;

/**
 * Replaces equal texts by equal pseudonyms. The key is random and never stored: another export has other pseudonyms, and a text
 * cannot be found by guessing.
 */
export class Pseudonyms {
  private readonly key = randomBytes(32);

  /** Returns a pseudonym of this many hexadecimal digits. */
  hexCode(kind: string, text: string, digits: number): string {
    return this.digest(kind, text).toString('hex').slice(0, digits);
  }

  /** Replaces words of letters and digits, keeps spaces and ASCII punctuation, and removes everything else. */
  replaceText(text: string): string {
    return text
      .replace(/[\p{L}\p{N}\p{M}]+|[^\s!-/:-@[-`{-~]/gu, (word) =>
        /[\p{L}\p{N}]/u.test(word) ? this.replaceWord(word) : '',
      )
      .replace(/[^\S \t\r\n]/gu, ' ');
  }

  /** Never returns the word itself, which can happen for short words. */
  private replaceWord(word: string, attempt = 0): string {
    const size = pseudonymLength(word.length);
    const bytes = this.digest(`word ${attempt}`, word, Math.ceil(size / 32));
    const pseudonym = Array.from({ length: size }, (_, at) => letterAt(at, bytes[at % bytes.length]!)).join(
      '',
    );
    return pseudonym === word.toLowerCase() ? this.replaceWord(word, attempt + 1) : pseudonym;
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

function pseudonymLength(length: number): number {
  if (length >= maxWordLength) return length - (length % maxWordLength);
  return wordLengths.findLast((candidate) => candidate <= length)!;
}

function letterAt(at: number, byte: number): string {
  const letters = at % 2 === 0 ? consonants : vowels;
  return letters[byte % letters.length]!;
}
