import { toLatinLetter } from './homoglyphs.js';

/**
 * Text without disguise, as a reader understands it: letters in lower case without accents, look-alikes as the Latin letter that they
 * resemble, digits and ASCII punctuation unchanged, every other visible character as a space. Invisible characters are left out.
 * `origins[i]` is the place of `text[i]` in the original, in UTF-16 units. `disguised[i]` is true if `text[i]` was no ASCII character, or
 * came after an invisible one.
 */
export interface FoldedText {
  readonly text: string;
  readonly origins: readonly number[];
  readonly disguised: readonly boolean[];
}

/** The part of a text from index `from` to before index `to`. */
export interface TextSpan {
  readonly from: number;
  readonly to: number;
}

/** Brackets, bars, slashes and other marks that look like the ASCII characters of chat-template tokens. */
const punctuationLookalikes = new Map(
  Object.entries({
    '<': '‹⟨〈❮ᐸ˂≺⧼',
    '>': '›⟩〉❯ᐳ˃≻⧽',
    '|': '∣│┃¦❘❙⎪｜￨',
    '/': '⁄∕⧸╱⟋',
    '[': '⟦【〔',
    ']': '⟧】〕',
    _: '‿▁',
    '-': '‐‑‒–—−',
    '.': '。।۔',
    ',': '、،',
    '!': 'ǃ',
    '"': '“”„‟«»「」『』〝〞❝❞',
    "'": '‘’‚‛ʼ',
  }).flatMap(([ascii, alike]) => [...alike].map((one) => [one, ascii] as const)),
);

const namedEntities: Readonly<Record<string, string>> = {
  lt: '<', gt: '>', vert: '|', verbar: '|', sol: '/', lowbar: '_', lsqb: '[', rsqb: ']', nbsp: ' ', amp: '&', shy: '\u00ad', zwj: '\u200d', zwnj: '\u200c',
}; // prettier-ignore

const htmlEntity = /&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|([a-z]{2,6}));?/iy;
const invisibleCharacter = /[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}\u0640]/u;
const unicodeTag = /[\u{e0020}-\u{e007e}]/gu;

/**
 * No letter, ligature or unit sign stands for more. A character that does (U+FDFA is a blessing of four words) hides no phrase and counts
 * as a space, so that a short text does not become a long one.
 */
const maxExpansion = 8;

/** Folds a text in one pass. An HTML entity counts as the character that it names. */
export function foldText(original: string): FoldedText {
  let text = '';
  let isAfterInvisible = false;
  const origins: number[] = [];
  const disguised: boolean[] = [];
  for (let at = 0; at < original.length;) {
    const { character, length } = readCharacter(original, at);
    const folded = foldCharacter(character);
    const isDisguised = isAfterInvisible || length > 1 || character > '~';
    isAfterInvisible = folded === '';
    text += folded;
    while (origins.length < text.length) {
      origins.push(at);
      disguised.push(isDisguised);
    }
    at += length;
  }
  return { text, origins, disguised };
}

/** Makes Unicode's invisible copy of ASCII ("tags") visible, at the same offsets. Returns null for a text without tags. */
export function revealUnicodeTags(original: string): string | null {
  if (original.search(unicodeTag) < 0) return null;
  const unseenFiller = '\u200b'; // A tag is two UTF-16 units long.
  return original.replace(
    unicodeTag,
    (tag) => String.fromCharCode(tag.codePointAt(0)! - 0xe0000) + unseenFiller,
  );
}

/** The folded character is a letter of some script. */
export function isLetter(folded: string): boolean {
  return (folded >= 'a' && folded <= 'z') || folded > '\u007f';
}

function readCharacter(original: string, at: number): { character: string; length: number } {
  const character = String.fromCodePoint(original.codePointAt(at)!);
  if (character !== '&') return { character, length: character.length };
  htmlEntity.lastIndex = at;
  const match = htmlEntity.exec(original);
  const named = match && decodeEntity(match[1], match[2], match[3]);
  return named === null || named === undefined
    ? { character, length: 1 }
    : { character: named, length: match![0].length };
}

function decodeEntity(hex?: string, decimal?: string, name?: string): string | undefined {
  if (name !== undefined) return namedEntities[name.toLowerCase()];
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

function foldCharacter(character: string): string {
  if (character <= '~') return /[\n!-~]/.test(character) ? toLatinLetter(character) : ' ';
  const parts = character.normalize('NFKD');
  if (parts.length > maxExpansion) return ' ';
  let folded = '';
  for (const part of parts) {
    if (!invisibleCharacter.test(part)) folded += foldPart(part);
  }
  return folded;
}

function foldPart(part: string): string {
  const ascii = punctuationLookalikes.get(part) ?? toLatinLetter(part);
  const isFoldable = /^[!-~]$/.test(ascii) || /^\p{L}+$/u.test(ascii);
  return isFoldable ? ascii : ' ';
}
