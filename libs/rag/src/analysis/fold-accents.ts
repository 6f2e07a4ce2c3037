const ascii = /^[\0-\x7f]*$/u;
const marks = /\p{Mn}/gu;
/** Letters whose mark Unicode does not take apart, as they are typed without it. */
const plainLetters: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  ı: 'i',
  þ: 'th',
  ħ: 'h',
  ŀ: 'l',
  ё: 'е',
  ґ: 'г',
  أ: 'ا',
  إ: 'ا',
  آ: 'ا',
  ٱ: 'ا',
  ى: 'ي',
  ی: 'ي',
  ک: 'ك',
  ة: 'ه',
  ؤ: 'و',
  ئ: 'ي',
};
const markedLetter = new RegExp(`[${Object.keys(plainLetters).join('')}]`, 'gu');
/** Their marks are accents. In other scripts a mark is a vowel, or makes another letter. */
const accentedScript = /[\p{sc=Latin}\p{sc=Greek}\p{sc=Hebrew}]/u;
/** Vowels of Arabic and stress of Cyrillic, which are written in few texts. */
const optionalMarks = /[\u0300\u0301\u064B-\u065F\u0670]/gu;

/** A word in lower case as its readers type it on a keyboard without accents: `café` as `cafe`, `straße` as `strasse`, `ёлка` as `елка`. */
export function foldAccents(word: string): string {
  if (ascii.test(word)) return word;
  const plain = word.replace(markedLetter, (letter) => plainLetters[letter]!);
  if (accentedScript.test(plain)) return plain.normalize('NFD').replace(marks, '').normalize('NFC');
  return plain.replace(optionalMarks, '');
}
