/** Characters that a reader does not see: soft hyphens, joiners, marks of direction, the Arabic line that only stretches a word. */
const invisible = /[\u00AD\u0640\u200C-\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF]/gu;
/** A zero-width space is a bound of words where words have no spaces; elsewhere it only lets a long word break. */
const zeroWidthSpace = /(?<=[\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}])\u200B+/gu;
const strayZeroWidthSpace = /\u200B/gu;
/** A space that groups the digits of a number, as in 1 500 000. */
const groupingSpace = /(?<=\p{Nd})[\u00A0\u2009\u202F](?=\p{Nd}{3}(?!\p{Nd}))/gu;
/** A word that is divided at the end of a line. */
const lineEndHyphen = /(?<=[\p{L}\p{M}])[-\u2010]\r?\n[ \t]{0,20}(?=\p{Ll})/gu;
const otherDigit = /[^\P{Nd}0-9]/gu;

/** NFKC takes the vowel am of Thai and Lao apart, which the dictionaries of word bounds do not know. */
const vowelAm: readonly [RegExp, string][] = [
  [/\u0E4D\u0E32/gu, '\u0E33'],
  [/\u0ECD\u0EB2/gu, '\u0EB3'],
];

/** The code points of digit zero of the scripts that are written today. */
const zeros = [
  0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20,
  0x1040, 0x17e0, 0x1810,
];

/**
 * The text as the analyser reads it: NFKC, digits as 0 to 9, without invisible characters, and with the two parts of a word that
 * was divided at the end of a line as a hyphenated word. Upper and lower case stay, because they show the parts of `getUserName`.
 */
export function normalise(text: string): string {
  const visible = text
    .replace(groupingSpace, '’')
    .replace(zeroWidthSpace, ' ')
    .replace(strayZeroWidthSpace, '')
    .replace(invisible, '')
    .replace(lineEndHyphen, '-')
    .normalize('NFKC')
    .replace(otherDigit, toAsciiDigit);
  return vowelAm.reduce((mended, [apart, whole]) => mended.replace(apart, whole), visible);
}

function toAsciiDigit(digit: string): string {
  const codePoint = digit.codePointAt(0)!;
  const zero = zeros.find((first) => codePoint >= first && codePoint < first + 10);
  return zero === undefined ? digit : String(codePoint - zero);
}
