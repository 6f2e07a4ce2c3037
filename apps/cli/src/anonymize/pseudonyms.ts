import { createHmac, randomBytes } from 'node:crypto';

/**
 * No letter of these spells a word that means anything to a model or to a check, so that pseudo-words can stand next to one another
 * however they come.
 */
const consonants = 'bdfghjkmpvwz';
const vowels = 'aou';
/** A pseudo-word is as long as the longest of these that its word reaches: lengths one by one would be a fingerprint of the text. */
const wordLengths = [1, 2, 3, 5, 8];
const maxWordLength = 12;

/**
 * Replaces texts, the same text by the same pseudonym. The key is random and kept nowhere: another export replaces otherwise, and
 * nobody can find a text by trying out guesses.
 */
export class Pseudonyms {
  private readonly key = randomBytes(32);

  /** So many hexadecimal digits. */
  hexCode(kind: string, text: string, digits: number): string {
    return this.digest(kind, text).toString('hex').slice(0, digits);
  }

  /** Letters and digits are replaced word by word; spaces and ASCII punctuation stay, and everything else goes. */
  replaceText(text: string): string {
    return text
      .replace(/[\p{L}\p{N}\p{M}]+|[^\s!-/:-@[-`{-~]/gu, (word) =>
        /[\p{L}\p{N}]/u.test(word) ? this.replaceWord(word) : '',
      )
      .replace(/[^\S \t\r\n]/gu, ' ');
  }

  /** Never the word itself, which short ones would be now and then. */
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
